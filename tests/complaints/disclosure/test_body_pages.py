"""A body's pages, opened by its code: draft, review, receipt, correction, explanation."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from complaints.disclosure.bodies import body_code_renew
from complaints.disclosure.models import DisclosureObligation
from tests.complaints.disclosure.conftest import YEAR, Bureau, again

pytestmark = pytest.mark.django_db
TYPED = {
    "contracts": "3",
    "amount": "12.5万",
    "disputed": "",
    "longest_days": "90",
    "medium": "newspaper",
    "place": "示例日报2026年3月20日第4版",
    "published_on": "2026-03-20",
    "note": "",
}


@pytest.fixture(autouse=True)
def _no_pauses() -> None:
    cache.clear()


def entered(bureau: Bureau, row: DisclosureObligation) -> Client:
    """A browser that proved the code."""
    client = Client()
    given = {"reference": row.body.reference, "secret": bureau.codes[row.body_id]}
    response = client.post("/disclosures/enter/", given)
    assert (response.status_code, response["Location"]) == (302, f"/disclosures/body/{row.body.reference}/")
    return client


def url(row: DisclosureObligation, page: str = "") -> str:
    return f"/disclosures/body/{row.body.reference}/{row.year}/{page}"


def write(client: Client, row: DisclosureObligation, act: str = "review", **changes: Any) -> Any:
    version = again(row).version
    return client.post(url(row), {**TYPED, "act": act, "version": version, **changes})


def test_only_the_code_opens_a_bodys_pages(bureau: Bureau) -> None:
    row, client = bureau.asked(), Client()
    for address in (f"/disclosures/body/{row.body.reference}/", url(row), url(row, "receipt/"), url(row, "explain/")):
        page = client.get(address)
        assert "示例水务中心" not in page.content.decode() and "填报码" in page.content.decode()
    assert client.post(url(row), TYPED).status_code == 302
    assert again(row).draft == {}
    inside = entered(bureau, row)
    assert "示例水务中心" in inside.get(url(row)).content.decode()
    # A renewed code ends what the old one opened.
    body_code_renew(body=row.body, user=bureau.clerk)
    assert "示例水务中心" not in inside.get(url(row)).content.decode()


def test_another_bodys_pages_stay_closed(bureau: Bureau) -> None:
    row, other = bureau.asked(), bureau.body(name="示例别家单位")
    assert "示例别家单位" not in entered(bureau, row).get(f"/disclosures/body/{other.reference}/").content.decode()


def test_after_ten_wrong_codes_there_is_a_pause(bureau: Bureau) -> None:
    row, client = bureau.asked(), Client()
    given = {"reference": row.body.reference, "secret": "AAAAA-AAAAA-AAAAA-AAAAA"}
    answers = [client.post("/disclosures/enter/", given).status_code for _try in range(11)]
    assert answers == [422] * 10 + [429]


def test_from_the_form_to_the_receipt(bureau: Bureau) -> None:
    row = bureau.asked()
    client = entered(bureau, row)
    assert write(client, row)["Location"] == url(row, "review/")
    page = client.get(url(row, "review/")).content.decode()
    assert "125,000.00" in page and "示例日报" in page
    assert again(row).current is None
    done = client.post(url(row, "review/"), {"version": again(row).version})
    assert done["Location"] == url(row, "receipt/")
    said = again(row).current
    assert (said.contracts, said.disputed, said.registered_by) == (3, 0, None)
    assert "125,000.00" in client.get(url(row, "receipt/")).content.decode()
    # Sent again, there is nothing to submit.
    client.post(url(row, "review/"), {"version": again(row).version})
    assert row.disclosures.count() == 1


def test_a_draft_keeps_what_was_typed_however_wrong(bureau: Bureau) -> None:
    row = bureau.asked()
    client = entered(bureau, row)
    write(client, row, act="save", amount="大约十万", nothing_overdue="on")
    page = client.get(url(row)).content.decode()
    assert "大约十万" in page and "checked" in page
    assert write(client, row, amount="大约十万").status_code == 422
    assert client.get(url(row, "review/"))["Location"] == url(row)


def test_faults_are_named_at_their_fields(bureau: Bureau) -> None:
    row = bureau.asked()
    page = write(entered(bureau, row), row, contracts="0", published_on="2025-12-01").content.decode()
    assert 'href="#id_contracts"' in page and 'href="#id_published_on"' in page


def test_nothing_overdue_has_to_be_said(bureau: Bureau) -> None:
    row = bureau.asked()
    client = entered(bureau, row)
    empty = {"contracts": "", "amount": "", "longest_days": ""}
    assert write(client, row, **empty).status_code == 422
    assert write(client, row, nothing_overdue="on", **empty).status_code == 302
    client.post(url(row, "review/"), {"version": again(row).version})
    assert again(row).current.nothing_overdue


def test_a_form_that_was_overtaken_keeps_what_was_typed(bureau: Bureau) -> None:
    row = bureau.asked()
    client = entered(bureau, row)
    stale = again(row).version
    bureau.disclosed(row, user=bureau.clerk)
    response = write(client, row, version=stale, place="示例日报未丢失")
    assert response.status_code == 409 and "示例日报未丢失" in response.content.decode()


def test_a_year_that_nobody_asked_about_leads_home(bureau: Bureau) -> None:
    row = bureau.asked()
    response = entered(bureau, row).get(f"/disclosures/body/{row.body.reference}/{YEAR + 1}/")
    assert response["Location"] == f"/disclosures/body/{row.body.reference}/"


def test_a_question_is_answered_by_an_explanation(bureau: Bureau) -> None:
    row = bureau.asked()
    bureau.disclosed(row)
    asked = bureau.question(row)
    client = entered(bureau, row)
    assert asked.reasons in client.get(f"/disclosures/body/{row.body.reference}/").content.decode()
    assert client.post(url(row, "explain/"), {"text": ""}).status_code == 422
    client.post(url(row, "explain/"), {"text": "款项已付清。"})
    assert again(asked).answer == "款项已付清。"
    assert client.get(url(row, "explain/")).status_code == 302


def test_leaving_forgets_the_code(bureau: Bureau) -> None:
    row = bureau.asked()
    client = entered(bureau, row)
    client.post(f"/disclosures/body/{row.body.reference}/leave/")
    assert "示例水务中心" not in client.get(url(row)).content.decode()
