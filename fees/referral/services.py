"""The commands around referrals. They leave nothing on the report by which others could tell that there is one:
no message, no letter on the case page, no raised version, no newer day of change."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from casework.cases.access import roles_on
from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, CaseNotFound, InvalidInput
from casework.cases.models import Case, CitedTerm
from casework.cases.terms import term_in_force
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.documents.models import Attachment
from casework.parties.models import Role
from fees.referral.letters import issue_referral_letter
from fees.referral.models import Referral
from fees.report.flow import State
from fees.report.models import FeeReport

REFERRING_STATES = (State.VERIFYING, State.VIOLATION_FOUND, State.CONCLUDED, State.FED_BACK)
Kind, Outcome = Referral.Kind, Referral.Outcome
LONGEST_BODY = 120


def referral_make(
    *,
    report: FeeReport,
    actor: Actor,
    kind: str,
    body: str,
    ground: str,
    summary: str,
    evidence: Collection[int] = (),
    version: int | None = None,
) -> Referral:
    """Hand a grave lead to discipline inspection or the police.

    Args:
        kind: `discipline` or `police`.
        body: the full name of the body that gets it.
        ground: a code of the list `fee.referral` that fits the kind.
        evidence: ids of files of this report.
    Raises:
        InvalidInput: by field.
        ActionNotAllowed: not of the handling department.
        CaseChanged: the report is not in hand, or somebody else acted first.
    """
    term = term_in_force("fee.referral", ground, actor.today)
    errors = _wrong_referral(kind, body, term, summary)
    if errors or term is None:
        raise InvalidInput(errors)
    with _unchanged(report, actor, version) as case:
        assert actor.user is not None  # nobody works in a department without an account
        if case.state not in REFERRING_STATES:
            raise CaseChanged
        assert case.handling_department is not None
        referral = Referral.objects.create(
            report=case,
            number=case.referrals.count() + 1,
            kind=kind,
            department=case.handling_department,
            body=body.strip(),
            ground=term.label,
            citation=term.citation,
            summary=summary.strip(),
            evidence=_evidence(case, evidence),
            made_by=actor.user,
            made_on=actor.today,
        )
        referral.letter = issue_referral_letter(referral, actor=actor)
        referral.save(update_fields=["letter"])
        event_record(case=case, verb=Verb.REFERRED, actor=actor)
    return referral


def referral_answer(
    *,
    report: FeeReport,
    actor: Actor,
    referral: int,
    outcome: str,
    note: str = "",
    answered_on: date | None = None,
    version: int | None = None,
) -> Referral:
    """Record what the body answered, also after the report has ended. Stands in no timeline.

    Args:
        outcome: `taken` or `declined`.
        answered_on: from the day of the letter until today; None is today.
    Raises:
        InvalidInput: by field.
        ActionNotAllowed: neither who made it nor a head of the handling department.
        CaseNotFound: no such referral, or none that the actor may know of.
        CaseChanged: it was answered already.
    """
    day = answered_on or actor.today
    if outcome not in (Outcome.TAKEN, Outcome.DECLINED):
        raise InvalidInput({"outcome": [_("Choose one of these.")]})
    if outcome == Outcome.DECLINED and not note.strip():
        raise InvalidInput({"note": [_("Say why it was not taken on.")]})
    with _unchanged(report, actor, version) as case:
        assert actor.user is not None  # nobody works in a department without an account
        row = Referral.objects.visible_to(actor.user).filter(report=case, pk=referral).first()
        if row is None:
            raise CaseNotFound
        if row.outcome != Outcome.OPEN:
            raise CaseChanged
        if not row.made_on <= day <= actor.today:
            days = {"first": row.made_on.isoformat(), "last": actor.today.isoformat()}
            raise InvalidInput({"answered_on": [_("Give a day between %(first)s and %(last)s.") % days]})
        row.outcome, row.outcome_note, row.outcome_on = outcome, note.strip(), day
        row.save(update_fields=["outcome", "outcome_note", "outcome_on"])
    return row


@contextmanager
def _unchanged(report: FeeReport, actor: Actor, version: int | None) -> Iterator[FeeReport]:
    """Lock a report for the handling department without a trace on its row."""
    with transaction.atomic():
        if not Case.objects.select_for_update(of=("self",)).filter(pk=report.pk).exists():
            raise CaseNotFound
        case = FeeReport.objects.get(pk=report.pk)
        if Role.HANDLING_CASEWORKER not in roles_on(actor, case):
            raise ActionNotAllowed
        if version is not None and case.version != version:
            raise CaseChanged
        yield case


def _wrong_referral(kind: str, body: str, term: CitedTerm | None, summary: str) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if kind not in Kind.values:
        errors["kind"] = [_("Choose one of these.")]
    if not body.strip():
        errors["body"] = [_("Name the body that gets the lead.")]
    elif len(body.strip()) > LONGEST_BODY:
        errors["body"] = [_("A name has at most %(count)d characters.") % {"count": LONGEST_BODY}]
    if term is None:
        errors["ground"] = [_("Choose a ground of the list.")]
    elif not term.code.startswith(f"{kind}_"):
        errors["ground"] = [_("This ground leads to another body.")]
    if not summary.strip():
        errors["summary"] = [_("Say what the lead is.")]
    return errors


def _evidence(case: FeeReport, ids: Collection[int]) -> list[dict[str, object]]:
    """Name and digest of each file, as they were handed over."""
    files = list(Attachment.objects.filter(case=case, pk__in=ids))
    if len(files) != len(set(ids)):
        raise InvalidInput({"evidence": [_("Choose files of this report.")]})
    return [{"id": row.pk, "name": row.name, "sha256": row.sha256} for row in files]
