"""The frame of every command on a case: one transaction, the row lock, the guard, the event, the clocks, the outbox."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, TypeVar, cast

from django.db import transaction
from django.utils.translation import gettext as _

from casework.cases.access import roles_on
from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, CaseNotFound, InvalidInput
from casework.cases.flow import Flow
from casework.cases.models import Case
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.clocks import services as clocks
from casework.clocks.locks import keep_rules
from casework.clocks.periods import PauseError, PeriodCapError
from casework.parties.models import Role

if TYPE_CHECKING:
    from casework.clocks.models import Deadline, DeadlineExtension, DeadlinePause


CaseType = TypeVar("CaseType", bound=Case)


@contextmanager
def locked_case(model: type[CaseType], pk: int, expected_version: int | None) -> Iterator[CaseType]:
    """Open a transaction, lock the case row, yield the case, save it with its version raised.

    Args:
        expected_version: the version that the actor was looking at; None skips the comparison.
    Raises:
        CaseNotFound: no such case.
        CaseChanged: somebody else acted first.
    """
    with transaction.atomic():
        keep_rules()
        row = Case.objects.select_for_update(of=("self",)).filter(pk=pk).first()
        if row is None:
            raise CaseNotFound
        if expected_version is not None and row.version != expected_version:
            raise CaseChanged
        case = cast(CaseType, model._default_manager.get(pk=pk))
        yield case
        refresh_next_due(case)
        case.version += 1
        case.save()


@contextmanager
def locked_running_case(
    model: type[CaseType], pk: int, roles: Collection[Role], actor: Actor, expected_version: int | None
) -> Iterator[CaseType]:
    """Lock a case that runs, for what one of these roles may do beside the moves of the flow.

    Raises:
        ActionNotAllowed: the actor has none of the roles.
        CaseChanged: somebody else acted first, or the case has ended.
    """
    with locked_case(model, pk, expected_version) as case:
        if not roles_on(actor, case) & set(roles):
            raise ActionNotAllowed
        if case.is_ended:
            raise CaseChanged
        case.updated_at = actor.moment
        yield case


def case_move(*, case: Case, flow: Flow, action: str, actor: Actor) -> None:
    """Check the table of moves and move a locked case.

    Raises:
        ActionNotAllowed: none of the actor's roles may take the action.
        CaseChanged: the case's state doesn't allow it, or no longer.
    """
    if not flow.is_allowed(action, roles_on(actor, case), case.state):
        raise ActionNotAllowed
    if not flow.can_take(case, action):
        raise CaseChanged
    getattr(case, action)()
    case.updated_at = actor.moment


def case_end(*, case: Case, actor: Actor) -> None:
    """What is true of every end: no clock runs on, and the day is kept."""
    clocks_cancel(case=case, actor=actor)
    case.ended_on = actor.today


def refresh_next_due(case: Case) -> None:
    """Copy the earliest open deadline on to the case row, where the queues sort by it."""
    first = case.deadlines.filter(status__in=clocks.OPEN_STATUSES).order_by("due", "id").first()
    case.next_due = first.due if first else None
    case.next_due_code = first.code if first else ""
    case.next_due_provisional = bool(first and first.provisional)


def clock_start(*, case: Case, code: str, on: date, actor: Actor) -> Deadline:
    """Start a legal clock on a case and say so in its timeline.

    Args:
        code: the statutory period, such as `arrears.transfer`.
        on: the day of the event that starts it; the day itself is not counted.
    """
    deadline = clocks.deadline_start(
        case=case, code=code, started_on=on, division=case.receiving_department.division_id
    )
    event_record(
        case=case,
        verb=Verb.CLOCK_STARTED,
        actor=Actor.system(actor.at),
        payload=_clock_payload(deadline),
    )
    return deadline


def clock_meet(*, case: Case, code: str, on: date, actor: Actor) -> None:
    """Stop a running clock because what it waited for was done."""
    deadline = clocks.deadline_meet(case=case, code=code, met_on=on)
    if deadline is not None:
        event_record(case=case, verb=Verb.CLOCK_MET, actor=Actor.system(actor.at), payload=_clock_payload(deadline))


def clock_reopen(*, case: Case, code: str, actor: Actor) -> None:
    """Let a clock run again, with its old due day, because what had met it was undone."""
    deadline = clocks.deadline_reopen(case=case, code=code)
    if deadline is not None:
        event_record(
            case=case, verb=Verb.CLOCK_REOPENED, actor=Actor.system(actor.at), payload=_clock_payload(deadline)
        )


def clock_cancel(*, case: Case, code: str, actor: Actor) -> None:
    """End a running clock that has lost its reason."""
    deadline = clocks.deadline_cancel(case=case, code=code, ended_on=actor.today)
    if deadline is not None:
        event_record(
            case=case, verb=Verb.CLOCK_CANCELLED, actor=Actor.system(actor.at), payload=_clock_payload(deadline)
        )


def clocks_cancel(*, case: Case, actor: Actor) -> None:
    """End every running clock: a final state has none."""
    for deadline in clocks.deadlines_cancel_all(case=case, ended_on=actor.today):
        event_record(
            case=case, verb=Verb.CLOCK_CANCELLED, actor=Actor.system(actor.at), payload=_clock_payload(deadline)
        )


def clock_extend(*, case: Case, code: str, total_days: int, reason: str, approver: Actor) -> DeadlineExtension:
    """Lengthen a running or missed clock, with who approved it and why in the timeline (Decree 802 art. 25(2)).

    Args:
        total_days: in all from the start, in the rule's unit.
        approver: the person who answers for it; the caller has checked the role.
    Raises:
        InvalidInput: no such clock runs, no reason, or the law allows no such length.
    """
    deadline = _running_clock(case, code)
    if not reason.strip():
        raise InvalidInput({"reason": [_("Give the reason of the extension.")]})
    try:
        extension = clocks.deadline_extend(
            deadline=deadline,
            total_days=total_days,
            approved_by=approver.user,
            approved_on=approver.today,
            reason=reason,
        )
    except PeriodCapError as error:
        raise InvalidInput({"total_days": [str(error)]}) from error
    payload = {"due_before": extension.due_before, "total_days": total_days, "reason": extension.reason}
    event_record(
        case=case,
        verb=Verb.CLOCK_EXTENDED,
        actor=approver,
        payload={**_clock_payload(extension.deadline), **payload},
    )
    return extension


def clock_pause(*, case: Case, code: str, first_on: date, last_on: date, reason: str, actor: Actor) -> DeadlinePause:
    """Take days out of the count of a clock whose rule allows it.

    Args:
        last_on: the last day not counted, as far as it is known; `clock_resume` sets the real one.
    Raises:
        InvalidInput: no such clock runs, it can't be paused, or the days don't fit.
    """
    deadline = _running_clock(case, code)
    try:
        pause = clocks.deadline_pause(
            deadline=deadline, first_on=first_on, last_on=last_on, reason=reason, user=actor.user
        )
    except PauseError as error:
        raise InvalidInput({"first_on": [str(error)]}) from error
    _tell_pause(case, Verb.CLOCK_PAUSED, pause, pause.deadline, actor)
    return pause


def clock_resume(*, case: Case, pause: DeadlinePause, last_on: date, actor: Actor) -> Deadline:
    """Set the last day of a pause as it really was.

    Raises:
        InvalidInput: before the pause's first day, or into another pause.
    """
    try:
        deadline = clocks.deadline_resume(pause=pause, last_on=last_on)
    except PauseError as error:
        raise InvalidInput({"last_on": [str(error)]}) from error
    pause.refresh_from_db()
    _tell_pause(case, Verb.CLOCK_RESUMED, pause, deadline, actor)
    return deadline


def _tell_pause(case: Case, verb: Verb, pause: DeadlinePause, deadline: Deadline, actor: Actor) -> None:
    days = {"first_on": pause.first_on, "last_on": pause.last_on, "reason": pause.reason}
    event_record(case=case, verb=verb, actor=actor, payload={**_clock_payload(deadline), **days})


def _running_clock(case: Case, code: str) -> Deadline:
    deadline = case.deadlines.filter(code=code, status__in=clocks.OPEN_STATUSES).first()
    if deadline is None:
        raise InvalidInput({"": [_("This clock does not run on the case.")]})
    return deadline


def _clock_payload(deadline: Deadline) -> dict[str, object]:
    return {
        "code": deadline.code,
        "period": deadline.period.name,
        "version": deadline.period.version,
        "started_on": deadline.started_on,
        "raw_due": deadline.raw_due,
        "due": deadline.due,
        "provisional": deadline.provisional,
        "status": deadline.status,
    }
