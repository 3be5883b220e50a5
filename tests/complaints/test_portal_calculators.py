"""The page "when is it due": linkable, right by the vectors, clear about errors, readable without colours."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import formats, timezone, translation

from casework.clocks.models import StatutoryPeriod
from tests.api.test_calculators import VECTORS
from tests.complaints.portal_pages import english, error_texts, text_of
from tests.factories import division

pytestmark = pytest.mark.django_db
ADDRESS = "/calculators/deadline/"


def ask(client: Client, rule: str = "arrears.transfer", start: str = "2026-02-09", **more: Any) -> Any:
    return client.get(ADDRESS, {"rule": rule, "start": start, **more})


def words_of(html: str) -> str:
    """What a screen reader says, in order."""
    hidden = re.sub(r'<(\w+)[^>]*aria-hidden="true"[^>]*>.*?</\1>', "", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", hidden)).split())


def cells(page: str) -> dict[date, str]:
    """Each day of the picture with what its cell says."""
    found = {}
    for month in re.findall(r"<table.*?</table>", page, re.DOTALL):
        year, number = map(int, re.findall(r"<caption>(\d+)年(\d+)月</caption>", month)[0])
        for cell in re.findall(r"<td class=.*?</td>", month, re.DOTALL):
            words = words_of(re.sub(r'<span class="mark[^>]*>.*?</span>', "", cell, flags=re.DOTALL))
            day, _space, rest = words.partition(" ")
            found[date(year, number, int(day))] = rest
    return found


@pytest.mark.parametrize(("rule", "start", "total_days", "raw_due", "due"), VECTORS)
def test_vectors(rule: str, start: str, total_days: int | None, raw_due: str, due: str) -> None:
    page = text_of(ask(Client(), rule, start, total_days=total_days or ""))
    due_day, raw_day = date.fromisoformat(due), date.fromisoformat(raw_due)
    assert f'<time datetime="{due}">' in page
    with translation.override("zh-hans"):
        assert formats.date_format(due_day, "l") in page
    assert ("监督人员以该日作为预警日" in page) is (raw_day != due_day)
    assert ("国务院尚未公布" in page) is (due_day.year == 2027)
    said = cells(page)
    counted = [day for day, words in said.items() if re.search("计入，第", words)]
    amount = total_days or StatutoryPeriod.objects.get(code=rule, division="").amount
    assert len(counted) == amount
    assert counted[-1] == raw_day
    assert [day for day, words in said.items() if "到期日" in words] == [due_day]
    assert [day for day, words in said.items() if "起算" in words] == [date.fromisoformat(start)]


def test_the_picture_says_why_a_day_does_not_count() -> None:
    said = cells(text_of(ask(Client())))
    assert said[date(2026, 2, 9)] == "起算事项发生之日。 不计入。"
    assert said[date(2026, 2, 14)] == "调休上班日。 计入，第5日。"
    assert said[date(2026, 2, 16)] == "春节。 不计入。"
    assert said[date(2026, 2, 28)] == "调休上班日。 计入，第10日。 到期日。"
    assert said[date(2026, 2, 1)] == ""


def test_source_and_version_are_named_in_english_too() -> None:
    page = text_of(ask(english(), "arrears.review", "2026-04-28", division=division("210000", "辽宁省").pk))
    for words in ("May 11, 2026", "Monday", "7 working days", "from an excerpt or report", "version 1", "辽宁省"):
        assert words in page
    assert "In force" in page


def test_without_a_question_the_page_explains_itself() -> None:
    page = text_of(english().get(ADDRESS))
    assert "For example: a complaint that is accepted today" in page
    link = unescape(re.findall(r'href="(\?rule=[^"]+)"', page)[0])
    assert link == f"?rule=arrears.transfer&start={timezone.localdate().isoformat()}"
    answered = english().get(ADDRESS + link)
    assert answered.status_code == 200
    due = answered.context["answer"].computed.due
    with translation.override("en"):
        assert formats.date_format(due, "DATE_FORMAT") in page


@pytest.mark.parametrize(
    ("question", "field", "words"),
    [
        ({"rule": ""}, "rule", "required"),
        ({"rule": "nothing"}, "rule", "Select a valid choice"),
        ({"start": ""}, "start", "required"),
        ({"start": "2026-02-30"}, "start", "valid date"),
        ({"start": "2003-01-01"}, "start", "covers 2004-01-01"),
        ({"start": "2029-01-01"}, "start", "2028-12-31"),
        ({"start": "2028-12-28"}, "start", "leaves the calendar"),
        ({"start": "2025-05-31"}, "start", "in force from 2025-06-01"),
        ({"division": "999999"}, "division", "Select a valid choice"),
        ({"total_days": "91", "rule": "arrears.handling"}, "total_days", "at most 90"),
        ({"total_days": "30"}, "total_days", "leave this empty"),
        ({"total_days": "many"}, "total_days", "whole number"),
        ({"total_days": "-1"}, "total_days", "greater than"),
    ],
)
def test_errors_stand_at_the_field_and_above(question: dict[str, str], field: str, words: str) -> None:
    response = ask(english(), **{"rule": "arrears.transfer", **question})
    assert response.status_code == 400
    errors = error_texts(response)
    assert set(errors) == {field}
    assert words in errors[field][0]
    page = text_of(response)
    assert f'<a href="#id_{field}">' in page
    assert f'id="id_{field}_error"' in page
    assert "<title>" in page and "Error" in page.partition("</title>")[0]


def test_dates_as_people_type_them() -> None:
    assert ask(english(), start="2026年2月9日").context["answer"].start == date(2026, 2, 9)


def test_a_long_clock_shows_its_first_and_its_last_month() -> None:
    StatutoryPeriod.objects.create(
        code="test.long",
        name="长期限",
        amount=400,
        unit="calendar_days",
        starts_on="tested",
        responsible="x",
        effective_from=date(2020, 1, 1),
        citation="x",
        certainty="I",
        status="published",
    )
    response = ask(english(), "test.long", "2024-01-10")
    assert [month.first for month in response.context["months"]] == [date(2024, 1, 1), date(2025, 2, 1)]
    assert "the months in between are left out" in text_of(response)


def test_a_rule_that_may_be_paused_says_so() -> None:
    assert "may be paused" in text_of(ask(english(), "fee.penalty_case", "2026-07-06"))
    assert "may be paused" not in text_of(ask(english()))


def test_the_queries_do_not_grow_with_rules_and_provinces() -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert ask(Client(), "arrears.handling", "2026-03-02", total_days="90").status_code == 200
        return len(captured)

    count()  # builds the calendar
    before = count()
    for number in range(6):
        division(f"{(11, 12, 13, 14, 15, 21)[number]}0000")
        StatutoryPeriod.objects.create(
            code=f"test.n{number}",
            name="期限",
            amount=4,
            unit="working_days",
            starts_on="tested",
            responsible="x",
            effective_from=date(2020, 1, 1),
            citation="x",
            certainty="I",
            status="published",
        )
    assert count() == before <= 8


def test_the_list_and_the_home_page_lead_here() -> None:
    for address in ("/", "/calculators/"):
        page = text_of(Client().get(address))
        for name in ("deadline_calculator", "interest_calculator", "size_calculator"):
            assert f'class="choice" href="{reverse(f"portal:{name}")}"' in page
        assert "什么时候到期" in page
    assert 'aria-current="page"' in text_of(Client().get("/calculators/"))
    assert 'aria-current="true"' in text_of(Client().get(ADDRESS))


def test_nothing_is_stored_and_only_reading_is_allowed() -> None:
    assert Client().post(ADDRESS, {}).status_code == 405
    response = ask(Client())
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "sessionid" not in response.cookies
