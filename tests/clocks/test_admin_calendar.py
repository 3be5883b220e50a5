"""The calendar's pages: who may, how a draft is written, what its preview shows, how it is applied."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from casework.clocks.calendar_changes import change_apply, change_begin, change_fingerprint, exceptions_in_force
from casework.clocks.models import CalendarChange, CalendarDay, CalendarYear
from tests.clocks.admin_pages import OTHERS, client_of, clock, fields_of, second_administrator
from tests.factories import House, division

pytestmark = pytest.mark.django_db
HANDLING = "arrears.handling"
NOTICE = "国务院办公厅关于2027年部分节假日安排的通知（国办发明电〔2026〕99号，测试用）"


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def client(house: House) -> Client:
    """The system administrator's."""
    return client_of(house.sysadmin)


def address(name: str, *args: Any) -> str:
    return reverse(f"admin:clocks_{name}", args=args)


def begin(client: Client, year: int = 2027, division: str = "") -> CalendarChange:
    """A draft, begun by the button."""
    response = client.post(address("calendaryear_begin"), {"year": year, "division": division})
    change = CalendarChange.objects.get(year=year, division=division, status="draft")
    assert response["Location"] == address("calendarchange_change", change.pk)
    return change


def write(client: Client, change: CalendarChange, **values: Any) -> Any:
    """Send the draft's form as it stands on the page, with some values changed."""
    page = address("calendarchange_change", change.pk)
    response = client.post(page, {**fields_of(client.get(page).text), **values})
    change.refresh_from_db()
    return response


def apply(client: Client, change: CalendarChange) -> Any:
    """Look at the effect, tick the box, apply."""
    page = address("calendarchange_preview", change.pk)
    sent = {**fields_of(client.get(page).text), "compared": "on"}
    response = client.post(page, sent, follow=True)
    change.refresh_from_db()
    return response


class TestWho:
    """System administrators and nobody else, whatever the address and the method."""

    def pages(self, house: House) -> Iterator[tuple[str, str]]:
        change = change_begin(year=2027, division="", user=house.sysadmin)
        year = CalendarYear.objects.get(year=2026)
        for name, args in (
            ("calendaryear_changelist", ()),
            ("calendaryear_change", (year.pk,)),
            ("calendarchange_changelist", ()),
        ):
            yield "get", address(name, *args)
        for name, args in (
            ("calendaryear_begin", ()),
            ("calendarchange_change", (change.pk,)),
            ("calendarchange_preview", (change.pk,)),
            ("calendarchange_discard", (change.pk,)),
        ):
            yield "get", address(name, *args)
            yield "post", address(name, *args)

    @pytest.mark.parametrize("name", OTHERS)
    def test_every_other_role_is_refused(self, house: House, name: str) -> None:
        client = client_of(getattr(house, name))
        answers = {page: getattr(client, method)(page).status_code for method, page in self.pages(house)}
        assert set(answers.values()) == {403}
        assert CalendarChange.objects.filter(status="draft").count() == 1

    def test_the_anonymous_are_asked_to_sign_in(self, house: House) -> None:
        answers = [getattr(Client(), method)(page) for method, page in self.pages(house)]
        assert {answer.status_code for answer in answers} == {302}
        assert all("/admin/login/" in answer["Location"] for answer in answers)

    def test_system_administrators_open_all(self, house: House, client: Client) -> None:
        answers = {page: client.get(page).status_code for method, page in self.pages(house) if method == "get"}
        assert set(answers.values()) == {200}

    def test_a_year_is_not_changed_at_its_own_address(self, client: Client) -> None:
        page = address("calendaryear_change", CalendarYear.objects.get(year=2026).pk)
        assert client.post(page, {"announced": ""}).status_code == 405


class TestYears:
    """The list and the year page."""

    def test_the_list_says_what_comes_next_and_what_waits(self, client: Client) -> None:
        begin(client)
        text = client.get(address("calendaryear_changelist")).text
        assert "录入2027年" in text
        assert "尚未公布" in text
        assert "2027年的草稿" in text

    def test_the_list_asks_as_many_questions_whatever_it_shows(self, client: Client) -> None:
        page = address("calendaryear_changelist")
        client.get(page)
        with CaptureQueriesContext(connection) as few:
            client.get(f"{page}?announced__exact=0")
        with CaptureQueriesContext(connection) as many:
            client.get(page)
        assert len(many) == len(few)

    def test_a_year_shows_days_off_and_make_up_days_with_their_occasion(self, client: Client) -> None:
        row = CalendarYear.objects.get(year=2026)
        text = client.get(address("calendaryear_change", row.pk)).text
        assert text.count('class="cw-month"') == 12
        assert "国庆节" in text
        assert "content_7047091" in text
        # 2026 has 248 working days: 261 weekdays, 19 of them off, 6 weekend days worked.
        assert '<b class="cw-number">248</b>' in text

    def test_a_region_shows_the_nations_days_and_its_own(self, client: Client) -> None:
        division("530000", "云南省")
        row = CalendarYear.objects.get(year=2026)
        CalendarDay.objects.create(year=row, date=date(2026, 8, 6), kind="holiday", name="火把节", division="530000")
        page = address("calendaryear_change", row.pk)
        own = client.get(f"{page}?division=云南省").text
        assert "火把节" in own
        assert "国庆节" in own
        assert '<b class="cw-number">247</b>' in own
        nation = client.get(page).text
        assert "火把节" not in nation
        assert "云南省" in nation  # a choice

    def test_an_unknown_division_is_named_as_such(self, client: Client) -> None:
        page = address("calendaryear_change", CalendarYear.objects.get(year=2026).pk)
        assert "没有这个行政区划" in client.get(f"{page}?division=999999").text

    @pytest.mark.parametrize(
        "fields", [{"year": 2029}, {"year": 2003}, {"year": "x"}, {"year": 2027, "division": "99"}]
    )
    def test_a_year_out_of_order_is_refused_at_its_field(self, client: Client, fields: dict[str, Any]) -> None:
        response = client.post(address("calendaryear_begin"), fields)
        assert response.status_code == 200
        assert 'class="cw-error"' in response.text
        assert not CalendarChange.objects.exists()


class TestDraft:
    """Written by clicking, by table and by file; nothing of it is in force."""

    def test_begins_with_the_days_in_force(self, client: Client) -> None:
        change = begin(client)
        assert [day["date"] for day in change.days] == [day.date.isoformat() for day in exceptions_in_force(2027, "")]
        assert begin(client).pk == change.pk

    def test_saving_what_the_page_shows_changes_nothing(self, client: Client) -> None:
        change = begin(client, 2026)
        before = change_fingerprint(change)
        assert write(client, change).status_code == 302
        assert change_fingerprint(change) == before

    def test_a_click_without_javascript_turns_a_day_over_and_keeps_the_place(self, client: Client) -> None:
        change = begin(client)
        response = write(client, change, toggle="2027-03-03", occasion="测试节", source_notice=NOTICE)
        assert response["Location"].endswith("#m3")
        assert {"date": "2027-03-03", "kind": "holiday", "name": "测试节"} in change.days
        assert change.source_notice == NOTICE
        # The occasion stands in its field for the next click; the day is outlined and listed.
        page = client.get(response["Location"]).text
        assert 'value="测试节"' in page
        assert "cw-changed" in page
        write(client, change, toggle="2027-03-03")
        assert "2027-03-03" not in str(change.days)

    def test_a_weekend_day_that_is_clicked_is_worked(self, client: Client) -> None:
        change = begin(client)
        write(client, change, toggle="2027-02-20", occasion="春节")
        assert {"date": "2027-02-20", "kind": "workday", "name": "春节"} in change.days

    def test_a_click_in_a_region_turns_the_nations_day_over(self, client: Client) -> None:
        division("650000", "新疆维吾尔自治区")
        change = begin(client, 2026, "650000")
        assert change.days == []
        write(client, change, toggle="2026-10-01", occasion="补班")
        assert change.days == [{"date": "2026-10-01", "kind": "workday", "name": "补班"}]

    def test_every_fault_of_a_table_is_named_and_nothing_is_written(self, client: Client) -> None:
        change = begin(client)
        before = change_fingerprint(change)
        rows = (
            "2027-01-01,休,元旦",
            "2027-02-30,休,春节",
            "2027-03-03,假,节",
            "2026-05-01,休,劳动节",
            "2027-01-01,休,元旦",
        )
        table = "\n".join(("日期,类型,名称", *rows))
        response = write(client, change, table=table)
        assert response.status_code == 400
        for named in ("第3行", "第4行", "2026-05-01", "2027-01-01"):
            assert named in response.text
        assert "2027-02-30,休,春节" in response.text  # what was typed is kept
        assert change_fingerprint(change) == before

    def test_a_weekday_can_not_be_a_make_up_day_of_the_nation(self, client: Client) -> None:
        change = begin(client)
        response = write(client, change, table="2027-03-03,班,节")
        assert response.status_code == 400
        assert "2027-03-03" in response.text

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
    def test_a_file_takes_the_place_of_the_table(self, client: Client, encoding: str) -> None:
        change = begin(client)
        content = "日期,类型,名称\r\n2027/1/1,休,元旦\r\n2027年2月20日,班,春节\r\n".encode(encoding)
        assert write(client, change, file=SimpleUploadedFile("2027.csv", content)).status_code == 302
        assert change.days == [
            {"date": "2027-01-01", "kind": "holiday", "name": "元旦"},
            {"date": "2027-02-20", "kind": "workday", "name": "春节"},
        ]

    @pytest.mark.parametrize(
        "content", [b"", b"\xff\xfe\x00\x81", b"PK\x03\x04\xff\xff", b"x" * 300_000, b'"' * 1000, b"a\rb,c\x00"]
    )
    def test_a_file_that_is_no_table_is_refused(self, client: Client, content: bytes) -> None:
        change = begin(client)
        before = change_fingerprint(change)
        assert write(client, change, file=SimpleUploadedFile("x.csv", content)).status_code == 400
        assert change_fingerprint(change) == before

    def test_who_writes_over_somebody_else_is_told_first(self, house: House, client: Client) -> None:
        change = begin(client)
        page = address("calendarchange_change", change.pk)
        mine = {**fields_of(client.get(page).text), "table": "2027-01-01,休,我的"}
        write(client_of(second_administrator(house)), change, table="2027-01-01,休,别人的")
        response = client.post(page, mine)
        assert response.status_code == 409
        assert "我的" in response.text
        change.refresh_from_db()
        assert change.days[0]["name"] == "别人的"
        assert client.post(page, fields_of(response.text)).status_code == 302
        change.refresh_from_db()
        assert change.days[0]["name"] == "我的"

    def test_is_thrown_away_after_a_question(self, client: Client) -> None:
        change = begin(client)
        page = address("calendarchange_discard", change.pk)
        assert CalendarChange.objects.filter(pk=change.pk).exists()
        assert "确定放弃2027年" in client.get(page).text
        client.post(page)
        assert not CalendarChange.objects.filter(pk=change.pk).exists()
        assert not CalendarYear.objects.get(year=2027).announced


class TestApply:
    """The preview is what happens, once."""

    def written(self, client: Client) -> CalendarChange:
        """2027 with the 4th of January off as well."""
        change = begin(client)
        write(client, change, toggle="2027-01-04", occasion="元旦", source_notice=NOTICE)
        return change

    def test_the_preview_shows_reference_and_rule_and_keeps_nothing(self, house: House, client: Client) -> None:
        deadline = clock(house, HANDLING, date(2026, 12, 2), complainant_name="无人应见之公司")
        change = self.written(client)
        text = client.get(address("calendarchange_preview", change.pk)).text
        for shown in (deadline.case.reference, deadline.period.name, "2027-01-04", "2027-01-05", "+1"):
            assert shown in text
        assert "无人应见之公司" not in text
        deadline.refresh_from_db()
        assert (deadline.due, deadline.provisional) == (date(2027, 1, 4), True)
        assert not CalendarYear.objects.get(year=2027).announced

    def test_applying_moves_and_says_how_many(self, house: House, client: Client) -> None:
        moving = clock(house, HANDLING, date(2026, 12, 2))
        staying = clock(house, HANDLING, date(2026, 12, 14))
        change = self.written(client)
        response = apply(client, change)
        moving.refresh_from_db()
        staying.refresh_from_db()
        assert (moving.due, moving.provisional) == (date(2027, 1, 5), False)
        assert (staying.due, staying.provisional) == (date(2027, 1, 13), False)
        assert (change.status, change.moved, change.settled) == ("applied", 1, 1)
        assert (change.applied_by, change.source_notice) == (house.sysadmin, NOTICE)
        assert "1个未结期限已变动" in response.text
        year_page = client.get(address("calendaryear_change", CalendarYear.objects.get(year=2027).pk)).text
        assert NOTICE in year_page
        assert str(house.sysadmin) in year_page

    def test_without_a_notice_or_without_the_tick_nothing_happens(self, client: Client) -> None:
        change = begin(client)
        page = address("calendarchange_preview", change.pk)
        assert 'name="compared"' not in client.get(page).text
        client.post(page, {"seen": change_fingerprint(change), "compared": "on"})
        write(client, change, source_notice=NOTICE)
        response = client.post(page, fields_of(client.get(page).text))
        assert response.status_code == 400
        change.refresh_from_db()
        assert change.status == "draft"

    def test_what_was_not_seen_is_not_applied(self, house: House, client: Client) -> None:
        """Somebody changes the draft while another looks at its effect."""
        change = self.written(client)
        page = address("calendarchange_preview", change.pk)
        seen = fields_of(client.get(page).text)
        write(client_of(second_administrator(house)), change, toggle="2027-01-05")
        response = client.post(page, {**seen, "compared": "on"}, follow=True)
        assert "其他人" in response.text
        change.refresh_from_db()
        assert change.status == "draft"

    def test_the_second_of_two_is_told(self, house: House, client: Client) -> None:
        change = self.written(client)
        page = address("calendarchange_preview", change.pk)
        other = client_of(second_administrator(house))
        seen = fields_of(other.get(page).text)
        apply(client, change)
        response = other.post(page, {**seen, "compared": "on"}, follow=True)
        assert "已生效" in response.text
        assert CalendarChange.objects.filter(status="applied").count() == 1

    def test_what_was_applied_stays_as_a_record(self, client: Client) -> None:
        change = self.written(client)
        apply(client, change)
        for name in ("calendarchange_change", "calendarchange_discard", "calendarchange_preview"):
            client.post(address(name, change.pk), {"table": "", "seen": "", "compared": "on"})
        change.refresh_from_db()
        assert change.status == "applied"
        assert change.days

    def test_late_at_once_is_said_in_red(self, house: House, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        """Friday 2026-10-09 is due; the Saturday make-up day before it lets ten working days end a day earlier."""
        today = date(2026, 10, 9)
        monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: today)
        deadline = clock(house, "arrears.transfer", date(2026, 9, 18))
        before = deadline.due
        monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: before)
        change = begin(client, 2026)
        write(client, change, toggle="2026-09-26", occasion="补班", source_notice=NOTICE)
        text = client.get(address("calendarchange_preview", change.pk)).text
        assert "cw-alarm" in text
        assert "−" in text


def test_the_history_asks_as_many_questions_whatever_it_shows(house: House, client: Client) -> None:
    page = address("calendarchange_changelist")
    client.get(page)
    counts = []
    for year in (2024, 2025, 2026):
        change = change_begin(year=year, division="", user=house.sysadmin)
        CalendarChange.objects.filter(pk=change.pk).update(source_notice=NOTICE)
        change.refresh_from_db()
        change_apply(change=change, user=house.sysadmin)
        with CaptureQueriesContext(connection) as captured:
            assert NOTICE in client.get(page).text
        counts.append(len(captured))
    assert counts[0] == counts[1] == counts[2]


@pytest.mark.parametrize("name", ["calendaryear_changelist", "calendaryear_begin", "calendarchange_changelist"])
def test_pages_speak_english_too(client: Client, name: str) -> None:
    with translation.override("en"):
        text = client.get(address(name), headers={"accept-language": "en"}).text
    assert "日历" not in text
