"""The commands around penalty cases; the penalty itself is decided in the authority's own procedure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from casework.cases.actors import Actor
from casework.cases.commands import clock_extend, clock_meet, clock_pause, clock_resume, clock_start
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.extension.selectors import decides
from casework.cases.terms import term_in_force
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.clocks.models import DeadlineExtension
from casework.parties.models import Department, Role
from fees.penalty.models import PenaltyCase, PenaltyPause
from fees.penalty.selectors import penalty_of, running_pause
from fees.report.commands import side_command
from fees.report.flow import State
from fees.report.models import FeeReport

CLOCK = "fee.penalty_case"
FILING = frozenset({Role.HANDLING_CASEWORKER})
EXTENDING = frozenset({Role.DEPARTMENT_HEAD})
OPENING_STATES = (State.VIOLATION_FOUND, State.CONCLUDED, State.FED_BACK)
Outcome = PenaltyCase.Outcome
_CENT = Decimal("0.01")


def penalty_open(
    *,
    report: FeeReport,
    actor: Actor,
    department: Department,
    grounds: str,
    filed_on: date,
    filing_number: str = "",
    version: int | None = None,
) -> PenaltyCase:
    """Record that a penalty case was opened for the violation; its ninety days run from that day.

    Args:
        department: the one that decides on the penalty.
        grounds: facts and articles.
        filed_on: from the report's arrival until today.
    Raises:
        InvalidInput: by field; also where a penalty case is open already.
        CaseChanged: no violation stands.
    """
    errors: dict[str, list[str]] = {}
    if not grounds.strip():
        errors["grounds"] = [_("Give the facts and the articles.")]
    if not department.is_active:
        errors["department"] = [_("This department no longer works. Choose another one.")]
    if not report.arrived_on <= filed_on <= actor.today:
        days = {"first": report.arrived_on.isoformat(), "last": actor.today.isoformat()}
        errors["filed_on"] = [_("Give a day between %(first)s and %(last)s.") % days]
    if errors:
        raise InvalidInput(errors)
    with side_command(report, FILING, actor, version) as case:
        assert actor.user is not None  # nobody works in a department without an account
        if case.state not in OPENING_STATES or not case.findings.filter(outcome="violation").exists():
            raise CaseChanged
        if penalty_of(case) is not None:
            raise InvalidInput({"": [_("A penalty case is open already. Record first what came of it.")]})
        penalty = PenaltyCase.objects.create(
            report=case,
            number=case.penalty_cases.count() + 1,
            department=department,
            grounds=grounds.strip(),
            filed_on=filed_on,
            filing_number=filing_number.strip(),
            opened_by=actor.user,
        )
        event_record(case=case, verb=Verb.PENALTY_OPENED, actor=actor, payload={"department": department.name})
        clock_start(case=case, code=CLOCK, on=filed_on, actor=actor)
    return penalty


def penalty_pause(
    *, report: FeeReport, actor: Actor, ground: str, first_on: date, last_on: date, version: int | None = None
) -> PenaltyPause:
    """Take days out of the count of the penalty case, such as those of an appraisal.

    Args:
        ground: a code of the list `fee.penalty_pause`.
        first_on: the first day that isn't counted; today or before.
        last_on: the last one, known or estimated; `penalty_resume` sets it as it was.
    Raises:
        InvalidInput: by field: unknown ground, days that don't fit, or time is taken out already.
        CaseChanged: no penalty case is open.
    """
    term = term_in_force("fee.penalty_pause", ground, actor.today)
    errors: dict[str, list[str]] = {}
    if term is None:
        errors["ground"] = [_("Choose a ground of the list.")]
    if first_on > actor.today:
        errors["first_on"] = [_("This day lies in the future. Record it when it has come.")]
    if errors or term is None:
        raise InvalidInput(errors)
    with side_command(report, FILING, actor, version) as case:
        penalty = _open(case)
        if running_pause(penalty) is not None:
            raise InvalidInput({"": [_("The period is paused already. Record first when the pause ended.")]})
        pause = clock_pause(
            case=case, code=CLOCK, first_on=first_on, last_on=last_on, reason=f"{term.code} {term.label}", actor=actor
        )
        return PenaltyPause.objects.create(
            penalty_case=penalty, pause=pause, code=term.code, version=term.version, label=term.label
        )


def penalty_resume(*, report: FeeReport, actor: Actor, last_on: date, version: int | None = None) -> PenaltyPause:
    """Record the last day that was not counted, earlier or later than it was estimated.

    Args:
        last_on: today or before.
    Raises:
        InvalidInput: before the pause began or in the future; nothing is paused.
        CaseChanged: no penalty case is open.
    """
    if last_on > actor.today:
        raise InvalidInput({"last_on": [_("This day lies in the future. Record it when it has come.")]})
    with side_command(report, FILING, actor, version) as case:
        row = running_pause(_open(case))
        if row is None:
            raise InvalidInput({"": [_("The period is not paused.")]})
        clock_resume(case=case, pause=row.pause, last_on=last_on, actor=actor)
        row.ended_on = last_on
        row.save(update_fields=["ended_on"])
    return row


def penalty_extend(
    *, report: FeeReport, actor: Actor, reason: str, total_days: int, version: int | None = None
) -> DeadlineExtension:
    """Lengthen the penalty case's period, by a head of the handling department.

    Args:
        total_days: in all from the day it was opened, days not counted left out.
    Raises:
        ActionNotAllowed: not a head of the handling department.
        InvalidInput: by field: no reason, or a length that the rule doesn't allow.
        CaseChanged: no penalty case is open.
    """
    with side_command(report, EXTENDING, actor, version) as case:
        if not decides(case, actor):
            raise ActionNotAllowed(_("Only a head of the handling department extends this period."))
        _open(case)
        return clock_extend(case=case, code=CLOCK, total_days=total_days, reason=reason, approver=actor)


def penalty_end(
    *,
    report: FeeReport,
    actor: Actor,
    outcome: str,
    decision_number: str = "",
    fine: Decimal = Decimal(0),
    confiscated: Decimal = Decimal(0),
    note: str = "",
    decided_on: date | None = None,
    version: int | None = None,
) -> PenaltyCase:
    """Record what came of the penalty case; its clock stops with the day of the decision.

    Args:
        outcome: `penalty`, `no_penalty`, `dropped` or `handed_over`.
        fine, confiscated: yuan; only of a penalty.
        note: only a penalty, whose decision has a number, needs none.
        decided_on: from the day it was opened until today; None is today.
    Raises:
        InvalidInput: by field; also while time is not being counted.
        CaseChanged: no penalty case is open.
    """
    day = decided_on or actor.today
    errors = _wrong_end(outcome, decision_number, fine, confiscated, note)
    if day > actor.today:
        errors["decided_on"] = [_("This day lies in the future.")]
    if errors:
        raise InvalidInput(errors)
    with side_command(report, FILING, actor, version) as case:
        penalty = _open(case)
        if day < penalty.filed_on:
            raise InvalidInput({"decided_on": [_("This day lies before the case was opened.")]})
        if running_pause(penalty) is not None:
            raise InvalidInput({"": [_("The period is paused. Record first when the pause ended.")]})
        penalty.outcome, penalty.decision_number = outcome, decision_number.strip()
        penalty.fine, penalty.confiscated, penalty.outcome_note = fine, confiscated, note.strip()
        penalty.decided_on, penalty.recorded_by = day, actor.user
        penalty.save()
        payload = {"code": outcome, "outcome": str(Outcome(outcome).label)}
        event_record(case=case, verb=Verb.PENALTY_ENDED, actor=actor, payload=payload)
        clock_meet(case=case, code=CLOCK, on=day, actor=actor)
    return penalty


def _open(case: FeeReport) -> PenaltyCase:
    penalty = penalty_of(case)
    if penalty is None:
        raise CaseChanged
    return penalty


def _wrong_end(
    outcome: str, decision_number: str, fine: Decimal, confiscated: Decimal, note: str
) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if outcome not in Outcome.values or outcome == Outcome.OPEN:
        errors["outcome"] = [_("Choose one of these.")]
    if outcome == Outcome.PENALTY and not decision_number.strip():
        errors["decision_number"] = [_("Give the number of the decision.")]
    if outcome != Outcome.PENALTY and not note.strip():
        errors["note"] = [_("Say what came of it.")]
    for name, amount in (("fine", fine), ("confiscated", confiscated)):
        if amount < 0 or amount != amount.quantize(_CENT):
            errors[name] = [_("Enter yuan and fen, 0 or more.")]
        elif amount and outcome != Outcome.PENALTY:
            errors[name] = [_("Only a penalty has sums.")]
    return errors
