"""Starting, stopping and marking clocks. The caller owns the transaction, the timeline and the case's lock."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from casework.clocks.locks import in_transaction, keep_rules
from casework.clocks.marking import BREACHED, schedule, warning_kind
from casework.clocks.models import OPEN_STATUSES, Deadline, DeadlineExtension, DeadlinePause
from casework.clocks.periods import Computed, PauseError, PeriodCapError, compute
from casework.clocks.selectors import HasDeadlines, computed, current_calendar, period_for, rule_of

__all__ = ["BREACHED", "OPEN_STATUSES", "warning_kind"]


def deadline_start(*, case: HasDeadlines, code: str, started_on: date, division: str = "") -> Deadline:
    """Start a clock by the rule version in force on its start day.

    Args:
        started_on: the day of the event in Asia/Shanghai; it is not counted.
        division: six digits; a province's stricter rule and its own days off apply.
    Raises:
        PeriodNotFound: no version is in force.
        CalendarRangeError: start or end lies outside the calendar.
        IntegrityError: this clock runs on the case already.
    """
    keep_rules()
    period = period_for(code, started_on, division)
    deadline = Deadline(case_id=case.pk, code=code, period=period, started_on=started_on, division=division)
    return _store(deadline, compute(rule_of(period), started_on, current_calendar(division)))


def deadline_meet(*, case: HasDeadlines, code: str, met_on: date) -> Deadline | None:
    """Stop a clock because its work was done: in time up to and including the due day, else late.

    Returns:
        the deadline, or None when this clock doesn't run.
    """
    deadline = _open_deadline(case, code)
    if deadline is not None:
        late = met_on > deadline.due
        _end(deadline, Deadline.Status.MET_LATE if late else Deadline.Status.MET, met_on)
    return deadline


def deadline_cancel(*, case: HasDeadlines, code: str, ended_on: date) -> Deadline | None:
    """End a clock that has lost its reason; None when it doesn't run."""
    deadline = _open_deadline(case, code)
    if deadline is not None:
        _end(deadline, Deadline.Status.CANCELLED, ended_on)
    return deadline


def deadlines_cancel_all(*, case: HasDeadlines, ended_on: date) -> list[Deadline]:
    """End every open clock of a case."""
    in_transaction()
    running = Deadline.objects.select_for_update(of=("self",)).select_related("period").order_by("pk")
    deadlines = list(running.filter(case_id=case.pk, status__in=OPEN_STATUSES))
    for deadline in deadlines:
        _end(deadline, Deadline.Status.CANCELLED, ended_on)
    return deadlines


def deadline_reopen(*, case: HasDeadlines, code: str) -> Deadline | None:
    """Let a clock run again whose work was undone: same start, same rule version, so the same due day.

    Returns:
        the deadline, or None when this clock was never met.
    """
    keep_rules()
    rows = Deadline.objects.select_for_update(of=("self",)).select_related("period").order_by("-pk")
    met = (Deadline.Status.MET, Deadline.Status.MET_LATE)
    deadline = rows.filter(case_id=case.pk, code=code, status__in=met).first()
    if deadline is None:
        return None
    deadline.status, deadline.ended_on = Deadline.Status.RUNNING, None
    return _store(deadline, computed(deadline))


def deadline_extend(
    *, deadline: Deadline, total_days: int, approved_by: Any, approved_on: date, reason: str
) -> DeadlineExtension:
    """Lengthen an open clock to a number of days in all from its start; a missed one runs again.

    Args:
        total_days: in the rule's own unit, the first period included (Decree 802 art. 25(2): "at most 90 days").
        approved_by: who answers for it; the caller has checked that the law lets this person approve.
    Raises:
        PeriodCapError: no longer than it is already, or beyond the rule's cap.
        ValueError: the clock has ended, or there is no reason.
    """
    keep_rules()
    current = _locked_open(deadline)
    if not reason.strip():
        raise ValueError("An extension has a reason.")
    if current.total_days is not None and total_days <= current.total_days:
        raise PeriodCapError(
            _("%(name)s lasts %(amount)s days already: an extension must be longer.")
            % {"name": current.period.name, "amount": current.total_days}
        )
    before = current.due
    current.total_days, current.status = total_days, Deadline.Status.RUNNING
    _store(current, computed(current))
    return DeadlineExtension.objects.create(
        deadline=current,
        total_days=total_days,
        reason=reason.strip(),
        approved_by=approved_by,
        approved_on=approved_on,
        due_before=before,
        due_after=current.due,
    )


def deadline_pause(*, deadline: Deadline, first_on: date, last_on: date, reason: str, user: Any) -> DeadlinePause:
    """Take days out of the count of an open clock whose rule allows it.

    Args:
        first_on, last_on: both not counted. The last one is known or estimated; `deadline_resume` shortens it.
    Raises:
        PauseError: the rule can't be paused, or the days don't fit the clock.
        ValueError: the clock has ended.
    """
    keep_rules()
    current = _locked_open(deadline)
    _check_pause(current, first_on, last_on, reason)
    pause = DeadlinePause.objects.create(
        deadline=current, first_on=first_on, last_on=last_on, reason=reason.strip(), recorded_by=user
    )
    current.status = Deadline.Status.RUNNING
    _store(current, computed(current))
    return pause


def deadline_resume(*, pause: DeadlinePause, last_on: date) -> Deadline:
    """Set the day with which a pause really ends, earlier or later than it was estimated.

    Raises:
        PauseError: before its first day, or into another pause.
        ValueError: the clock has ended.
    """
    keep_rules()
    current = _locked_open(pause.deadline)
    if last_on < pause.first_on:
        raise PauseError(_("The last day of a pause can't come before its first."))
    if _overlaps(current, pause.first_on, last_on, besides=pause):
        raise PauseError(_("These days overlap another pause of this clock."))
    DeadlinePause.objects.filter(pk=pause.pk).update(last_on=last_on)
    current.status = Deadline.Status.RUNNING
    return _store(current, computed(current))


def _check_pause(deadline: Deadline, first_on: date, last_on: date, reason: str) -> None:
    if not deadline.period.pausable:
        raise PauseError(_("The law doesn't let %(name)s pause.") % {"name": deadline.period.name})
    if not reason.strip():
        raise PauseError(_("Give the reason of the pause."))
    if last_on < first_on:
        raise PauseError(_("The last day of a pause can't come before its first."))
    if not deadline.started_on <= first_on <= deadline.due:
        raise PauseError(
            _("A pause begins between %(start)s and %(due)s, while the clock runs.")
            % {"start": deadline.started_on.isoformat(), "due": deadline.due.isoformat()}
        )
    if _overlaps(deadline, first_on, last_on):
        raise PauseError(_("These days overlap another pause of this clock."))


def _overlaps(deadline: Deadline, first_on: date, last_on: date, besides: DeadlinePause | None = None) -> bool:
    others = deadline.pauses.filter(first_on__lte=last_on, last_on__gte=first_on)
    return (others.exclude(pk=besides.pk) if besides else others).exists()


def _store(deadline: Deadline, result: Computed) -> Deadline:
    deadline.raw_due, deadline.due, deadline.provisional = result.raw_due, result.due, result.provisional
    marks = schedule(deadline.started_on, result.raw_due, result.due, deadline.period.warning_leads)
    deadline.next_mark_on = marks[0][0]
    deadline.save()
    return deadline


def _locked_open(deadline: Deadline) -> Deadline:
    current = Deadline.objects.select_for_update(of=("self",)).select_related("period").get(pk=deadline.pk)
    if current.status not in OPEN_STATUSES:
        raise ValueError(f"Deadline {current.pk} has ended.")
    return current


def _open_deadline(case: HasDeadlines, code: str) -> Deadline | None:
    in_transaction()
    rows = Deadline.objects.select_for_update(of=("self",)).select_related("period")
    return rows.filter(case_id=case.pk, code=code, status__in=OPEN_STATUSES).first()


def _end(deadline: Deadline, status: Deadline.Status, ended_on: date) -> None:
    deadline.status, deadline.ended_on, deadline.next_mark_on = status, ended_on, None
    deadline.save(update_fields=["status", "ended_on", "next_mark_on", "updated_at"])
