"""The public deadline calculator over the API: the vectors of the domain rules, every refusal, both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from casework.clocks.models import StatutoryPeriod
from tests.api.conftest import Caller, faults
from tests.factories import division

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/calculators/deadline"
QUESTION = {"rule": "arrears.transfer", "start": "2026-02-09", "division": None}


@pytest.fixture
def draft() -> None:
    """A rule that nobody has published."""
    StatutoryPeriod.objects.create(
        code="test.draft", name="草案", amount=5, unit="working_days", starts_on="tested", responsible="supervisor",
        effective_from=date(2020, 1, 1), citation="第一条", certainty="I", status="draft",
    )  # fmt: skip


@pytest.fixture
def client(caller: Caller) -> APIClient:
    return caller(None)


def ask(client: APIClient, **changes: Any) -> Any:
    return client.post(ADDRESS, {**QUESTION, **changes}, format="json")


# The vectors of the domain rules, counted by hand on the State Council's notices: (rule, start, days in all, raw, due).
VECTORS = [
    ("arrears.transfer", "2026-02-09", None, "2026-02-28", "2026-02-28"),
    ("arrears.transfer", "2026-09-21", None, "2026-10-12", "2026-10-12"),
    ("arrears.transfer", "2025-09-26", None, "2025-10-16", "2025-10-16"),
    ("arrears.transfer", "2025-06-02", None, "2025-06-16", "2025-06-16"),
    ("fee.acceptance", "2026-04-28", None, "2026-05-11", "2026-05-11"),
    ("fee.acceptance", "2026-04-30", None, "2026-05-13", "2026-05-13"),
    ("fee.verification", "2026-09-30", None, "2026-10-27", "2026-10-27"),
    ("arrears.handling", "2025-06-03", None, "2025-07-03", "2025-07-03"),
    ("arrears.handling", "2025-06-03", 60, "2025-08-02", "2025-08-04"),
    ("arrears.handling", "2025-08-04", 60, "2025-10-03", "2025-10-09"),
    ("arrears.handling", "2025-12-03", None, "2026-01-02", "2026-01-04"),
    ("fee.penalty_case", "2026-07-05", None, "2026-10-03", "2026-10-08"),
    # The chain: filed, accepted, transferred and received on the last day each, extended to 90 days.
    ("arrears.review", "2026-09-14", None, "2026-09-28", "2026-09-28"),
    ("arrears.transfer", "2026-09-28", None, "2026-10-16", "2026-10-16"),
    ("arrears.handling", "2026-10-16", None, "2026-11-15", "2026-11-16"),
    ("arrears.handling", "2026-10-16", 90, "2027-01-14", "2027-01-14"),
]


@pytest.mark.parametrize(("rule", "start", "total_days", "raw_due", "due"), VECTORS)
def test_vectors(client: APIClient, rule: str, start: str, total_days: int | None, raw_due: str, due: str) -> None:
    answer = ask(client, rule=rule, start=start, total_days=total_days).json()
    assert (answer["raw_due"], answer["due"]) == (raw_due, due)
    assert answer["provisional"] is due.startswith("2027")
    assert (answer["rule"], answer["start"], answer["total_days"]) == (rule, start, total_days)
    assert answer["steps"][0]["date"] == start
    assert all(set(step) == {"text", "date"} and step["text"] for step in answer["steps"])


def test_an_answer_in_full(client: APIClient) -> None:
    answer = client.post(ADDRESS, QUESTION, format="json").json()
    steps = answer.pop("steps")
    assert answer == {
        "rule": "arrears.transfer",
        "version": 1,
        "citation": "《保障中小企业款项支付条例》（国务院令第802号）第二十五条第一款",
        "start": "2026-02-09",
        "raw_due": "2026-02-28",
        "due": "2026-02-28",
        "provisional": False,
        "name": "Transfer of a complaint to the handling department",
        "amount": 10,
        "unit": "working_days",
        "total_days": None,
        "certainty": "P",
        "rule_division": None,
        "calendar_until": "2028-12-31",
    }
    assert [step["date"] for step in steps] == ["2026-02-09"] * 2 + ["2026-02-28"] * 3
    assert "Feb. 15 to Feb. 23 (春节)" in steps[3]["text"]


def test_both_languages(client: APIClient) -> None:
    chinese = client.post(ADDRESS, QUESTION, format="json", headers={"accept-language": "zh-hans"}).json()
    assert chinese["name"] == "转交期限"
    assert "不计入" in chinese["steps"][0]["text"]
    assert "not counted" in ask(client).json()["steps"][0]["text"]
    refused = client.post(
        ADDRESS, {**QUESTION, "rule": "nothing"}, format="json", headers={"accept-language": "zh-hans"}
    )
    assert faults(refused) == {"rule": "没有此代码的已发布期限规则，请从列表中选择。"}


def test_with_and_without_the_last_slash(client: APIClient) -> None:
    assert client.post(f"{ADDRESS}/", QUESTION, format="json").json() == ask(client).json()
    assert client.get(f"{ADDRESS}-rules/").json() == client.get(f"{ADDRESS}-rules").json()


def test_a_province_with_a_rule_of_its_own(client: APIClient) -> None:
    division("210204")
    answer = ask(client, rule="arrears.review", start="2026-04-28", division="210204").json()
    assert (answer["due"], answer["amount"], answer["rule_division"]) == ("2026-05-11", 7, "210000")
    division("000000")
    assert ask(client, rule="arrears.review", start="2026-04-28", division="000000").json()["rule_division"] is None


def test_division_and_total_days_may_be_left_out(client: APIClient) -> None:
    short = client.post(ADDRESS, {"rule": "arrears.transfer", "start": "2026-02-09"}, format="json")
    assert short.json() == ask(client).json()


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"rule": "nothing"}, "rule", "Choose one from the list"),
        ({"rule": "test.draft"}, "rule", "No published rule"),
        ({"rule": ""}, "rule", "blank"),
        ({"rule": None}, "rule", "null"),
        ({"rule": 5}, "rule", "valid string"),
        ({"rule": ["arrears.transfer"]}, "rule", "valid string"),
        ({"rule": "x" * 41}, "rule", "40"),
        ({"rule": "a\x00b"}, "rule", "Null"),
        ({"start": "2003-12-31"}, "start", "covers 2004-01-01 to 2028-12-31"),
        ({"start": "2029-01-01"}, "start", "covers 2004-01-01 to 2028-12-31"),
        ({"start": "2028-12-28"}, "start", "leaves the calendar, which ends on 2028-12-31"),
        ({"start": "2025-05-31"}, "start", "in force from 2025-06-01"),
        ({"start": "2026-02-30"}, "start", "YYYY-MM-DD"),
        ({"start": "09.02.2026"}, "start", "YYYY-MM-DD"),
        ({"start": "2026-02-09T00:00"}, "start", "YYYY-MM-DD"),
        ({"start": 20260209}, "start", "YYYY-MM-DD"),
        ({"start": None}, "start", "null"),
        ({"division": "999999"}, "division", "No division"),
        ({"division": "32"}, "division", "six digits"),
        ({"division": "３２００００"}, "division", "six digits"),
        ({"division": ""}, "division", "blank"),
        ({"division": 320000}, "division", "valid string"),
        ({"total_days": 31}, "total_days", "leave this empty"),
        ({"rule": "arrears.handling", "total_days": 30}, "total_days", "must be longer"),
        ({"rule": "arrears.handling", "total_days": 91}, "total_days", "at most 90"),
        ({"rule": "arrears.handling", "total_days": 0}, "total_days", "1"),
        ({"rule": "arrears.handling", "total_days": "60"}, "total_days", "integer"),
        ({"rule": "arrears.handling", "total_days": True}, "total_days", "integer"),
        ({"strat": "2026-02-09"}, "strat", "Unknown field"),
    ],
)
@pytest.mark.usefixtures("draft")
def test_refusals_name_the_field(client: APIClient, changes: dict[str, Any], field: str, words: str) -> None:
    response = ask(client, **changes)
    assert response.status_code == 400
    found = faults(response)
    assert set(found) == {field}
    assert words in found[field]


@pytest.mark.parametrize("body", [b"", b"[]", b'"text"', b"null", b"{", b'{"rule": NaN}'])
def test_malformed_bodies(client: APIClient, body: bytes) -> None:
    response = client.post(ADDRESS, body, content_type="application/json")
    assert response.status_code == 400
    faults(response)


def test_missing_fields_are_named_together(client: APIClient) -> None:
    assert set(faults(client.post(ADDRESS, {}, format="json"))) == {"rule", "start"}


@pytest.mark.usefixtures("draft")
def test_the_list_of_rules(client: APIClient) -> None:
    rules = client.get(f"{ADDRESS}-rules").json()
    review = [entry for entry in rules if entry["rule"] == "arrears.review"]
    assert [(entry["division"], entry["amount"]) for entry in review] == [(None, 10), ("210000", 7)]
    handling = next(entry for entry in rules if entry["rule"] == "arrears.handling")
    assert (handling["amount"], handling["unit"], handling["hard_cap"]) == (30, "calendar_days", 90)
    assert handling["starts_on"] == "receipt of the complaint by the handling department"
    assert set(handling) == {
        *("rule", "division", "name", "version", "starts_on", "amount", "unit", "hard_cap", "effective_from"),
        *("citation", "certainty"),
    }
    assert "test.draft" not in {entry["rule"] for entry in rules}
    for entry in rules:
        assert ask(client, rule=entry["rule"], start="2026-06-01").status_code == 200
    refused = client.get(f"{ADDRESS}-rules?division=210000")
    assert set(faults(refused)) == {"division"}


@pytest.fixture
def rate(settings: Any) -> Iterator[Callable[[str | None], None]]:
    """Sets the calculators' budget; None switches it off."""

    def narrow(value: str | None) -> None:
        rates = {**settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "calculator": value}
        settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}

    cache.clear()
    yield narrow
    cache.clear()


def test_few_queries(
    client: APIClient,
    django_assert_num_queries: DjangoAssertNumQueries,
    rate: Callable[[str | None], None],
) -> None:
    rate(None)  # the budget is kept in the database too
    division("320102")
    ask(client)  # builds the calendar
    with django_assert_num_queries(3):  # division, stamp of the calendar, rule
        ask(client, division="320102")
    with django_assert_num_queries(1):
        client.get(f"{ADDRESS}-rules")


def test_a_budget_of_its_own(client: APIClient, rate: Callable[[str | None], None]) -> None:
    rate("2/min")
    assert [ask(client).status_code for _request in range(3)] == [200, 200, 429]
