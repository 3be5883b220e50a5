"""What is due, what is late: page, workbook and a slow recount say the same, and each reader sees only his own."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from random import Random
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from casework.cases.models import AccessLog, Case
from casework.clocks.models import Deadline, StatutoryPeriod
from casework.parties.models import Department, Role, User
from casework.reports.definitions import BUCKETS, Counts
from casework.reports.selectors import DeadlineFilter, report_deadlines, summarise
from tests.factories import House, department, division, file_complaint, member

PAGE, XLSX = "/reports/deadlines/", "/reports/deadlines.xlsx"
CODES = ("arrears.review", "arrears.correction", "arrears.transfer", "arrears.handling")
PLACES = ("320102", "320115", "320505", "210102", "320000")


class World:
    """Cases of two provinces with clocks of every kind, drawn at random."""

    def __init__(self, seed: int, amount: int = 60) -> None:
        self.rng = Random(seed)
        self.today = timezone.localdate()
        self.house = House()
        self.liaoning = department("210000", receiving=True)
        self.nanjing_supervisor = member(Role.SUPERVISOR, self.house.handling)
        self.nation = member(Role.SUPERVISOR, department("000000"))
        cases = [self._case() for _ in range(amount)]
        Deadline.objects.all().delete()
        Deadline.objects.bulk_create(clock for case in cases for clock in self._clocks(case))

    def _case(self) -> Case:
        case = file_complaint(division=division(self.rng.choice(PLACES))).complaint
        if self.rng.random() < 0.6:
            case.handling_department = self.house.handling
            case.save()
        return case

    def _clocks(self, case: Case) -> list[Deadline]:
        return [self._clock(case, code) for code in self.rng.sample(CODES, self.rng.randint(1, 4))]

    def _clock(self, case: Case, code: str) -> Deadline:
        due = self.today + timedelta(days=self.rng.choice([-40, -8, -1, 0, 1, 3, 4, 7, 8, 30, 31, 60]))
        status = self.rng.choice(["running", "running", "breached", "met", "met_late", "cancelled"])
        is_open = status in {"running", "breached"}
        return Deadline(
            case=case,
            code=code,
            period=StatutoryPeriod.objects.get(code=code, division=""),
            started_on=due - timedelta(days=14),
            raw_due=due - timedelta(days=self.rng.randint(0, 2)),
            due=due,
            status=status,
            ended_on=None if is_open else due,
            next_mark_on=due + timedelta(days=1) if status == "running" else None,
            provisional=self.rng.random() < 0.2,
        )


@pytest.fixture(params=[1, 2, 3])
def world(request: pytest.FixtureRequest, db: None) -> World:
    return World(request.param)


@pytest.fixture
def one_world(db: None) -> World:
    return World(4)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def recount(world: World, prefix: str) -> dict[tuple[str, str], Counts]:
    """The definitions once more, in plain words and one row at a time."""
    table: dict[tuple[str, str], Counts] = {}
    for clock in Deadline.objects.all():
        case = clock.case
        if not case.division_id.startswith(prefix) or clock.status == "cancelled":
            continue
        owner = case.receiving_department
        if clock.code == "arrears.handling" and case.handling_department is not None:
            owner = case.handling_department
        counts = table.setdefault((owner.name, clock.code), Counts())
        left = (clock.due - world.today).days
        if clock.status == "met":
            counts.met += 1
        elif clock.status == "met_late":
            counts.met_late += 1
        elif left < 0:
            counts.late += 1
        elif left <= 3:
            counts.days3 += 1
        elif left <= 7:
            counts.days7 += 1
        elif left <= 30:
            counts.days30 += 1
        else:
            counts.later += 1
    return table


def stage_code(stage: str) -> str:
    periods = StatutoryPeriod.objects.filter(code__in=CODES, division="")
    return next(period.code for period in periods if stage.startswith(period.name))


def by_key(summary: Any) -> dict[tuple[str, str], Counts]:
    return {(row.department, stage_code(row.stage)): row.counts for row in summary.rows}


@pytest.mark.parametrize(("who", "prefix"), [("nation", ""), ("supervisor", "32"), ("nanjing", "3201")])
def test_the_counts_equal_a_slow_recount(world: World, who: str, prefix: str):
    reader = {"nation": world.nation, "supervisor": world.house.supervisor, "nanjing": world.nanjing_supervisor}[who]
    summary = summarise(report_deadlines(reader, DeadlineFilter()), world.today)
    assert by_key(summary) == recount(world, prefix)
    total = sum((counts for counts in recount(world, prefix).values()), Counts())
    assert summary.total == total
    assert total.open > 5, "the drawn data must be worth counting"


def cells(content: bytes, *, values: bool) -> Any:
    return openpyxl.load_workbook(BytesIO(content), data_only=values)


def body(sheet: Any) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Header and rows of a sheet; the header is the row above the frozen edge."""
    top = int(sheet.freeze_panes[1:]) - 1
    heads = [cell.value for cell in sheet[top]]
    return heads, [tuple(cell.value for cell in row) for row in sheet.iter_rows(min_row=top + 1)]


def test_page_and_workbook_say_the_same(world: World):
    client = signed_in(world.house.supervisor)
    page, answer = client.get(PAGE), client.get(XLSX)
    summary = page.context["summary"]
    book = cells(answer.content, values=True)
    heads, lines = body(book.worksheets[0])
    *rows, total = lines
    assert len(rows) == len(summary.rows)
    for line, row in zip(rows, summary.rows, strict=True):
        counts = row.counts
        assert line[0] == row.department
        assert line[2] == row.stage
        assert line[3:8] == tuple(getattr(counts, bucket.key) for bucket in BUCKETS)
        assert line[8:11] == (counts.open, counts.met, counts.met_late)
        assert line[11] == (pytest.approx(counts.on_time) if counts.decided else None)
    assert total[3:11] == (
        *(getattr(summary.total, bucket.key) for bucket in BUCKETS),
        summary.total.open,
        summary.total.met,
        summary.total.met_late,
    )
    assert len(heads) == 12


def test_the_workbooks_cases_are_the_pages(one_world: World):
    client = signed_in(one_world.house.supervisor)
    rows, number = [], 1
    while True:
        page = client.get(PAGE, {"page": number})
        rows += page.context["rows"]
        if not page.context["page"].has_next():
            break
        number += 1
    sheet = cells(client.get(XLSX).content, values=True).worksheets[1]
    _heads, lines = body(sheet)
    assert [line[0] for line in lines] == [row.reference for row in rows]
    assert [line[6].date() for line in lines] == [row.due for row in rows]
    assert [line[7:9] for line in lines] == [(row.days_left, row.days_late) for row in rows]
    assert [line[11] == "是" for line in lines] == [row.provisional for row in rows]
    assert len(rows) == page.context["summary"].total.open
    assert [row.due for row in rows] == sorted(row.due for row in rows)
    assert sheet.auto_filter.ref is not None


def test_sums_in_the_workbook_are_formulas(one_world: World):
    sheet = cells(signed_in(one_world.nation).get(XLSX).content, values=False).worksheets[0]
    _heads, lines = body(sheet)
    assert all(str(value).startswith("=SUBTOTAL(109,") for value in lines[-1][3:11])
    assert all(str(line[8]).startswith("=SUM(") for line in lines[:-1])


def test_what_a_filer_wrote_is_never_a_formula(db: None):
    house = House()
    file_complaint(complainant_name="=1+1 示例有限公司")
    sheet = cells(signed_in(house.clerk).get(XLSX).content, values=False).worksheets[1]
    cell = next(cell for row in sheet.iter_rows() for cell in row if "示例有限公司" in str(cell.value))
    assert cell.data_type == "s"


def test_a_supervisor_sees_only_the_own_subtree(one_world: World):
    page = signed_in(one_world.nanjing_supervisor).get(PAGE)
    assert page.context["rows"]
    assert {row.case.division_id[:4] for row in page.context["rows"]} == {"3201"}
    wide = signed_in(one_world.nation).get(PAGE, {"page": 1})
    assert {row.case.division_id[:2] for row in wide.context["rows"]} == {"32", "21"}


def test_clerk_and_handler_see_their_departments(one_world: World):
    clerk = signed_in(one_world.house.clerk).get(PAGE)
    assert {row.case.receiving_department_id for row in clerk.context["rows"]} == {one_world.house.receiving.pk}
    handler = signed_in(one_world.house.handler).get(PAGE)
    assert {row.case.handling_department_id for row in handler.context["rows"]} == {one_world.house.handling.pk}


@pytest.mark.parametrize("address", [PAGE, XLSX])
def test_others_are_kept_out(one_world: World, address: str):
    assert Client().get(address).status_code == 302
    house = one_world.house
    filer = User.objects.create_user("filer", password="secret-for-tests")
    for user in (filer, house.sysadmin, house.editor, house.credit_officer):
        assert signed_in(user).get(address).status_code == 403


def test_filters_narrow_page_and_workbook_alike(one_world: World):
    client, today = signed_in(one_world.nation), one_world.today
    receiving = Department.objects.get(pk=one_world.house.receiving.pk)
    filters: list[tuple[dict[str, Any], Any]] = [
        ({"province": "320000"}, lambda row: row.case.division_id.startswith("32")),
        ({"province": "320000", "city": "320500"}, lambda row: row.case.division_id.startswith("3205")),
        ({"department": receiving.pk}, lambda row: row.department == receiving.name),
        ({"stage": "arrears.transfer"}, lambda row: stage_code(row.stage) == "arrears.transfer"),
        ({"due_from": today, "due_to": today + timedelta(days=7)}, lambda row: 0 <= row.days_left <= 7),
        ({"kind": "arrears"}, lambda row: row.case.kind == "arrears"),
    ]
    everything = client.get(PAGE).context["summary"].total
    for wanted, fits in filters:
        page = client.get(PAGE, wanted)
        assert page.status_code == 200, wanted
        assert page.context["rows"], wanted
        assert all(fits(row) for row in page.context["rows"]), wanted
        counts = page.context["summary"].total
        assert counts.open + counts.decided < everything.open + everything.decided or "kind" in wanted
        lines = body(cells(client.get(XLSX, wanted).content, values=True).worksheets[1])[1]
        assert len(lines) == counts.open, wanted


@pytest.mark.parametrize(
    "wanted",
    [
        {"due_from": "soon"},
        {"department": "999999"},
        {"province": "32"},
        {"city": "320500"},
        {"due_from": "2026-02-02", "due_to": "2026-02-01"},
    ],
)
def test_filters_that_make_no_sense_show_nothing_and_say_so(one_world: World, wanted: dict[str, str]):
    """Never everything: a misread filter would pass for an answer."""
    client = signed_in(one_world.nation)
    page = client.get(PAGE, wanted)
    assert page.status_code == 400
    assert "summary" not in page.context
    assert page.context["form"].errors
    assert client.get(XLSX, wanted).status_code == 400


def test_a_foreign_department_is_no_choice(one_world: World):
    page = signed_in(one_world.nanjing_supervisor).get(PAGE, {"department": one_world.liaoning.pk})
    assert page.status_code == 400


def test_nothing_to_show_says_so(db: None):
    page = signed_in(House().supervisor).get(PAGE)
    assert page.status_code == 200
    assert "没有到期事项" in page.content.decode()
    assert page.context["summary"].total == Counts()


def test_the_due_day_itself_is_not_late(db: None):
    house, today = House(), timezone.localdate()
    case = file_complaint().complaint
    for due, late in ((today, 0), (today - timedelta(days=1), 1)):
        Deadline.objects.filter(case=case).update(raw_due=due, due=due, started_on=date(2026, 1, 5))
        assert signed_in(house.supervisor).get(PAGE).context["summary"].total.late == late


def test_the_export_is_logged_for_each_case_once(one_world: World):
    client = signed_in(one_world.nanjing_supervisor)
    lines = body(cells(client.get(XLSX).content, values=True).worksheets[1])[1]
    logged = AccessLog.objects.filter(user=one_world.nanjing_supervisor, what="deadlines.xlsx")
    assert sorted(logged.values_list("case__reference", flat=True)) == sorted({line[0] for line in lines})


def test_development_data_is_named_on_page_and_in_the_workbook(db: None):
    house = House()
    case = file_complaint().complaint
    words = "不具有法律效力"
    client = signed_in(house.supervisor)
    assert words not in client.get(PAGE).content.decode()
    Case.objects.filter(pk=case.pk).update(is_development=True)
    assert words in client.get(PAGE).content.decode()
    book = cells(client.get(XLSX).content, values=True)
    assert all(any(words in str(cell.value) for cell in sheet["A"][:4]) for sheet in book.worksheets)


@pytest.mark.parametrize("amount", [5, 45])
def test_the_number_of_queries_does_not_grow(db: None, amount: int, django_assert_max_num_queries):
    world = World(5, amount)
    client = signed_in(world.nation)
    with django_assert_max_num_queries(14):  # one asks when the sweep last ran, one counts the alarms of the menu
        client.get(PAGE)
    with django_assert_max_num_queries(14):
        client.get(XLSX)


def test_the_admins_frame_keeps_its_scripts(one_world: World):
    """The portal's content policy would forbid the expressions of the admin's menu."""
    page = signed_in(one_world.nation).get(PAGE)
    assert "Content-Security-Policy" not in page.headers
    assert 'id="nav-sidebar"' in page.content.decode()
