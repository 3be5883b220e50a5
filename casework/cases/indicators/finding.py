"""What the data show of a case, in a fixed number of queries that indexes answer; see docs/decisions/abuse.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet, Value
from django.utils import timezone

from casework.cases.indicators.marks import Mark, unspaced
from casework.cases.indicators.models import IndicatorRule, Sign
from casework.cases.indicators.reference import rules_in_force
from casework.cases.models import Case

# More are not counted: what hundreds of cases share is told as well by "500 or more".
MOST = 500
_COLUMNS = ("pk", "complainant_code", "complainant_name")


@dataclass(frozen=True)
class Watched:
    """What a kind of case declares of its filers.

    Attributes:
        contacts: by which a filer is reached.
        persons: of them, those that belong to one person or enterprise, unlike an address.
        text: what the filer tells.
        left_out: the yes-or-no field of the cases that are compared with none, such as anonymous ones: a likeness would
            tell who filed.
    """

    kind: str
    model: type[Case]
    contacts: tuple[Mark, ...]
    persons: tuple[Mark, ...]
    text: Mark
    left_out: str = ""

    def rows(self) -> QuerySet[Any]:
        """The cases that are compared."""
        rows = self.model._default_manager.filter(submitted_on__isnull=False).order_by()
        return rows.filter(**{self.left_out: False}) if self.left_out else rows

    def is_compared(self, case: Case) -> bool:
        """Whether this one is."""
        return not (self.left_out and getattr(case, self.left_out))


@dataclass(frozen=True)
class Found:
    """A sign on a case.

    Attributes:
        number: cases, filers or files, as the sign counts them.
        others: the other cases in which it shows.
    """

    rule: IndicatorRule
    number: int
    others: list[int] = field(default_factory=list)

    @property
    def is_capped(self) -> bool:
        """Whether there may be more than are told."""
        return len(self.others) >= MOST


@dataclass(frozen=True)
class Looked:
    """A case with what is asked once for all signs."""

    case: Any
    watched: Watched
    digests: list[str]


_watched: dict[str, Watched] = {}


def register_indicators(watched: Watched) -> None:
    """Have the cases of a kind looked at; called from an app's ready()."""
    _watched[watched.kind] = watched


def is_watched(case: Case) -> bool:
    """Whether the kind of the case declared what is compared."""
    return case.kind in _watched


def find_indicators(case: Case) -> list[Found]:
    """The signs that a case of a watched kind shows today, in the order of the rules."""
    watched = _watched.get(case.kind)
    if watched is None or case.submitted_on is None:
        return []
    own = case.attachments.filter(by_complainant=True).values_list("sha256", flat=True)
    looked = Looked(case, watched, list(own))
    compared = watched.is_compared(case)
    found = []
    for rule in rules_in_force(timezone.localdate()):
        if compared or rule.code == Sign.NO_TRANSACTION:
            found += [row for row in [_FINDERS[rule.code](looked, rule)] if row is not None]
    return found


def _same_pair(looked: Looked, rule: IndicatorRule) -> Found | None:
    """The same kind of case by the same filer against the same respondent."""
    case, rows = looked.case, _within(looked.watched.rows(), looked.case, rule)
    if case.respondent_code:
        rows = rows.filter(respondent_code=case.respondent_code)
    else:
        rows = rows.filter(respondent_code="", respondent_name=case.respondent_name)
    arms = [rows.filter(complainant_code=case.complainant_code)] if case.complainant_code else []
    arms += [_marked(rows, mark, case) for mark in looked.watched.persons if _value(mark, case)]
    others = [pk for pk, _code, _name in _united(arms) if pk != case.pk]
    return _from(rule, len(others) + 1, others)


def _shared_contact(looked: Looked, rule: IndicatorRule) -> Found | None:
    """Filers with one of this filer's contacts, whatever kind of case they filed."""
    arms = []
    for mark in looked.watched.contacts:
        if value := _value(mark, looked.case):
            arms += [
                _of_others(_within(kind.rows(), looked.case, rule), looked.case)
                .alias(mark=twin.expression(twin.field))
                .filter(mark=value)
                for kind in _watched.values()
                for twin in kind.contacts
                if twin.expression is mark.expression
            ]
    return _filers(rule, arms)


def _no_transaction(looked: Looked, rule: IndicatorRule) -> Found | None:
    number = len(looked.digests)
    return Found(rule, number) if number < rule.threshold else None


def _same_file(looked: Looked, rule: IndicatorRule) -> Found | None:
    if not looked.digests:
        return None
    same = {"attachments__sha256__in": looked.digests, "attachments__by_complainant": True}
    rows = (_of_others(_within(kind.rows(), looked.case, rule), looked.case) for kind in _watched.values())
    return _filers(rule, [cases.filter(**same) for cases in rows])


def _same_text(looked: Looked, rule: IndicatorRule) -> Found | None:
    if not _value(looked.watched.text, looked.case):
        return None
    rows = _of_others(_within(looked.watched.rows(), looked.case, rule), looked.case)
    return _filers(rule, [_marked(rows, looked.watched.text, looked.case)])


_FINDERS: dict[str, Callable[[Looked, IndicatorRule], Found | None]] = {
    Sign.SAME_PAIR: _same_pair,
    Sign.SHARED_CONTACT: _shared_contact,
    Sign.NO_TRANSACTION: _no_transaction,
    Sign.SAME_FILE: _same_file,
    Sign.SAME_TEXT: _same_text,
}


def _filers(rule: IndicatorRule, arms: Sequence[QuerySet[Any]]) -> Found | None:
    """The filer of the case and the others."""
    rows = list(_united(arms))
    return _from(rule, len({code or unspaced(name) for _pk, code, name in rows}) + 1, [row[0] for row in rows])


def _from(rule: IndicatorRule, number: int, others: list[int]) -> Found | None:
    return Found(rule, number, others) if number >= rule.threshold else None


def _united(arms: Sequence[QuerySet[Any]]) -> Iterator[tuple[int, str, str]]:
    """The cases that one of the queries finds, each once. One statement, each part with an index of its own."""
    if not arms:
        return
    first, *rest = (arm.annotate(arm=Value(0)).values_list(*_COLUMNS) for arm in arms)
    yield from (first.union(*rest) if rest else first.distinct())[:MOST]


def _within(rows: QuerySet[Any], case: Case, rule: IndicatorRule) -> QuerySet[Any]:
    if rule.within_days is None or case.submitted_on is None:
        return rows
    days = timedelta(days=rule.within_days)
    return rows.filter(submitted_on__range=(case.submitted_on - days, case.submitted_on + days))


def _of_others(rows: QuerySet[Any], case: Case) -> QuerySet[Any]:
    """Cases of other filers: of another code, or of another name where nobody gave a code."""
    if case.complainant_code:
        return rows.exclude(complainant_code=case.complainant_code)
    return rows.exclude(complainant_code="", complainant_name=case.complainant_name)


def _marked(rows: QuerySet[Any], mark: Mark, case: Case) -> QuerySet[Any]:
    return rows.alias(mark=mark.expression(mark.field)).filter(mark=_value(mark, case))


def _value(mark: Mark, case: Case) -> str:
    return mark.value(getattr(case, mark.field))
