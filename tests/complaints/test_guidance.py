"""Help and statements: what stands on them comes from the data in force, and what is counted is counted right."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from casework.clocks.calculator import rules_in_force
from casework.clocks.models import CalendarDay
from complaints.guidance.examples import examples

pytestmark = pytest.mark.django_db
PAGES = ("help/", "help/counting-days/", "help/who-is-competent/", "accessibility/", "privacy/")


def off(day: date) -> bool:
    """The slow way: the stored exception of the day, or else the week."""
    row = CalendarDay.objects.filter(date=day, division="").first()
    return row.kind == "holiday" if row else day.weekday() >= 5


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_answers_and_is_reached_from_the_footer(client: Client, page: str, language: str) -> None:
    answer = client.get(f"/{page}", headers={"accept-language": language})
    assert answer.status_code == 200
    foot = answer.content.decode().rpartition("<footer")[2]
    for address in ("/help/", "/help/counting-days/", "/accessibility/", "/privacy/"):
        assert f'href="{address}"' in foot


def test_every_example_shows_what_it_says() -> None:
    working, stays, moves = examples(2026)
    days = [working.answer.start + timedelta(days=number) for number in range(1, 40)]
    counted = [day for day in days if not off(day)][: working.answer.period.amount]
    assert working.answer.computed.due == counted[-1]
    assert any(day.weekday() >= 5 for day in counted)
    for example in (stays, moves):
        raw = example.answer.start + timedelta(days=example.answer.period.amount)
        due = raw
        while off(due):
            due += timedelta(days=1)
        assert (example.answer.computed.raw_due, example.answer.computed.due) == (raw, due)
    assert not off(stays.answer.computed.raw_due)
    assert off(moves.answer.computed.raw_due)


def test_a_year_without_a_calendar_has_no_examples() -> None:
    assert examples(1999) == []


def test_every_period_in_force_stands_there_with_its_source(client: Client) -> None:
    text = client.get("/help/counting-days/").content.decode()
    for period in rules_in_force(timezone.localdate()):
        assert period.name in text
        assert period.citation in text


def test_an_uncertain_source_says_so(client: Client) -> None:
    text = client.get("/privacy/").content.decode()
    assert "《个人信息保护法》第四十五条" in text
    assert "未重新核对，待查证" in text


def test_the_statements_name_who_runs_the_site(client: Client, settings: Any) -> None:
    settings.ORGANISATION = {"name": "某省工信厅", "email": "a@b.example", "phone": "12345", "address": "某路"}
    for page in ("accessibility/", "privacy/"):
        text = client.get(f"/{page}").content.decode()
        assert "某省工信厅" in text
        assert 'href="mailto:a@b.example"' in text
