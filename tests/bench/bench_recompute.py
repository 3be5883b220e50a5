"""A year is announced: how long its preview and its application take over many open deadlines."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeVar

import django

# Django is set up by the import above.

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from casework.cases.models import Case, TimelineEvent  # noqa: E402
from casework.cases.outbox import without_wake  # noqa: E402
from casework.cases.verbs import Verb  # noqa: E402
from casework.clocks import calendar_changes  # noqa: E402
from casework.clocks.calendar_changes import DayException  # noqa: E402
from casework.clocks.models import Deadline  # noqa: E402
from casework.clocks.periods import due_days  # noqa: E402
from casework.clocks.recompute import movements  # noqa: E402
from casework.clocks.selectors import current_calendar, period_for, rule_of  # noqa: E402
from casework.parties.models import Department, Role  # noqa: E402
from complaints.models import ArrearsComplaint  # noqa: E402
from tests.bench.bench_sweep import copy_rows, execute, own_database, peak_mb  # noqa: E402
from tests.factories import member  # noqa: E402

OPEN, FIRST = 100_000, 1_000
# The handling clocks of the last weeks of a year: nearly all of them are provisional, those that end at New Year move.
STARTS = [date(2026, 11, 20) + timedelta(days=n) for n in range(41)]
NOTICE = "bench: 2027"
T = TypeVar("T")


def main() -> None:
    """Print a row for each measurement."""
    with own_database():
        fill()
        user = member(Role.SYSTEM_ADMINISTRATOR, Department.objects.all()[0])
        change = calendar_changes.change_begin(year=2027, division="", user=user)
        days = [DayException(date(2027, 1, 1), "holiday", "元旦"), DayException(date(2027, 1, 4), "holiday", "元旦")]
        change = calendar_changes.change_write(change=change, days=days, source_notice=NOTICE, user=user)
        effect, spent = timed(lambda: calendar_changes.change_preview(change))
        print(f"preview over {OPEN:,} open deadlines          {spent:>9.1f} s   ({effect.moved:,} move)")
        with without_wake():
            (_applied, effect), spent = timed(lambda: calendar_changes.change_apply(change=change, user=user))
        print(f"application, events and messages included  {spent:>9.1f} s   ({effect.moved:,} moved)")
        print(f"most memory of the process                 {peak_mb():>9.0f} MB")
        told = TimelineEvent.objects.filter(verb=Verb.CLOCK_MOVED).count()
        if list(movements()) or told != effect.moved or not effect.moved:
            raise AssertionError(f"{told} events for {effect.moved} moved deadlines, or some are still to move.")


def fill() -> None:
    """Cases with one running handling clock each, as our own arithmetic starts them."""
    ids = range(FIRST, FIRST + OPEN)
    copy_rows(Case, ids, {"id": "n", "reference": "'BENCH-' || n", "idempotency_key": "'bench-' || n"})
    copy_rows(ArrearsComplaint, ids, {"case_ptr_id": "n"})
    calendar, period = current_calendar(), period_for("arrears.handling", STARTS[0])
    ends = {start: due_days(rule_of(period), start, calendar) for start in STARTS}
    rows = []
    for number, pk in enumerate(ids):
        start = STARTS[number % len(STARTS)]
        raw_due, due = ends[start]
        provisional = calendar.is_provisional(due)
        rows.append(
            Deadline(
                case_id=pk, code=period.code, period=period, started_on=start, raw_due=raw_due, due=due,
                provisional=provisional, next_mark_on=start + timedelta(days=23),
            )
        )  # fmt: skip
    Deadline.objects.bulk_create(rows, batch_size=5_000)
    execute("ANALYZE")


def timed(call: Callable[[], T]) -> tuple[T, float]:
    """What a call gives, and its seconds."""
    begun = time.perf_counter()
    return call(), time.perf_counter() - begun
