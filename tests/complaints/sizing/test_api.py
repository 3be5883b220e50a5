"""The size calculator over the wire."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from tests.api.conftest import faults
from tests.complaints.sizing.table import CHINESE, NOT_COVERED, TABLE, limits_of

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/calculators/enterprise-size"
INDUSTRIES = "/api/v1/calculators/industries"
SOFTWARE = {"industry": "software", "employees": 103, "revenue": "157350000", "assets": None}


def ask(language: str = "en", address: str = ADDRESS, **changes: Any) -> Any:
    question = {**SOFTWARE, **changes}
    return APIClient(HTTP_ACCEPT_LANGUAGE=language).post(
        address, {name: value for name, value in question.items() if value is not ...}
    )


@pytest.mark.parametrize("address", [ADDRESS, ADDRESS + "/"])
def test_an_answer_with_its_reasons(address: str) -> None:
    response = ask(address=address)
    assert response.status_code == 200
    body = response.json()
    assert "工信部联企业〔2011〕300号" in body.pop("citation")
    assert body == {
        "size": "medium",
        "possible": ["medium"],
        "is_sme": True,
        "missing": [],
        "industry": "software",
        "covered": True,
        "text": "Medium enterprise: an SME.",
        "comparisons": [
            compared("large", "employees", "persons", "300", "103", met=False),
            compared("large", "revenue", "yuan", "100000000.00", "157350000.00", met=True),
            compared("medium", "employees", "persons", "100", "103", met=True),
            compared("medium", "revenue", "yuan", "10000000.00", "157350000.00", met=True),
            compared("small", "employees", "persons", "10", "103", met=True),
            compared("small", "revenue", "yuan", "500000.00", "157350000.00", met=True),
        ],
        "certainty": "E",
        "version": 1,
        "effective_from": "2011-06-18",
    }


def compared(size: str, indicator: str, unit: str, threshold: str, value: str, *, met: bool) -> dict[str, Any]:
    return {
        "size": size,
        "indicator": indicator,
        "unit": unit,
        "threshold": threshold,
        "value": value,
        "met": met,
    }


def test_a_missing_figure() -> None:
    body = ask(revenue=None).json()
    assert (body["size"], body["missing"], body["is_sme"]) == (None, ["revenue"], True)
    assert body["possible"] == ["medium", "small", "micro"]
    assert body["text"] == (
        "Medium, small or micro enterprise: an SME in any case. To tell the class, this is missing: operating revenue."
    )
    assert [row["met"] for row in body["comparisons"] if row["indicator"] == "revenue"] == [None] * 3
    assert ask("zh-hans", revenue=..., assets=...).json()["text"] == (
        "中型、小型或微型企业，均属于中小企业。要确定具体类型，还需提供：营业收入。"
    )
    unknown = ask(employees=None).json()
    assert (unknown["size"], unknown["missing"], unknown["is_sme"]) == (None, ["employees"], None)
    assert ask(employees=9, revenue=None).json()["size"] == "micro"


def test_a_large_one() -> None:
    body = ask("zh-hans", employees=300, revenue="100000000.00").json()
    assert (body["size"], body["is_sme"], body["text"]) == ("large", False, "大型企业，不属于中小企业。")


@pytest.mark.parametrize("industry", NOT_COVERED)
def test_an_industry_that_is_not_covered(industry: str) -> None:
    response = ask(industry=industry)
    body = response.json()
    assert (response.status_code, body["covered"], body["size"], body["is_sme"]) == (200, False, None, None)
    assert (body["industry"], body["comparisons"], body["missing"], body["possible"]) == (industry, [], [], [])
    assert body["text"].startswith("The size standard does not cover this industry: ")
    assert body["citation"]


def test_names_and_codes() -> None:
    for name in ("软件和信息技术服务业", "软件", "I65", "6510"):
        assert ask(industry=name).json()["industry"] == "software"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"industry": "alchemy"}, "industry"),
        ({"industry": "F"}, "industry"),
        ({"industry": ""}, "industry"),
        ({"industry": None}, "industry"),
        ({"industry": ...}, "industry"),
        ({"industry": 65}, "industry"),
        ({"industry": "x" * 61}, "industry"),
        ({"industry": "soft\u0000ware"}, "industry"),
        ({"employees": -1}, "employees"),
        ({"employees": "103"}, "employees"),
        ({"employees": 10.5}, "employees"),
        ({"employees": True}, "employees"),
        ({"employees": 100_000_001}, "employees"),
        ({"employees": 10**400}, "employees"),
        ({"revenue": 157350000}, "revenue"),
        ({"revenue": "-1"}, "revenue"),
        ({"revenue": "1e9"}, "revenue"),
        ({"revenue": "1.001"}, "revenue"),
        ({"revenue": "1" * 15}, "revenue"),
        ({"revenue": "NaN"}, "revenue"),
        ({"assets": "one"}, "assets"),
        ({"assets": []}, "assets"),
        ({"signed_on": "2011-06-17"}, "signed_on"),
        ({"signed_on": "yesterday"}, "signed_on"),
        ({"turnover": "1"}, "turnover"),
    ],
)
def test_what_is_refused_and_where(changes: dict[str, Any], field: str) -> None:
    response = ask(**changes)
    assert response.status_code == 400
    assert list(faults(response)) == [field]


def test_an_ambiguous_code_names_what_it_may_mean() -> None:
    message = faults(ask("zh-hans", industry="F"))["industry"]
    assert message == "对应多个行业：批发业、零售业。请指明其中一个，或者提供更细的行业代码。"


@pytest.mark.parametrize("address", [INDUSTRIES, INDUSTRIES + "/"])
def test_the_list_of_industries(address: str) -> None:
    rows = APIClient().get(address).json()
    assert {row["slug"]: row["name"] for row in rows} == CHINESE
    for row in rows:
        assert row["indicators"] == list(TABLE[row["slug"]])
        assert row["name_en"]
        assert row["codes"]
        told = {(limit["indicator"], limit["size"]): limit["threshold"] for limit in row["limits"]}
        assert told == {
            (name, size): str(value) if name == "employees" else f"{value:.2f}"
            for name, values in limits_of(row["slug"]).items()
            for size, value in zip(("large", "medium", "small"), values, strict=True)
        }
        assert APIClient().post(ADDRESS, {"industry": row["slug"]}).json()["industry"] == row["slug"]


def test_the_list_takes_no_parameters() -> None:
    response = APIClient().get(INDUSTRIES, {"page": 2})
    assert (response.status_code, list(faults(response))) == (400, ["page"])


def test_the_budget_of_calculators(settings: Any) -> None:
    rates = {**settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "calculator": "2/min"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    cache.clear()
    assert [ask().status_code for _ in range(3)] == [200, 200, 429]
    cache.clear()
