"""Adding working days: our index beside a sorted list with bisect and beside chinesecalendar."""

from __future__ import annotations

import statistics
import timeit
from bisect import bisect_right
from collections.abc import Callable
from datetime import date, timedelta

import chinese_calendar

from casework.clocks.calendar import WorkingCalendar

# The promise: under a microsecond a call, whether ten days are added or a thousand. With room for a busy machine.
BOUND_NS = 1_000
START = date(2019, 3, 15)


def calendar_and_list() -> tuple[WorkingCalendar, list[date]]:
    """The announced calendar, and its working days as a plain sorted list."""
    days = [date(2004, 1, 1) + timedelta(days=n) for n in range((date(2027, 1, 1) - date(2004, 1, 1)).days)]
    working = [day for day in days if chinese_calendar.is_workday(day)]
    worked = set(working)
    holidays = {day: "" for day in days if day.weekday() < 5 and day not in worked}
    make_up_days = {day: "" for day in working if day.weekday() > 4}
    return WorkingCalendar(2004, 2026, holidays, make_up_days, announced_until=2026), working


def nanoseconds(call: Callable[[], object]) -> float:
    """The time of one call: the median of seven rounds of about 50 ms, the empty call's own cost left in."""
    timer = timeit.Timer(call)
    number = max(1, round(0.05 / max(timer.timeit(3) / 3, 1e-8)))
    return statistics.median(timer.repeat(7, number)) / number * 1e9


def main() -> None:
    """Print a row for each way and length; raise when ours is over the bound."""
    calendar, working = calendar_and_list()
    slow = []
    for amount in (10, 1000):
        ways: dict[str, Callable[[], object]] = {
            "prebuilt index": lambda amount=amount: calendar.add_working_days(START, amount),  # type: ignore[misc]
            "sorted list, bisect": lambda amount=amount: working[bisect_right(working, START) + amount - 1],  # type: ignore[misc]
            "chinesecalendar": lambda amount=amount: chinese_calendar.find_workday(amount, START),  # type: ignore[misc]
        }
        if len({call() for call in ways.values()}) != 1:
            raise AssertionError("The three ways disagree.")
        for name, call in ways.items():
            spent = nanoseconds(call)
            ours = name == "prebuilt index"
            print(
                f"add {amount:>4} working days, {name:<20} {spent:>12,.0f} ns   {f'< {BOUND_NS:,} ns' if ours else ''}"
            )
            slow += [f"{spent:.0f} ns for {amount} days"] if ours and spent >= BOUND_NS else []
    if slow:
        raise AssertionError(f"Adding working days is too slow: {', '.join(slow)}.")
