"""The page and its sheet: linkable, the answer first, clear about gaps and faults, complete in both languages."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pypdf
import pytest
from django.core.cache import cache
from django.test import Client

from casework.api.throttles import CalculatorThrottle
from tests.complaints.portal_pages import english, error_texts, text_of

pytestmark = pytest.mark.django_db
ADDRESS, SHEET = "/calculators/interest/", "/calculators/interest/sheet.pdf"
CLAIM = {
    "respondent_type": "large_enterprise",
    "signed_on": "2025-06-02",
    "delivered_on": "2025-06-03",
    "amount": "100,000.00",
    "as_of": "2025-12-31",
}
PAID = {"payment-0-on": "2025-09-15", "payment-0-amount": "20000"}


@pytest.fixture(autouse=True)
def _fresh_budget() -> None:
    cache.clear()


def ask(client: Client | None = None, address: str = ADDRESS, /, **changes: str) -> Any:
    return (client or Client()).get(address, {**CLAIM, **changes})


def words_of(response: Any) -> str:
    """The content of the page as text."""
    main = text_of(response).split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", "<main" + main)).split())


def verdict(response: Any) -> str:
    found = re.search(r'<h2 id="answer"[^>]*>\s*(.*?)\s*</h2>', text_of(response), re.DOTALL)
    assert found
    return unescape(found[1])


def test_the_empty_form() -> None:
    response = Client().get(ADDRESS)
    assert response.status_code == 200
    assert 'id="answer"' not in text_of(response)
    assert "1年期LPR数据已录入至2026年8月" in words_of(response)
    assert "不是认定" in words_of(response)


def test_the_answer_comes_first_with_its_reasons_and_sources() -> None:
    response = ask()
    words = words_of(response)
    assert verdict(response) == "逾期利息7,450.00元"
    assert "应付款日 2025年8月4日" in words
    assert "国务院令第802号第九条第二款" in words
    assert "《民法典》第二百零三条" in words
    assert "仅供计算参考，不是认定或者裁判" in words


def test_the_page_in_english() -> None:
    response = ask(english(), **PAID)
    assert verdict(response) == "Interest: 6,492.35 yuan"
    words = words_of(response)
    assert "Payment was due on Aug. 4, 2025" in words
    assert "Principal left 82,100.00" in words
    without_sources = re.sub(r'<(span|p)[^>]*lang="zh-Hans"[^>]*>.*?</\1>', "", text_of(response), flags=re.DOTALL)
    main = without_sources.split("<main", 1)[1].split("</main>", 1)[0]
    assert re.findall(r"[\u4e00-\u9fff]+", main) == []


def test_the_form_keeps_what_was_asked_and_offers_one_more_row() -> None:
    page = text_of(ask(**PAID, **{"payment-1-on": "2025-10-01", "payment-1-amount": "5"}))
    assert 'value="2025-10-01"' in page
    assert 'name="payment-2-on"' in page
    assert 'name="payment-3-on"' not in page


def test_blank_fields_leave_the_address() -> None:
    response = ask(agreed_term_days="", state_owned="", **{"payment-0-on": "", "payment-0-amount": ""})
    assert response.status_code == 302
    assert {name: values[0] for name, values in parse_qs(urlsplit(response["Location"]).query).items()} == CLAIM


def test_days_of_another_start_event_do_not_count() -> None:
    days = {"passed_on": "2025-07-01", "agreed_deadline": "2025-07-05", "settlement_confirmed_on": "2025-07-09"}
    for basis, due in (("delivery", "2025年8月4日"), ("acceptance", "2025年9月1日"), ("settlement", "2025年9月8日")):
        assert f"应付款日 {due}" in words_of(ask(basis=basis, **days))


def test_what_can_not_be_computed_is_said() -> None:
    response = ask(signed_on="2019-06-02")
    assert verdict(response) == "应付款日暂无法计算"
    words = words_of(response)
    assert "缺少约定的付款期限" in words
    assert "缺少约定的利率" in words
    assert "<svg" not in text_of(response)
    known_due = ask(signed_on="2019-06-02", agreed_term_days="60")
    assert verdict(known_due) == "已经逾期，但利息暂无法计算"


def test_not_overdue_yet() -> None:
    response = ask(as_of="2025-08-04")
    assert verdict(response) == "尚未逾期"
    assert "自2025年8月5日起计息" in words_of(response)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"amount": "-5"}, "amount"),
        ({"amount": "lots"}, "amount"),
        ({"signed_on": "1899-01-01"}, "signed_on"),
        ({"respondent_type": "shop"}, "respondent_type"),
        ({"agreed_annual_rate": "NaN"}, "agreed_annual_rate"),
        ({"undisputed_amount": "100000.01"}, "undisputed_amount"),
        ({"payment-0-on": "2025-09-01"}, "payment-0-amount"),
        ({"payment-0-on": "2025-09-01", "payment-0-amount": "-1"}, "payment-0-amount"),
        ({"deposit-0-kind": "bid"}, "deposit-0-amount"),
    ],
)
def test_a_fault_stands_at_its_field(changes: dict[str, str], told: str) -> None:
    response = ask(**changes)
    assert response.status_code == 400
    assert error_texts(response)
    assert re.search(rf'id="id_{told}_error"', text_of(response))
    assert 'id="answer"' not in text_of(response)


def test_more_rows_than_there_may_be_are_refused() -> None:
    assert ask(**{"payment-200-on": "2025-09-01", "payment-200-amount": "1"}).status_code == 400


def test_the_picture_has_a_place_for_each_day() -> None:
    page = text_of(ask(**PAID))
    svg = page.split("<svg", 1)[1].split("</svg>", 1)[0]
    assert svg.count("<circle") == 3
    assert svg.count('class="payment"') == 1
    places = [float(x) for x in re.findall(r'cx="([\d.]+)%"', svg)]
    assert places == sorted(places)
    assert (places[0], places[-1]) == (5.0, 95.0)
    # 62 of the 211 days from delivery to the end lie before the due date.
    assert places[1] == pytest.approx(5 + 90 * 62 / 211, abs=0.01)
    assert "style=" not in page.split("<main", 1)[1]


def test_the_sheet_says_the_same_in_chinese_to_every_reader() -> None:
    for client in (Client(), english()):
        response = ask(client, SHEET, **PAID)
        assert response.status_code == 200
        assert response["Content-Type"] == "application/pdf"
        document = pypdf.PdfReader(io.BytesIO(response.content))
        text = re.sub(r"\s", "", "".join(page.extract_text() for page in document.pages))
        for expected in ("6,492.35", "82,100.00", "2025年8月4日", "不是认定或者裁判", "第二百零三条", "付款当日"):
            assert expected in text


def test_a_sheet_of_a_wrong_claim_leads_back_to_the_form() -> None:
    response = ask(None, SHEET, amount="-5")
    assert (response.status_code, response["Location"].partition("?")[0]) == (302, ADDRESS)


def test_sheets_have_a_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CalculatorThrottle, "get_rate", lambda self: "1/min")
    assert [ask(None, SHEET).status_code for _time in range(2)] == [200, 429]


def test_the_list_of_calculators_leads_here() -> None:
    assert f'href="{ADDRESS}"' in text_of(Client().get("/calculators/"))
