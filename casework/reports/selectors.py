"""Reading deadlines for reports: always through `visible_to`, filtered, counted in SQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import add

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from casework.cases.models import Case
from casework.cases.pages import case_page
from casework.clocks.models import Deadline, StatutoryPeriod
from casework.clocks.words import days_words, tone_of
from casework.parties.models import Department, Role, division_prefix
from casework.parties.perms import AnyUser
from casework.reports.definitions import (
    COUNTED,
    OPEN,
    Counts,
    count_annotations,
    responsible_department,
)


@dataclass(frozen=True)
class DeadlineFilter:
    """What a reader wants to see; empty means everything that is visible.

    Attributes:
        division: six digits; its whole subtree, by the respondent's place.
        code: the stage, such as `arrears.transfer`.
        due_from, due_to: the due day, both included.
    """

    division: str = ""
    department: int | None = None
    code: str = ""
    kind: str = ""
    due_from: date | None = None
    due_to: date | None = None


@dataclass(frozen=True)
class SummaryRow:
    """One department at one stage."""

    department: str
    division: str
    stage: str
    counts: Counts


@dataclass(frozen=True)
class Summary:
    """The table by department and stage, and its sum."""

    rows: list[SummaryRow]
    total: Counts


@dataclass(frozen=True)
class CaseRow:
    """One open clock with its case, as page and workbook show it.

    Attributes:
        warn_on: the last day by count, before it was moved to a working day: the supervisors' warning date.
        days_left: calendar days from today to the due day; negative when late.
    """

    case: Case
    reference: str
    address: str
    complainant: str
    respondent: str
    stage: str
    started_on: date
    warn_on: date
    due: date
    days_left: int
    department: str
    division: str
    provisional: bool
    development: bool

    @property
    def days_late(self) -> int:
        """Calendar days after the due day; 0 when not late."""
        return max(-self.days_left, 0)

    @property
    def words(self) -> str:
        """The days left in words."""
        return days_words(self.days_left)

    @property
    def tone(self) -> str:
        """late, soon or calm."""
        return tone_of(self.days_left)


def report_deadlines(user: AnyUser, wanted: DeadlineFilter) -> QuerySet[Deadline]:
    """The clocks of the cases that the user may see, narrowed, each with its `department_id`."""
    found = Deadline.objects.filter(case__in=Case.objects.visible_to(user))
    if prefix := division_prefix(wanted.division or "000000"):
        found = found.filter(case__division__code__startswith=prefix)
    if wanted.code:
        found = found.filter(code=wanted.code)
    if wanted.kind:
        found = found.filter(case__kind=wanted.kind)
    if wanted.due_from:
        found = found.filter(due__gte=wanted.due_from)
    if wanted.due_to:
        found = found.filter(due__lte=wanted.due_to)
    found = found.annotate(department_id=responsible_department())
    return found.filter(department_id=wanted.department) if wanted.department else found


def summarise(deadlines: QuerySet[Deadline], today: date) -> Summary:
    """Count by department and stage, in three queries whatever the number of clocks.

    Args:
        today: the day in Asia/Shanghai.
    """
    by_stage = deadlines.order_by().values("department_id", "code")  # type: ignore[misc]
    groups = list(by_stage.annotate(**count_annotations(today)))
    departments = Department.objects.select_related("division").in_bulk({group["department_id"] for group in groups})
    stages = stage_names()
    order = {code: place for place, code in enumerate(stages)}
    groups.sort(
        key=lambda group: (
            departments[group["department_id"]].division_id,
            departments[group["department_id"]].name,
            order.get(group["code"], len(order)),
        )
    )
    rows = [
        SummaryRow(
            department=departments[group["department_id"]].name,
            division=departments[group["department_id"]].division.name,
            stage=stages.get(group["code"], group["code"]),
            counts=Counts(**{name: group[name] for name in COUNTED}),
        )
        for group in groups
    ]
    shown = [row for row in rows if row.counts.open or row.counts.decided]
    return Summary(shown, reduce(add, (row.counts for row in shown), Counts()))


def stage_names() -> dict[str, str]:
    """Names of the stages by code, in the order in which the rules were loaded; the newest national wording holds.

    A stage that waits for the complainant says so: its lateness isn't the department's.
    """
    published = StatutoryPeriod.objects.filter(division="", status=StatutoryPeriod.Status.PUBLISHED)
    rows = published.order_by("pk").values_list("code", "name", "responsible")
    return {code: stage_name(name, responsible) for code, name, responsible in rows}


def stage_name(name: str, responsible: str) -> str:
    """A rule's name; with a mark where the complainant has to act."""
    return _("%(stage)s (complainant)") % {"stage": name} if responsible == Role.COMPLAINANT else name


def has_development_data(deadlines: QuerySet[Deadline]) -> bool:
    """Whether example data is among them: every output says so."""
    return deadlines.filter(case__is_development=True).exists()


def open_clocks(deadlines: QuerySet[Deadline]) -> QuerySet[Deadline]:
    """The open ones, the latest first, with all that a row shows."""
    related = ("period", "case__receiving_department", "case__handling_department", "case__division__parent__parent")
    return deadlines.filter(status__in=OPEN).select_related(*related).order_by("due", "pk")


def case_rows(deadlines: QuerySet[Deadline] | list[Deadline], today: date) -> Iterator[CaseRow]:
    """Rows from clocks that `open_clocks` loaded."""
    for deadline in deadlines.iterator(chunk_size=500) if isinstance(deadlines, QuerySet) else deadlines:
        yield _case_row(deadline, today)


def _case_row(deadline: Deadline, today: date) -> CaseRow:
    case: Case = deadline.case
    department = case.receiving_department
    if case.handling_department and case.handling_department.pk == deadline.department_id:  # type: ignore[attr-defined]
        department = case.handling_department
    return CaseRow(
        case=case,
        reference=case.reference,
        address=case_page(case),
        complainant=case.complainant_name,
        respondent=case.respondent_name,
        stage=stage_name(deadline.period.name, deadline.period.responsible),
        started_on=deadline.started_on,
        warn_on=deadline.raw_due,
        due=deadline.due,
        days_left=deadline.days_left(today),
        department=department.name,
        division=case.division.full_name,
        provisional=deadline.provisional,
        development=case.is_development,
    )
