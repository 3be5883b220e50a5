"""The public pages: search by day and place, entry with history, comparison, export, news, feed; few queries each."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from casework.cases.models import OutboxMessage
from casework.cases.outbox import relay_lane
from fees.catalogue.announcing import subscription_token
from fees.catalogue.models import CatalogueEntry, CatalogueVersion, Subscription
from tests.factories import division
from tests.fees.conftest import Desk

pytestmark = pytest.mark.django_db
FIRST, SECOND = date(2025, 1, 10), date(2025, 7, 1)


@pytest.fixture
def history(desk: Desk) -> CatalogueVersion:
    """Two versions: one fee raised, one dropped."""
    first = desk.draft(FIRST)
    desk.entry(first, "城市道路占用费", "5元/平方米·日", payee="公安", industries=["E"], matters=["construction"])
    desk.entry(first, "停车管理费", "2元/小时")
    desk.published(CatalogueVersion.objects.get(pk=first.pk))
    second = desk.draft(SECOND)
    for entry in second.entries.all():
        if entry.name == "停车管理费":
            entry.delete()
        else:
            entry.standard, entry.standard_text = [{"form": "fixed", "amount": "6", "unit": "平方米·日"}], "6元"
            entry.status, entry.change_reason = "changed", "物价部门调整"
            entry.save()
    return desk.published(second)


def text(response: Any) -> str:
    assert response.status_code == 200, response.content.decode()[:500]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def get(path: str, **query: Any) -> str:
    return text(Client().get(path, query))


def test_search_by_words_day_place_payee_and_kind(history: CatalogueVersion) -> None:
    assert "6元" in get("/fees/", words="道路 占用")
    assert "5元/平方米·日" in get("/fees/", words="道路占用", day="2025-03-01")
    assert "2元/小时" in get("/fees/", words="停车", day="2025-03-01")
    assert "2元/小时" not in get("/fees/", words="停车")
    assert "城市道路占用费" in get("/fees/", words="占用", division="320100", payee="公安", kind="administrative")
    assert "城市道路占用费" not in get("/fees/", words="占用", division="320000")
    assert "城市道路占用费" not in get("/fees/", words="占用", kind="deposit")
    # Nothing has these words, but a name is like them.
    assert "没有包含这些词的项目" in get("/fees/", words="城市道路占用收费")
    assert "城市道路占用费" not in get("/fees/", words="占用", day="2024-12-31")


@pytest.mark.parametrize("query", [{"day": "x"}, {"division": "乌有市"}, {"kind": "x"}, {"words": "x" * 101}])
def test_a_question_that_can_not_be_read_is_refused(query: dict[str, str]) -> None:
    assert Client().get("/fees/", query).status_code == 400


def test_an_entry_tells_its_history(history: CatalogueVersion) -> None:
    new = history.entries.get()
    old = CatalogueEntry.objects.get(version__number=1, key=new.key)
    page = get(f"/fees/entries/{new.pk}/")
    assert "物价部门调整" in page
    assert "第 1 版" in page
    assert "这是该项目的旧版本" in get(f"/fees/entries/{old.pk}/")
    dropped = CatalogueEntry.objects.get(name="停车管理费")
    assert "之后的版本不再列入" in get(f"/fees/entries/{dropped.pk}/")


def test_drafts_are_nobody_s_business(desk: Desk, history: CatalogueVersion) -> None:
    draft = desk.draft(timezone.localdate() + timedelta(days=9))
    secret = desk.entry(draft, "尚未公布的收费", "1元/件")
    client = Client()
    assert client.get(f"/fees/entries/{secret.pk}/").status_code == 404
    for page in ("", "entries.xlsx", "entries.json"):
        assert client.get(f"/fees/lists/nanjing/{draft.number}/{page}").status_code == 404
    assert client.get("/fees/lists/nanjing/compare/", {"before": 1, "after": draft.number}).status_code == 404
    empty = desk.make_list("empty")
    assert client.get(f"/fees/lists/{empty.code}/").status_code == 404
    assert "尚未公布的收费" not in get("/fees/", words="尚未公布的收费", day="2030-01-01").replace("value", "")


def test_comparison_shows_what_rose_and_went(history: CatalogueVersion) -> None:
    page = get("/fees/lists/nanjing/compare/", before=2, after=1)
    assert re.search(r"取消 1 停车管理费", page)
    assert re.search(r"提高标准 1 城市道路占用费", page)
    for query in ({}, {"before": "1"}, {"before": "1", "after": "9"}, {"before": "x", "after": "1"}):
        assert Client().get("/fees/lists/nanjing/compare/", query).status_code == 404


def test_open_data(history: CatalogueVersion) -> None:
    response = Client().get("/fees/lists/nanjing/2/entries.json")
    data = json.loads(response.content)
    assert data["list"]["code"] == "nanjing"
    assert data["entries"][0]["standard"] == [{"form": "fixed", "amount": "6", "unit": "平方米·日"}]
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert Client().get("/fees/lists/nanjing/2/entries.xlsx").content.startswith(b"PK")


def test_the_feed_has_each_version(history: CatalogueVersion) -> None:
    feed = Client().get("/fees/feed/").content.decode()
    assert feed.count("<item>") == 2
    assert "/fees/lists/nanjing/2/" in feed


def test_what_applies_to_a_company(history: CatalogueVersion) -> None:
    division("320102")
    division("440000")
    assert "城市道路占用费" in get("/fees/company/", industry="E", division="320102", matter="construction")
    assert "城市道路占用费" not in get("/fees/company/", industry="A", division="320102")
    assert "城市道路占用费" not in get("/fees/company/", industry="E", division="320102", matter="land")
    assert "城市道路占用费" not in get("/fees/company/", industry="E", division="440000")


def test_the_check_page_keeps_its_question(history: CatalogueVersion) -> None:
    charge = {
        "item": "城市道路占用费",
        "division": "320100",
        "charged_on": "2025-08-01",
        "amount": "20",
        "quantity": "3",
    }
    page = get("/fees/check/", **charge)
    assert "超过收费标准" in page
    assert "多收 2 元" in page
    assert "符合收费标准" in get("/fees/check/", **charge | {"amount": "18"})
    assert Client().get("/fees/check/", {"item": "", "amount": "5"}).status_code == 400
    begun = Client().get("/fees/check/", {"item": "城市道路占用费"}).content.decode()
    assert 'value="城市道路占用费"' in begun


def follow(path: str = "/fees/subscriptions/", **data: Any) -> Any:
    return Client().post(path, data)


def test_news_begin_with_a_confirmation_and_end_with_a_click(desk: Desk) -> None:
    assert follow(email="A@example.com", list="").status_code == 302
    assert follow(email="a@example.com", list="").status_code == 302
    row = Subscription.objects.get()
    assert OutboxMessage.objects.filter(channel="email").count() == 1
    first = desk.draft(FIRST)
    desk.entry(first, "占道费", "5元/件")
    first = desk.published(CatalogueVersion.objects.get(pk=first.pk))
    assert OutboxMessage.objects.filter(key__startswith="fee-news").count() == 0
    path = f"/fees/subscriptions/{subscription_token(row)}/"
    Client().get(path)
    row.refresh_from_db()
    assert row.confirmed_at is None
    follow(path, act="confirm")
    second = desk.draft(SECOND)
    desk.entry(second, "停车费", "1元/件")
    desk.published(CatalogueVersion.objects.get(pk=second.pk))
    (news,) = OutboxMessage.objects.filter(key__startswith="fee-news")
    assert news.payload["context"]["counts"]["added"] == 1
    relay_lane("default")
    news.refresh_from_db()
    assert news.status == "sent", news.last_error
    follow(path, act="end")
    assert not Subscription.objects.exists()
    assert Client().get(path).status_code == 404
    assert Client().get("/fees/subscriptions/forged/").status_code == 404


@pytest.mark.parametrize(
    ("place", "told"), [("320102", True), ("320100", True), ("320000", False), ("440000", False), ("", True)]
)
def test_news_of_a_place_are_those_of_its_lists_and_above(desk: Desk, place: str, told: bool) -> None:
    Subscription.objects.create(
        email="a@example.com", division=division(place) if place else None, confirmed_at=timezone.now()
    )
    version = desk.draft(FIRST)
    desk.entry(version, "占道费", "5元/件")
    desk.published(CatalogueVersion.objects.get(pk=version.pk))
    assert OutboxMessage.objects.filter(key__startswith="fee-news").exists() is told


def test_pages_cost_the_same_however_many_rows(
    desk: Desk, history: CatalogueVersion, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for number in range(12):
        fee_list = desk.make_list(f"more-{number}")
        version = desk.draft(SECOND, fee_list)
        desk.entry(version, f"占用费{number}", "5元/件")
        desk.published(CatalogueVersion.objects.get(pk=version.pk))
    client = Client()
    for path, most in (
        ("/fees/?words=占用", 8), ("/fees/", 3), ("/fees/lists/", 2), ("/fees/lists/nanjing/", 3),
        ("/fees/lists/nanjing/2/", 4), ("/fees/company/?industry=E", 6), ("/fees/feed/", 2),
    ):  # fmt: skip
        with django_assert_max_num_queries(most):
            assert client.get(path).status_code == 200
