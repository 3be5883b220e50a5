"""The sample lists through the real services, and the API on them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from casework.parties.reference import load_divisions
from fees.catalogue.compare import compare_entries
from fees.catalogue.models import CatalogueEntry, CatalogueVersion
from fees.demo.seed import sample_rows, seed_lists

pytestmark = pytest.mark.django_db
# Word for word what callers were promised.
PROMISED = {
    "item": "应收账款质押登记",
    "payee": None,
    "division": "000000",
    "charged_on": "2026-03-01",
    "amount": "60.00",
    "quantity": "1",
    "unit": "件·年",
    "base": None,
}


@pytest.fixture
def _lists() -> None:
    load_divisions()
    seed_lists("secret-for-tests")


def ask(**changes: Any) -> Any:
    response = Client().post("/api/v1/fees/check", json.dumps({**PROMISED, **changes}), content_type="application/json")
    assert response.status_code == 200, response.content.decode()
    return response.json()["verdicts"]


@pytest.mark.usefixtures("_lists")
def test_every_sample_row_is_published_once_by_two_people() -> None:
    rows = list(sample_rows())
    assert CatalogueEntry.objects.filter(version__number=1).count() == len(rows) == 29
    assert seed_lists("secret-for-tests") == 0
    for version in CatalogueVersion.objects.select_related("fee_list"):
        assert version.status == "published"
        assert version.drafted_by_id != version.reviewed_by_id
        assert version.fee_list.is_development


@pytest.mark.usefixtures("_lists")
def test_one_list_has_a_history_that_says_it_is_invented() -> None:
    """Nobody may take what was made up for the demonstration for what a real place charges."""
    second = CatalogueVersion.objects.select_related("fee_list").get(number=2)
    first = second.fee_list.versions.get(number=1)
    found = compare_entries(first.entries.all(), second.entries.all())
    assert sorted(one.change for one in found) == ["added", "cancelled", "lowered"]
    assert second.fee_list.is_development
    assert "虚构" in second.source_title
    assert all("开发数据：虚构" in one.after.change_reason for one in found if one.after)
    assert (first.effective_to, second.effective_to) == (second.effective_from - timedelta(days=1), None)


@pytest.mark.usefixtures("_lists")
def test_the_promised_example() -> None:
    (verdict,) = ask()
    assert verdict["verdict"] == "above_standard"
    assert (verdict["allowed"], verdict["excess"]) == ("30.00", "30.00")
    assert verdict["entry"].keys() >= {"id", "name", "list", "version"}
    assert verdict["entry"]["name"] == "应收账款质押登记收费"
    assert "发改价格规〔2019〕1318号" in verdict["citation"]
    assert any("30 元/件·年 × 1 = 30 元" in step["text"] for step in verdict["steps"])


@pytest.mark.usefixtures("_lists")
@pytest.mark.parametrize(
    ("changes", "expected", "allowed"),
    [
        ({"amount": "30.00"}, "consistent", "30.00"),
        ({"quantity": "3", "amount": "90.00"}, "consistent", "90.00"),
        ({"unit": "件·次"}, "standard_not_computable", None),
        ({"charged_on": "2021-04-29"}, "not_yet_in_force", None),
        ({"item": "企业形象策划赞助", "unit": None}, "not_in_catalogue", None),
        ({"item": "诚信经营承诺押金", "unit": None}, "unlawful_deposit", None),
        ({"item": "水资源费", "division": "341503", "charged_on": "2024-12-07"}, "cancelled_or_suspended", None),
        ({"item": "土地闲置费", "payee": "某市某某行业协会"}, "wrong_payee", None),
        ({"item": "土地闲置费", "payee": "南京市自然资源局"}, "standard_not_computable", None),
        # 2 % of 5,000,000.
        ({"item": "投标保证金", "base": "5000000.00", "amount": "100000.00"}, "consistent", "100000.00"),
        ({"item": "投标保证金", "base": "5000000.00", "amount": "100000.01"}, "above_standard", "100000.00"),
        # 1 % of 800 million is 8 million, the cap 5 million; 2 % of 200 million is 4 million, the cap 3 million.
        (
            {"item": "农民工工资保证金", "division": "341524", "base": "800000000.00", "amount": "5000000.00"},
            "consistent",
            "5000000.00",
        ),
        (
            {"item": "农民工工资保证金", "division": "341524", "base": "200000000.00", "amount": "4000000.00"},
            "above_standard",
            "3000000.00",
        ),
    ],
)
def test_verdicts_over_the_samples(changes: dict[str, Any], expected: str, allowed: str | None) -> None:
    first = ask(**changes)[0]
    assert (first["verdict"], first["allowed"]) == (expected, allowed)
    assert first["steps"]
    assert first["citation"]


@pytest.mark.usefixtures("_lists")
def test_a_list_of_another_place_is_not_asked() -> None:
    verdicts = ask(item="农民工工资保证金", division="320000", base="200000000.00")
    assert [verdict["verdict"] for verdict in verdicts] == ["unlawful_deposit"]
