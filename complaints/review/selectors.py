"""The reviewer's view: each condition of acceptance beside what the system knows about it, notes, tasks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.translation import gettext as _

from casework.cases.models import CitedTerm
from casework.cases.terms import terms_in_force
from casework.parties.validators import validate_credit_code
from complaints.assessments.cautions import Caution
from complaints.assessments.selectors import Assessments
from complaints.models import ArrearsComplaint, EnterpriseSize
from complaints.review.duplicates import Earlier
from complaints.review.models import ConditionCheck
from complaints.subcases.selectors import decided_sizes
from complaints.subcases.words import outcome_words

# Which cautions of the assessments speak to which condition.
_CAUTIONED = {
    "sme": {"not_an_sme", "size_differs", "industry_not_covered"},
    "respondent": {"respondent_not_in_scope"},
    "overdue": {"due_unknown", "term_not_over"},
}


@dataclass(frozen=True)
class Fact:
    """Something that the system knows; `tone` is good, bad or plain."""

    text: str
    tone: str = "plain"


@dataclass(frozen=True)
class Condition:
    """A condition of acceptance, what is known, and what the reviewer found."""

    term: CitedTerm
    facts: Sequence[Fact]
    check: ConditionCheck | None


@dataclass(frozen=True)
class Known:
    """What the facts are taken from, each read once for the page."""

    complaint: ArrearsComplaint
    assessments: Assessments
    cautions: Sequence[Caution]
    earlier: Sequence[Earlier]
    files: int
    today: date


def checklist(known: Known) -> list[Condition]:
    """Every condition in force, in the order of the list; two queries."""
    checks = {row.condition: row for row in known.complaint.checks.select_related("checked_by")}
    terms = terms_in_force("arrears.condition", known.today)
    return [Condition(term, list(_facts(term.code, known)), checks.get(term.code)) for term in terms]


def _facts(code: str, known: Known) -> Iterator[Fact]:
    finder = _FINDERS.get(code)
    if finder is not None:
        yield from finder(known)
    cautioned = _CAUTIONED.get(code, set())
    yield from (Fact(caution.text, "bad") for caution in known.cautions if caution.code in cautioned)


def _size(known: Known) -> Iterator[Fact]:
    yield Fact(_("The complainant says: %(size)s") % {"size": known.complaint.get_complainant_size_display()})
    for row in known.assessments.sizes[:1]:
        tone = {True: "good", False: "bad", None: "plain"}[row.is_sme]
        yield Fact(_("By the figures: %(size)s") % {"size": row.size or _("can't be told")}, tone)
    for matter in decided_sizes(known.complaint)[-1:]:
        yield Fact(outcome_words(matter), "bad" if matter.outcome == EnterpriseSize.LARGE else "good")
    yield _code_fact(known.complaint.complainant_code)


def _respondent(known: Known) -> Iterator[Fact]:
    yield Fact(known.complaint.get_respondent_type_display())
    yield _code_fact(known.complaint.respondent_code)


def _code_fact(code: str) -> Fact:
    if not code:
        return Fact(_("The code is not known"), "bad")
    try:
        validate_credit_code(code)
    except ValidationError:
        return Fact(_("The check digit of %(code)s is wrong") % {"code": code}, "bad")
    return Fact(_("The check digit of %(code)s is right") % {"code": code}, "good")


def _contract(known: Known) -> Iterator[Fact]:
    signed = formats.date_format(known.complaint.signed_on, "DATE_FORMAT")
    yield Fact(_("%(title)s, signed on %(day)s") % {"title": known.complaint.contract_title, "day": signed})
    yield _files_fact(known)


def _files_fact(known: Known) -> Fact:
    if not known.files:
        return Fact(_("No file came with the complaint"), "bad")
    return Fact(_("Files: %(count)d") % {"count": known.files}, "good")


def _purchase(known: Known) -> Iterator[Fact]:
    yield Fact(known.complaint.get_contract_object_display())


def _overdue(known: Known) -> Iterator[Fact]:
    for row in known.assessments.payments[:1]:
        due = row.result.due.due_on
        if due is not None and due < known.today:
            words = {"day": formats.date_format(due, "DATE_FORMAT"), "days": (known.today - due).days}
            yield Fact(_("Was due on %(day)s, %(days)d days ago") % words, "good")


def _not_elsewhere(known: Known) -> Iterator[Fact]:
    if known.complaint.undertaking:
        yield Fact(_("The complainant declared that nobody else has the matter"), "good")
    else:
        yield Fact(_("The declaration is missing"), "bad")
    repeated = [earlier for earlier in known.earlier if earlier.grade != "parties"]
    if repeated:
        yield Fact(_("Earlier complaints on the same matter: %(count)d") % {"count": len(repeated)}, "bad")
    else:
        yield Fact(_("No earlier complaint on the same contract was found"), "good")


def _claim(known: Known) -> Iterator[Fact]:
    yield Fact(known.complaint.request[:120])


_FINDERS = {
    "sme": _size,
    "respondent": _respondent,
    "contract": _contract,
    "purchase": _purchase,
    "overdue": _overdue,
    "not_elsewhere": _not_elsewhere,
    "claim": _claim,
}
