"""Changing the calendar: a draft of one year, its effect on the open deadlines, and its application in one go."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.clocks.models import CalendarChange, CalendarDay, CalendarYear
from casework.clocks.recompute import Effect, apply_change, preview_change
from casework.clocks.seen import fingerprint
from casework.clocks.selectors import current_calendar

FIRST_YEAR = 2004
LONGEST_NAME = 60
MOST_ROWS = 400
HOLIDAY, WORKDAY = CalendarDay.Kind.HOLIDAY, CalendarDay.Kind.WORKDAY
_KINDS = {
    "holiday": HOLIDAY, "off": HOLIDAY, "休": HOLIDAY, "放假": HOLIDAY, "休息": HOLIDAY,
    "workday": WORKDAY, "work": WORKDAY, "班": WORKDAY, "上班": WORKDAY, "调休上班": WORKDAY,
}  # fmt: skip
KIND_WORDS = {str(kind): [word for word, meant in _KINDS.items() if meant == kind] for kind in (HOLIDAY, WORKDAY)}
_COLUMNS = {
    "date": "date",
    "日期": "date",
    "kind": "kind",
    "类型": "kind",
    "name": "name",
    "名称": "name",
    "节日": "name",
}


@dataclass(frozen=True, slots=True)
class DayException:
    """A day that differs from the Monday-to-Friday week."""

    date: date
    kind: str
    name: str = ""


class CalendarTableError(ValueError):
    """A table of days that can't be read; `faults` names every row that is wrong, with the remedy."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


def exceptions_of(change: CalendarChange) -> list[DayException]:
    """The days of a change, in order."""
    return [DayException(date.fromisoformat(day["date"]), day["kind"], day["name"]) for day in change.days]


def exceptions_in_force(year: int, division: str) -> list[DayException]:
    """The stored exceptions of a year in one division alone, without those of the divisions above it."""
    rows = CalendarDay.objects.filter(year__year=year, division=division).order_by("date")
    return [DayException(*row) for row in rows.values_list("date", "kind", "name")]


def change_begin(*, year: int, division: str, user: Any) -> CalendarChange:
    """The draft of a year and division: the one that is being written, or a new one that begins with what is in force.

    Args:
        division: six digits; "" is the nation.
        user: who writes it.
    Raises:
        ValidationError: the year can't be entered yet.
    """
    _check_year(year, division)
    draft, _created = CalendarChange.objects.get_or_create(
        year=year,
        division=division,
        status=CalendarChange.Status.DRAFT,
        defaults={"days": _plain(exceptions_in_force(year, division)), "drafted_by": user},
    )
    return draft


def change_fingerprint(change: CalendarChange) -> str:
    """A mark of what a draft says; another one as soon as anybody changes it."""
    return fingerprint(change.year, change.division, change.days, change.source_notice)


def change_write(
    *, change: CalendarChange, days: Iterable[DayException], source_notice: str, user: Any, seen: str = ""
) -> CalendarChange:
    """Write a draft's days and notice.

    Args:
        seen: the mark of the draft that the user was looking at; "" asks no such question.
    Raises:
        CalendarTableError: a day outside the year, twice, or one that is what the week says anyway.
        ValidationError: the change was applied, or somebody else wrote it meanwhile.
    """
    found = sorted(days, key=lambda day: day.date)
    if faults := [*_faults(found, change.year), *_faults_of_week(found, change)]:
        raise CalendarTableError(faults)
    with transaction.atomic():
        row = _locked_draft(change, seen)
        row.days, row.source_notice, row.drafted_by = _plain(found), source_notice.strip(), user
        row.save()
    return row


def change_discard(*, change: CalendarChange) -> None:
    """Throw a draft away."""
    with transaction.atomic():
        _locked_draft(change).delete()


def change_preview(change: CalendarChange) -> Effect:
    """What applying the draft would do to the open deadlines; nothing is kept."""
    return preview_change(lambda: _write_year(change))


def change_apply(*, change: CalendarChange, user: Any, seen: str = "") -> tuple[CalendarChange, Effect]:
    """Bring a draft into force and move every open deadline that it touches, all in one transaction.

    Args:
        seen: the mark of the draft whose effect the user was looking at; "" asks no such question.
    Raises:
        ValidationError: no source notice, or somebody applied or changed it before.
    """
    with transaction.atomic():
        row: list[CalendarChange] = []

        def write() -> None:
            row.append(_locked_draft(change, seen))
            if not row[0].source_notice:
                raise ValidationError({"source_notice": _("Give the title and number of the notice first.")})
            _write_year(row[0])

        effect = apply_change(write, lambda: row[0].source_notice)
        row[0].status, row[0].applied_by, row[0].applied_at = CalendarChange.Status.APPLIED, user, timezone.now()
        row[0].moved, row[0].settled = effect.moved, effect.settled
        row[0].save()
    return row[0], effect


def read_table(text: str, year: int, *, may_be_empty: bool = False) -> list[DayException]:
    """The days of a small table: date, kind (holiday or workday, 休 or 班) and occasion, separated by commas or tabs.

    A first row with column names is understood and may be left out.

    Args:
        may_be_empty: whether a table without days is an answer; else it is a fault.
    Raises:
        CalendarTableError: every row that is wrong, by its number.
    """
    rows = _rows_of(text.lstrip("\ufeff").strip())
    if len(rows) > MOST_ROWS:
        raise CalendarTableError(
            [_("The table has %(rows)s rows; a year has at most a few dozen.") % {"rows": len(rows)}]
        )
    header, rows_from = _header(rows[0]) if rows else ({}, 1)
    days, faults = [], []
    for number, row in enumerate(rows[rows_from - 1 :], start=rows_from):
        if not any(cell.strip() for cell in row):
            continue
        try:
            days.append(_read_row({name: row[place].strip() for name, place in header.items() if place < len(row)}))
        except ValueError as fault:
            faults.append(_("Row %(row)s: %(fault)s") % {"row": number, "fault": fault})
    if not days and not faults and not may_be_empty:
        faults.append(_("The table has no days."))
    faults += _faults(days, year)
    if faults:
        raise CalendarTableError(faults)
    return sorted(days, key=lambda day: day.date)


def _rows_of(text: str) -> list[list[str]]:
    # A comma typed in Chinese separates too, but not within a row that has others: there it belongs to an occasion.
    lines = "\n".join(line if "," in line or "\t" in line else line.replace("，", ",") for line in text.splitlines())
    dialect = "excel-tab" if "\t" in lines else "excel"
    try:
        return list(csv.reader(io.StringIO(lines), dialect))
    except csv.Error as error:
        raise CalendarTableError([_("This is no table of text: %(fault)s") % {"fault": error}]) from None


def written_kinds(*, chinese: bool) -> tuple[str, str]:
    """How a table calls a day off and a make-up working day."""
    return ("休", "班") if chinese else ("holiday", "workday")


def write_table(days: Iterable[DayException], *, chinese: bool = True) -> str:
    """The days as `read_table` reads them, with the column names first.

    Args:
        chinese: column names and kinds in Chinese, else in English.
    """
    lines = io.StringIO()
    table = csv.writer(lines, lineterminator="\n")
    table.writerow(("日期", "类型", "名称") if chinese else ("date", "kind", "name"))
    kinds = dict(zip((HOLIDAY, WORKDAY), written_kinds(chinese=chinese), strict=True))
    table.writerows((day.date.isoformat(), kinds[CalendarDay.Kind(day.kind)], day.name) for day in days)
    return lines.getvalue()


def _header(first: list[str]) -> tuple[dict[str, int], int]:
    """Which column holds what, and the number of the first row of days."""
    named = {_COLUMNS.get(cell.strip().lower(), ""): place for place, cell in enumerate(first)}
    if "date" in named and "kind" in named:
        return {name: place for name, place in named.items() if name}, 2
    return {"date": 0, "kind": 1, "name": 2}, 1


def _read_row(cells: Mapping[str, str]) -> DayException:
    parts = re.fullmatch(r"(\d{4})\D(\d{1,2})\D(\d{1,2})日?", cells.get("date", ""))
    try:
        day = date(*(int(part) for part in parts.groups())) if parts else None
    except ValueError:
        day = None
    if day is None:
        raise ValueError(_("“%(text)s” is not a date such as 2027-01-01.") % {"text": cells.get("date", "")})
    kind = _KINDS.get(cells.get("kind", "").lower())
    if kind is None:
        raise ValueError(_("“%(text)s” is neither a holiday nor a working day.") % {"text": cells.get("kind", "")})
    name = cells.get("name", "")
    if len(name) > LONGEST_NAME:
        raise ValueError(_("The occasion is longer than %(most)s characters.") % {"most": LONGEST_NAME})
    return DayException(day, str(kind), name)


def _faults(days: list[DayException], year: int) -> Iterator[str]:
    """What no table may say, whatever is in force."""
    seen: set[date] = set()
    for day in days:
        text = day.date.isoformat()
        if day.date.year != year:
            yield _("%(day)s does not lie in %(year)s.") % {"day": text, "year": year}
        if day.date in seen:
            yield _("%(day)s stands there twice.") % {"day": text}
        seen.add(day.date)


def _faults_of_week(days: list[DayException], change: CalendarChange) -> Iterator[str]:
    """A notice works weekends only. A region may work a day that is off in the nation, whatever day it is."""
    if change.division:
        return
    for day in days:
        if day.kind == WORKDAY and day.date.weekday() < 5:
            yield _("%(day)s is no weekend day, so it is worked anyway. Was a day off meant?") % {
                "day": day.date.isoformat()
            }


def next_year() -> int:
    """The first year that no notice covers yet: the one to be entered next."""
    announced = CalendarYear.objects.filter(announced=True)
    return int(announced.aggregate(last=Max("year"))["last"] or FIRST_YEAR - 1) + 1


def _check_year(year: int, division: str) -> None:
    """Notices are entered in the order of their years; a region adds days to any year that is known."""
    if division and not CalendarYear.objects.filter(year=year).exists():
        raise ValidationError({"year": _("The year %(year)s is not in the calendar.") % {"year": year}})
    coming = next_year()
    if not division and year != coming and not CalendarYear.objects.filter(year=year, announced=True).exists():
        raise ValidationError({"year": _("Enter the years in order: %(year)s comes next.") % {"year": coming}})


def _locked_draft(change: CalendarChange, seen: str = "") -> CalendarChange:
    row = CalendarChange.objects.select_for_update().filter(pk=change.pk, status=CalendarChange.Status.DRAFT).first()
    if row is None:
        raise ValidationError(_("Somebody applied or discarded this draft meanwhile."))
    if seen and seen != change_fingerprint(row):
        raise ValidationError(_("Somebody changed this draft meanwhile. Look at it again."))
    return row


def _plain(days: Iterable[DayException]) -> list[dict[str, str]]:
    return [{"date": day.date.isoformat(), "kind": str(day.kind), "name": day.name} for day in days]


def _write_year(change: CalendarChange) -> None:
    """Put the draft's days in the place of those in force; a national one announces its year."""
    defaults = {"announced": True, "source_notice": change.source_notice or "-"}
    if change.division:
        year = CalendarYear.objects.get(year=change.year)
    else:
        year, _created = CalendarYear.objects.update_or_create(year=change.year, defaults=defaults)
    CalendarDay.objects.filter(year=year, division=change.division).delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(year=year, date=day.date, kind=day.kind, name=day.name, division=change.division)
        for day in exceptions_of(change)
    )
    # A calendar that can't be built any more is found here, not by the next clock.
    current_calendar(change.division)
