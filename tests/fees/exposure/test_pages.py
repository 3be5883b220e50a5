"""What everybody reads: the list, a case, the feed, the API; nothing before publication or after withdrawal."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from casework.cases.actors import Actor
from fees.exposure import services
from fees.exposure.demo import seed_cases
from fees.exposure.models import TypicalCase
from tests.factories import department, division
from tests.fees.exposure.conftest import PAYEE, TEXT, Office

pytestmark = pytest.mark.django_db
LIST, API = "/fees/typical-cases/", "/api/v1/fees/typical-cases/"


def read(path: str, status: int = 200, **query: Any) -> str:
    response = Client().get(path, query)
    assert response.status_code == status, response.content.decode()[:300]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


@pytest.mark.parametrize("status", ["draft", "submitted", "approved"])
def test_nothing_is_public_before_the_publication(office: Office, status: str) -> None:
    case = office.in_status(status)
    assert TEXT["title"] not in read(LIST) + read(f"{LIST}feed/") + read(API)
    assert Client().get(f"{LIST}{case.pk}/").status_code == 404
    assert Client().get(f"{API}{case.pk}/").status_code == 404


def test_a_withdrawn_case_says_only_that(office: Office) -> None:
    case = office.withdrawn()
    page = read(f"{LIST}{case.pk}/", 410)
    assert "该案例已撤下" in page
    for secret in (TEXT["title"], PAYEE, case.withdrawn_reason):
        assert secret not in page + read(LIST) + read(f"{LIST}feed/") + read(API)
    problem = Client().get(f"{API}{case.pk}/")
    assert (problem.status_code, problem.json()["code"]) == (410, "case_withdrawn")
    assert TEXT["title"] not in problem.content.decode()


def test_a_masked_case_never_names_the_payee(office: Office) -> None:
    words = {"masking": "kind_only", "masking_reason": "主动退还", "hidden_names": "赵六", "batch": "2026年第一批"}
    case = office.published(**words)
    pages = read(LIST) + read(f"{LIST}{case.pk}/") + read(f"{LIST}feed/") + read(API) + read(f"{API}{case.pk}/")
    assert "某协会" in pages
    for secret in (PAYEE, "赵六", "主动退还"):
        assert secret not in pages
    assert TEXT["title"] not in read(LIST, words=PAYEE)


def test_questions(office: Office) -> None:
    first = office.published(batch="2026年第一批", title="甲案")
    office.published(
        batch="2026年第二批", title="乙案", narrative="借机收取会议费。", division=division("330000", "浙江省")
    )
    assert "甲案" in read(LIST, batch="2026年第一批") and "乙案" not in read(LIST, batch="2026年第一批")
    assert "乙案" in read(LIST, words="会议费 借机") and "甲案" not in read(LIST, words="会议费")
    assert "甲案" in read(LIST, division="320000") and "乙案" not in read(LIST, division="320000")
    assert "甲案" in read(LIST, category="F10")
    assert "没有符合条件的案例" in read(LIST, category="F01")
    assert Client().get(LIST, {"category": "x"}).status_code == 400
    assert Client().get(LIST, {"division": "乌有市"}).status_code == 400
    assert "120,000.00元" in read(f"{LIST}{first.pk}/").replace(" ", "")


def test_the_api_is_strict_open_and_paged(office: Office) -> None:
    cases = [office.published(title=f"案{number}") for number in range(3)]
    response = Client().get(API, {"page_size": 2})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    first = response.json()
    assert [row["title"] for row in first["results"]] == ["案2", "案1"]
    assert [row["title"] for row in Client().get(first["next"]).json()["results"]] == ["案0"]
    assert {"payee_name", "hidden_names", "report", "drafted_by"} & first["results"][0].keys() == set()
    one = Client().get(f"{API}{cases[0].pk}/").json()
    assert (one["payee"], one["unlawful_amount"], one["categories"][0]["code"]) == (PAYEE, "120000.00", "F10")
    for query in ({"x": "1"}, {"division": "32"}, {"words": "x" * 101}, {"batch": ""}, {"words": "\0"}):
        assert Client().get(API, query).status_code == 400, query
    assert Client().post(API).status_code == 405


def test_joint_departments_stand_on_the_page(office: Office) -> None:
    case = office.submitted()
    services.joint_answer(joint=office.asked(case), actor=Actor.person(office.joint_head), agrees=True)
    released = services.joint_ask(
        typical_case=case, actor=Actor.person(office.writer), department=department("320100", name="无关部门")
    )
    services.joint_release(joint=released, actor=Actor.person(office.writer))
    services.exposure_approve(typical_case=case, actor=Actor.person(office.head))
    services.exposure_publish(typical_case=case, actor=Actor.person(office.writer))
    page = read(f"{LIST}{case.pk}/")
    assert office.other.name in page
    assert "无关部门" not in page


def test_the_lists_cost_the_same_however_long(
    office: Office, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(8):
        office.published(title=f"案{number}")
    # The API counts its callers in the shared cache: six of its nine.
    for path, most in ((LIST, 7), (f"{LIST}feed/", 3), (API, 9)):
        with django_assert_max_num_queries(most):
            read(path)


def test_the_demo_is_seeded_once_and_marked() -> None:
    division("320000")
    assert (seed_cases("secret-for-tests"), seed_cases("secret-for-tests")) == (4, 0)
    statuses = list(TypicalCase.objects.order_by("id").values_list("status", "masking"))
    assert statuses == [
        ("published", "kind_only"),
        ("published", "named"),
        ("published", "named"),
        ("submitted", "named"),
    ]
    page = read(LIST)
    assert page.count("开发数据") >= 3
    assert "示例机械行业协会" not in page
    assert "示例商会" not in page


def test_english(office: Office) -> None:
    case = office.published()
    for path in (LIST, f"{LIST}{case.pk}/"):
        response = Client().get(path, headers={"accept-language": "en"})
        text = response.content.decode()
        assert "ypical cases" in text
        own = re.sub(r'<([a-z0-9]+)[^>]*lang="zh-Hans"[^>]*>.*?</\1>', "", text, flags=re.S)
        own = re.sub(r"<option[^>]*>.*?</option>|<form class=\"language\".*?</form>", "", own, flags=re.S)
        assert re.findall("[一-鿿]+", own.split("<main", 1)[1].split("</main>")[0]) == []
