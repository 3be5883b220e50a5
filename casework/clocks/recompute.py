"""What a change of the rules does to the deadlines that run: seen before it is made, then made in one go.

A preview makes the change, computes every open deadline again and takes the change back, all in one transaction. So
what it shows comes from the same code and the same data as what is applied.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from casework.clocks.calendar import WorkingCalendar
from casework.clocks.locks import hold_rules_alone
from casework.clocks.marking import schedule
from casework.clocks.models import OPEN_STATUSES, Deadline, StatutoryPeriod
from casework.clocks.periods import Pause, due_days
from casework.clocks.selectors import current_calendar, division_chain, pauses_of, rule_of

BATCH = 1000
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Movement:
    """One open deadline before and after.

    Attributes:
        deadline: as it is stored, with its case.
        period: the rule version that applies after the change.
    """

    deadline: Deadline
    period: StatutoryPeriod
    raw_due: date
    due: date
    provisional: bool

    @property
    def is_moved(self) -> bool:
        """Whether a day changes; else it is only known for certain now, or no longer."""
        return (self.raw_due, self.due) != (self.deadline.raw_due, self.deadline.due)

    @property
    def days(self) -> int:
        """By how many calendar days the due day moves; negative when it comes earlier."""
        return (self.due - self.deadline.due).days


@dataclass
class Effect:
    """What a change does, counted; the first movements whole.

    Attributes:
        moved: deadlines whose days change.
        settled: those that only stop being provisional, or start to.
        late_at_once: moved deadlines that were in time and would lie before today.
        shown: at most `SHOWN` of the moved ones, the earliest new due days first.
    """

    moved: int = 0
    settled: int = 0
    late_at_once: int = 0
    shown: list[Movement] = field(default_factory=list)

    def add(self, movements: Iterable[Movement], today: date) -> None:
        """Count more of them."""
        for movement in movements:
            if not movement.is_moved:
                self.settled += movement.provisional != movement.deadline.provisional
                continue
            self.moved += 1
            self.late_at_once += movement.due < today <= movement.deadline.due
            self.shown.append(movement)
        self.shown = sorted(self.shown, key=lambda shown: (shown.due, shown.deadline.pk))[:SHOWN]


# What the room of the cases does with a batch of moved deadlines: timeline, queues, messages.
Follower = Callable[[Sequence[Movement], str], None]
_followers: list[Follower] = []


def register_follower(follower: Follower) -> None:
    """Say who follows moved deadlines, within the transaction that moves them; called from an app's ready().

    Args:
        follower: gets a batch of movements and the cause in Chinese words, such as the notice's title.
    """
    if follower not in _followers:
        _followers.append(follower)


def preview_change(change: Callable[[], object]) -> Effect:
    """Make a change, see what it does to the open deadlines, take it back.

    Args:
        change: writes the rules; whatever it raises comes through.
    """
    effect, today = Effect(), timezone.localdate()
    with transaction.atomic():
        change()
        for batch in _batches(movements()):
            effect.add(batch, today)
        transaction.set_rollback(True)
    return effect


def apply_change(change: Callable[[], object], cause: Callable[[], str]) -> Effect:
    """Make a change and move every open deadline that it touches, with all that follows: everything or nothing.

    Args:
        cause: asked after the change; goes into the timelines of the cases.
    """
    effect, today = Effect(), timezone.localdate()
    with transaction.atomic():
        hold_rules_alone()
        change()
        why = cause()
        for batch in _batches(movements()):
            _store(batch)
            for follower in _followers:
                follower(batch, why)
            effect.add(batch, today)
    return effect


def movements() -> Iterator[Movement]:
    """Every open deadline that its inputs now give another day, certainty or rule version, in the order of their ids.

    A deadline that was extended or paused keeps its version: both were decided under it.
    """
    compute = _Computer()
    for deadline in _open_deadlines():
        found = compute(deadline)
        stored = (deadline.raw_due, deadline.due, deadline.provisional, deadline.period_id)
        if (found.raw_due, found.due, found.provisional, found.period.pk) != stored:
            yield Movement(deadline, found.period, found.raw_due, found.due, found.provisional)


class _Found(NamedTuple):
    period: StatutoryPeriod
    raw_due: date
    due: date
    provisional: bool


class _Computer:
    """Computes deadlines anew; those of the same rule, place and start day once: there are many of them."""

    def __init__(self) -> None:
        self._book = PeriodBook()
        self._calendars: dict[str, WorkingCalendar] = {}
        self._found: dict[tuple[object, ...], _Found] = {}

    def __call__(self, deadline: Deadline) -> _Found:
        deadline.period = self._book.by_id(deadline.period_id)
        pauses = pauses_of(deadline)
        if pauses:
            return self._compute(deadline, pauses)
        own = deadline.period_id if deadline.total_days else None
        key = (deadline.code, deadline.division, deadline.started_on, deadline.total_days, own)
        if key not in self._found:
            self._found[key] = self._compute(deadline, ())
        return self._found[key]

    def _compute(self, deadline: Deadline, pauses: Sequence[Pause]) -> _Found:
        calendar = self._calendar(deadline.division)
        period = deadline.period if deadline.total_days or pauses else self._book.period_for(deadline)
        raw_due, due = due_days(rule_of(period), deadline.started_on, calendar, deadline.total_days, pauses)
        return _Found(period, raw_due, due, calendar.is_provisional(due))

    def _calendar(self, division: str) -> WorkingCalendar:
        if division not in self._calendars:
            self._calendars[division] = current_calendar(division)
        return self._calendars[division]


def _open_deadlines() -> Iterator[Deadline]:
    # Of the case no more than its reference: a hundred thousand cases are not loaded to move some of their days.
    rows: QuerySet[Deadline] = Deadline.objects.filter(status__in=OPEN_STATUSES).select_related("case")
    rows = rows.only(*(field.name for field in Deadline._meta.fields), "case__reference")
    pauses = Prefetch("pauses")
    last = 0
    # Keyset pages instead of a server-side cursor: the batch before is being changed while this one is read.
    while page := list(rows.filter(pk__gt=last).prefetch_related(pauses).order_by("pk")[: 2 * BATCH]):
        yield from page
        last = page[-1].pk


class PeriodBook:
    """Every published version in memory: what `period_for` asks the database, for a hundred thousand deadlines."""

    def __init__(self) -> None:
        self._versions: dict[str, list[StatutoryPeriod]] = defaultdict(list)
        published = StatutoryPeriod.objects.filter(status=StatutoryPeriod.Status.PUBLISHED)
        self._by_id = published.in_bulk()
        for period in published.order_by("-division", "-effective_from", "-version"):
            self._versions[period.code].append(period)

    def by_id(self, pk: int) -> StatutoryPeriod:
        """A version; deadlines run under published ones only."""
        return self._by_id[pk]

    def period_for(self, deadline: Deadline) -> StatutoryPeriod:
        """The version in force on the deadline's start day in its division; its own where none is any more."""
        places = {"", *division_chain(deadline.division)}
        for period in self._versions[deadline.code]:
            if period.division in places and _in_force(period, deadline.started_on):
                return period
        return deadline.period


def _in_force(period: StatutoryPeriod, on: date) -> bool:
    return period.effective_from <= on and (period.effective_to is None or on <= period.effective_to)


def _batches(found: Iterator[Movement]) -> Iterator[list[Movement]]:
    while batch := list(islice(found, BATCH)):
        yield batch


def _store(batch: Sequence[Movement]) -> None:
    """Write the new days. A deadline that moved runs again and is watched from its first mark on; marks of the old due
    day don't count for the new one. One that only became certain stays as it was marked.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE clocks_deadline AS deadline
            SET raw_due = new.raw_due, due = new.due, provisional = new.provisional, period_id = new.period,
                status = CASE WHEN new.watch IS NULL THEN deadline.status ELSE 'running' END,
                next_mark_on = CASE WHEN new.watch IS NULL THEN deadline.next_mark_on ELSE new.watch END,
                updated_at = %s
            FROM unnest(%s::bigint[], %s::date[], %s::date[], %s::boolean[], %s::bigint[], %s::date[])
                AS new(id, raw_due, due, provisional, period, watch)
            WHERE deadline.id = new.id AND deadline.status IN ('running', 'breached')
            """,
            [
                timezone.now(),
                [movement.deadline.pk for movement in batch],
                [movement.raw_due for movement in batch],
                [movement.due for movement in batch],
                [movement.provisional for movement in batch],
                [movement.period.pk for movement in batch],
                [_first_mark(movement) for movement in batch],
            ],
        )


def _first_mark(movement: Movement) -> date | None:
    if not movement.is_moved:
        return None
    leads = movement.period.warning_leads
    return schedule(movement.deadline.started_on, movement.raw_due, movement.due, leads)[0][0]
