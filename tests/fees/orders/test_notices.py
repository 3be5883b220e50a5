"""The public refund notices: who charged what and where to come forward; never a payer, never the reporter."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from casework.documents.reissue import letter_reissue
from fees.orders import services
from fees.orders.models import Order
from tests.fees.orders.house import NOTICE, OrderHouse, owed, today

pytestmark = pytest.mark.django_db
LIST = "/fees/notices/"


@pytest.fixture
def house() -> OrderHouse:
    return OrderHouse()


def text(response: Any) -> str:
    assert response.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def page(address: str = LIST, **query: str) -> str:
    return text(Client().get(address, query))


def address(order: Order) -> str:
    return reverse("fees:notice", args=[order.pk])


def test_a_notice_says_who_charged_what_and_where_to_come_forward(house: OrderHouse) -> None:
    order = house.announced(house.violation_found())
    assert order.letter is not None
    for shown in (page(), page(address(order))):
        for part in ("示例行业协会", "会员评比达标服务费", house.verifying.name, order.letter.number):
            assert part in shown
    detail = page(address(order))
    until = today() + timedelta(30)
    for part in (
        NOTICE["announcement"], NOTICE["claim_at"], "2026年1月1日", "2026年5月31日",
        f"{until.year}年{until.month}月{until.day}日",
    ):  # fmt: skip
        assert part in detail
    english = Client(headers={"accept-language": "en"}).get(address(order))
    assert "How to get your money back" in text(english)


def test_neither_payers_nor_the_reporter_are_ever_shown(house: OrderHouse) -> None:
    report = house.violation_found(item="示例包装有限公司评比费")
    payer = owed(amount="4321.99")
    order = house.announced(report, payer)
    hidden = (
        payer.name, payer.code, "4,321.99", "4321.99", "示例包装有限公司", report.complainant_code, "李四",
        report.contact_phone, report.contact_email, report.reference, report.facts, "210000", "210,000",
    )  # fmt: skip
    for shown in (page(), page(address(order))):
        assert not [word for word in hidden if word in shown]
        assert "某企业评比费" in shown


def test_only_announced_orders_are_public(house: OrderHouse) -> None:
    report = house.violation_found()
    hidden = [house.refund(report, owed()), house.rectification(report), house.announced(report)]
    services.order_end(report=report, actor=house.handling, order=hidden[-1].pk, outcome="revoked", note="撤销")
    assert "这里还没有公告" in page()
    for order in hidden:
        assert Client().get(address(order)).status_code == 404


def test_a_letter_that_was_issued_again_stands_in_the_notice(house: OrderHouse) -> None:
    """The number of the letter in force and its words as corrected; however often it was issued again."""
    report = house.violation_found()
    order, other = house.announced(report), house.announced(report)
    assert order.letter is not None
    assert other.letter is not None
    letter = order.letter
    for wrong, right in (("缴费凭证", "缴费凭证和身份证明"), ("", "")):
        letter = letter_reissue(
            case=report, letter=letter, reason="笔误", actor=house.handling, wrong=wrong, right=right
        )
    for shown in (page(), page(address(order))):
        assert letter.number in shown
        assert order.letter.number not in shown
    assert "缴费凭证和身份证明" in page(address(order))
    assert other.letter.number in page(address(other))


def test_a_search_by_payee(house: OrderHouse) -> None:
    house.announced(house.violation_found(respondent_name="甲市建设行业协会"))
    house.announced(house.violation_found(respondent_name="乙市招标代理公司"))
    found = page(payee="建设行业")
    assert "甲市建设行业协会" in found
    assert "乙市招标代理公司" not in found
    assert "没有公告" in page(payee="乌有")
    assert Client().get(LIST, {"payee": "长" * 101}).status_code == 400


def test_a_notice_that_is_over_says_so(house: OrderHouse) -> None:
    order = house.announced(house.violation_found(), announced_until=today())
    assert "公告已于" not in page(address(order))
    Order.objects.filter(pk=order.pk).update(
        announced_on=today() - timedelta(2), announced_until=today() - timedelta(1)
    )
    assert "公告已于" in page(address(order))
    assert "公告已于" in page()


def test_a_list_takes_few_queries_however_long(
    house: OrderHouse, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    report = house.violation_found()
    for _turn in range(5):
        house.announced(report)
    with django_assert_max_num_queries(3):
        page()
