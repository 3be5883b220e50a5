"""The page 我是中小企业吗: linkable, right in both units, clear about what is missing."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from casework.cases.terms import load_all_terms
from casework.clocks.certainty import Certainty
from tests.complaints.portal_pages import english, error_texts, text_of
from tests.complaints.sizing.table import NOT_COVERED, TABLE

pytestmark = pytest.mark.django_db
ADDRESS = "/calculators/size/"


def ask(client: Client | None = None, **figures: Any) -> Any:
    return (client or Client()).get(ADDRESS, figures)


def words_of(response: Any) -> str:
    """The content of the page as text."""
    main = text_of(response).split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", "<main" + main)).split())


def verdict(response: Any) -> str:
    found = re.search(r'<h2 id="verdict">\s*(.*?)\s*</h2>', text_of(response), re.DOTALL)
    assert found
    return unescape(found[1])


def test_the_empty_form() -> None:
    response = ask()
    assert response.status_code == 200
    assert "<h1>我是中小企业吗</h1>" in text_of(response)
    assert 'id="verdict"' not in text_of(response)
    assert "第二十九条" in words_of(response)
    options = re.findall(r'<option value="(\w+)"', text_of(response))
    assert options[: len(TABLE)] == list(TABLE)
    assert set(NOT_COVERED) <= set(options[len(TABLE) :])
    assert re.search(r'value="wan"[^>]*\schecked', text_of(response))


@pytest.mark.parametrize(
    ("unit", "revenue"), [("wan", "15735"), ("wan", "15,735"), ("yuan", "157350000"), ("yuan", "157,350,000元")]
)
def test_both_units(unit: str, revenue: str) -> None:
    response = ask(industry="software", employees="103", unit=unit, revenue=revenue)
    assert verdict(response) == "中型企业"
    assert "15,735 万元" in words_of(response)
    assert "属于中小企业，可以作为中小企业投诉" in words_of(response)
    assert "工信部联企业〔2011〕300号" in words_of(response)
    assert str(Certainty.EXCERPT.label) in words_of(response)


def test_the_unit_decides() -> None:
    """The same number is ten thousand times less in yuan; without a unit it is read as 万元, as the form offers."""
    assert verdict(ask(industry="software", employees="103", unit="yuan", revenue="15735")) == "微型企业"
    assert verdict(ask(industry="software", employees="103", revenue="15735")) == "中型企业"


def test_the_comparisons_are_told_in_english_too() -> None:
    response = ask(english(), industry="software", employees="103", revenue="15735", unit="wan")
    assert verdict(response) == "Medium enterprise"
    words = words_of(response)
    assert "Large employees 103 people < 300 people ✗ below" in words
    assert "operating revenue 157,350,000 yuan ≥ 100,000,000 yuan ✓ reached" in words
    rows = re.findall(r'<tbody class="reached">.*?</tbody>', text_of(response), re.DOTALL)
    assert len(rows) == 1
    assert re.search(r">\s*Medium\s*<span class=\"tag ready\">your class<", rows[0])


def test_a_large_one_sees_the_ground_that_it_would_meet() -> None:
    load_all_terms()
    response = ask(industry="retail", employees="300", revenue="20000")
    assert verdict(response) == "大型企业"
    words = words_of(response)
    assert "拖欠款项不属于机关、事业单位或者大型企业向中小企业采购货物、工程、服务形成的款项" in words
    assert "工信部企业〔2021〕224号" in words
    answer = text_of(response).split('id="verdict"')[1].split("</section>")[0]
    assert "/complaints/new/" not in answer


def test_a_large_one_where_the_list_of_grounds_is_not_loaded() -> None:
    response = ask(industry="retail", employees="300", revenue="20000")
    assert response.status_code == 200
    assert "不属于中小企业" in words_of(response)


def test_an_sme_whichever_the_missing_figure_is() -> None:
    response = ask(industry="software", employees="103")
    assert verdict(response) == "中型、小型或微型企业"
    assert "还需提供： 营业收入" in words_of(response)
    assert "无论哪一类，都属于中小企业" in words_of(response)


def test_what_is_missing() -> None:
    response = ask(industry="software", revenue="15735")
    assert verdict(response) == "暂时无法确定规模类型"
    assert "还缺少： 从业人员" in words_of(response)
    assert "还缺少： 营业收入、资产总额" in words_of(ask(industry="construction"))
    assert verdict(ask(industry="software", employees="9")) == "微型企业"


@pytest.mark.parametrize("industry", NOT_COVERED)
def test_what_is_not_covered(industry: str) -> None:
    response = ask(industry=industry, employees="10")
    assert response.status_code == 200
    assert verdict(response) == "划型标准未涵盖该行业"
    assert "<table" not in text_of(response)


def test_codes_that_are_not_sure_are_said_to_be() -> None:
    assert "标准对该行业的归类" in words_of(ask(industry="transport", employees="10"))
    assert "标准对该行业的归类" not in words_of(ask(industry="retail", employees="9"))


@pytest.mark.parametrize(
    ("figures", "field"),
    [
        ({"employees": "10"}, "industry"),
        ({"industry": "alchemy"}, "industry"),
        ({"industry": "software", "employees": "-1"}, "employees"),
        ({"industry": "software", "employees": "1.5"}, "employees"),
        ({"industry": "software", "employees": "100000001"}, "employees"),
        ({"industry": "software", "revenue": "-1"}, "revenue"),
        ({"industry": "software", "revenue": "1,5"}, "revenue"),
        ({"industry": "software", "revenue": "9" * 19}, "revenue"),
        ({"industry": "software", "assets": "Infinity"}, "assets"),
        ({"industry": "software", "unit": "dollars"}, "unit"),
    ],
)
def test_faults_stand_at_their_field(figures: dict[str, Any], field: str) -> None:
    response = ask(**figures)
    assert response.status_code == 400
    assert list(error_texts(response)) == [field]
    assert 'role="alert"' in text_of(response)


def test_the_figures_stay_in_the_form() -> None:
    page = text_of(ask(industry="construction", revenue="85000", assets="4000", unit="wan"))
    assert re.search(r'<option value="construction" selected', page)
    assert re.search(r'name="revenue" value="85000"', page)
    assert re.search(r'name="assets" value="4000"', page)


def test_each_figure_says_whom_it_matters_to() -> None:
    page = text_of(ask())
    for name in ("employees", "revenue", "assets"):
        tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
        assert tag
        told = re.search(r'data-industries="([^"]*)"', tag[0])
        assert told
        assert told[1].split() == [industry for industry, limits in TABLE.items() if name in limits]
    assert "仅用于：建筑业、房地产开发经营、租赁和商务服务业" in words_of(ask())


def test_only_reading() -> None:
    assert Client().post(ADDRESS, {"industry": "software"}).status_code == 405
    assert Client().head(ADDRESS).status_code == 200
