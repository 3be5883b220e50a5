"""Filing over the API: evidence, idempotency, strict input."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from casework.cases.models import Case
from casework.cases.references import secret_matches
from casework.documents.models import StagedFile
from complaints.models import ArrearsComplaint
from tests.api.conftest import KEY, Caller, faults, wire
from tests.factories import House, credit_code

_right = credit_code(7001)
WRONG_CHECK = _right[:-1] + ("A" if _right[-1] == "B" else "B")
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def file(client: Any, key: str = KEY, **changes: Any) -> Any:
    return client.post("/api/v1/complaints/", wire(**changes), headers={"idempotency-key": key})


def upload(client: Any, content: bytes = PDF, name: str = "合同.pdf", key: str = KEY, **more: str) -> Any:
    return client.post(
        "/api/v1/evidence/",
        {"file": SimpleUploadedFile(name, content), **more},
        format="multipart",
        headers={"idempotency-key": key},
    )


def test_a_filing_is_answered_with_reference_secret_and_deadline(house: House, caller: Caller) -> None:
    response = file(caller(None))
    body = response.json()
    assert response.status_code == 201, body
    complaint = ArrearsComplaint.objects.get(reference=body["reference"])
    assert secret_matches(body["secret"], complaint.secret_hash)
    assert body["state"] == "submitted"
    assert body["next_due"] == complaint.deadlines.get().due.isoformat()
    assert complaint.receiving_department == house.receiving
    assert response.headers["Location"].endswith(f"/api/v1/track/{body['reference']}/")
    assert body["secret"] not in response.headers["Location"]


def test_every_field_that_the_portal_asks_for_is_stored(house: House, caller: Caller) -> None:
    sent = wire(respondent_address="对方地址", respondent_contact="李四", respondent_phone="025-83000000")
    response = caller(None).post("/api/v1/complaints/", sent, headers={"idempotency-key": KEY})
    complaint = ArrearsComplaint.objects.get(reference=response.json()["reference"])
    stored = {name: getattr(complaint, "division_id" if name == "division" else name) for name in sent}
    assert {name: value if isinstance(value, bool) else str(value) for name, value in stored.items()} == sent


def test_a_repeat_finds_the_first_filing_and_its_secret(house: House, caller: Caller) -> None:
    first, second = file(caller(None)), file(caller(None))
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json() == first.json()
    assert Case.objects.count() == 1


def test_a_used_key_with_other_content_is_refused_by_name(house: House, caller: Caller) -> None:
    file(caller(None))
    response = file(caller(None), amount="79999.00")
    assert response.status_code == 400
    assert set(faults(response)) == {"idempotency_key"}
    assert Case.objects.count() == 1


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "sixteen chars ok", "密" * 16])
def test_a_missing_or_malformed_key_is_refused_by_name(key: str, house: House, caller: Caller) -> None:
    headers = {"idempotency-key": key.encode().decode("latin-1")} if key else {}
    response = caller(None).post("/api/v1/complaints/", wire(), headers=headers)
    assert response.status_code == 400
    assert set(faults(response)) == {"idempotency_key"}


@pytest.mark.django_db(transaction=True)
def test_the_same_file_twice_at_once_is_kept_once(caller: Caller) -> None:
    barrier = Barrier(4)

    def send(_number: int) -> Any:
        barrier.wait(timeout=30)
        try:
            return upload(caller(None))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        responses = list(pool.map(send, range(4)))
    assert {response.status_code for response in responses} == {201}
    assert len({response.json()["id"] for response in responses}) == 1
    assert StagedFile.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_request_twice_at_once_makes_one_case(caller: Caller) -> None:
    House()
    wire()
    barrier = Barrier(4)

    def send(_number: int) -> Any:
        barrier.wait(timeout=30)
        try:
            return caller(None).post("/api/v1/complaints/", body, headers={"idempotency-key": KEY})
        finally:
            connection.close()

    body = wire()
    with ThreadPoolExecutor(4) as pool:
        responses = list(pool.map(send, range(4)))
    assert sorted(response.status_code for response in responses) == [200, 200, 200, 201]
    assert len({(response.json()["reference"], response.json()["secret"]) for response in responses}) == 1
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": 80000}, "amount"),
        ({"amount": 80000.5}, "amount"),
        ({"amount": "80,000.00"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": "1e3"}, "amount"),
        ({"amount": "-1.00"}, "amount"),
        ({"amount": "0.001"}, "amount"),
        ({"amount": "9" * 30}, "amount"),
        ({"amount": "90000.00"}, "amount"),
        ({"paid_amount": None}, "paid_amount"),
        ({"signed_on": "2025-13-01"}, "signed_on"),
        ({"signed_on": "20250602"}, "signed_on"),
        ({"signed_on": "2025-W01-1"}, "signed_on"),
        ({"signed_on": 20250602}, "signed_on"),
        ({"delivered_on": "2999-01-01"}, "delivered_on"),
        ({"complainant_name": 5}, "complainant_name"),
        ({"complainant_name": ["x"]}, "complainant_name"),
        ({"complainant_name": {"a": 1}}, "complainant_name"),
        ({"complainant_name": "名" * 121}, "complainant_name"),
        ({"complainant_name": "a\x00b"}, "complainant_name"),
        ({"complainant_name": "   "}, "complainant_name"),
        ({"facts": "字" * 5001}, "facts"),
        ({"complainant_code": "91320000000007001?"}, "complainant_code"),
        ({"complainant_code": WRONG_CHECK}, "complainant_code"),
        ({"complainant_size": "huge"}, "complainant_size"),
        ({"complainant_size": 1}, "complainant_size"),
        ({"contact_email": "nobody"}, "contact_email"),
        ({"contact_phone": "call me"}, "contact_phone"),
        ({"division": "999999"}, "division"),
        ({"division": 320102}, "division"),
        ({"division": "32010"}, "division"),
        ({"division": "３２０１０２"}, "division"),
        ({"undertaking": "true"}, "undertaking"),
        ({"undertaking": 1}, "undertaking"),
        ({"undertaking": False}, "undertaking"),
        ({"complaint": "?"}, "complaint"),
        ({"state": "closed"}, "state"),
        ({"reference": "QK2026-000001-1"}, "reference"),
        ({"is_development": True}, "is_development"),
    ],
)
def test_wrong_input_is_refused_by_field(changes: dict[str, Any], field: str, house: House, caller: Caller) -> None:
    response = file(caller(None), **changes)
    assert response.status_code == 400
    assert set(faults(response)) == {field}
    assert not Case.objects.exists()


def test_each_missing_field_is_named_at_once(house: House, caller: Caller) -> None:
    response = caller(None).post("/api/v1/complaints/", {}, headers={"idempotency-key": KEY})
    optional = {
        "contact_email",
        "contact_address",
        "respondent_code",
        "respondent_address",
        "respondent_contact",
        "respondent_phone",
        "paid_amount",
    }
    assert set(faults(response)) == set(wire()) - optional


def test_evidence_waits_for_its_filing_and_becomes_part_of_the_case(house: House, caller: Caller) -> None:
    client = caller(None)
    kept = upload(client)
    assert kept.status_code == 201, kept.json()
    assert (kept.json()["name"], kept.json()["content_type"]) == ("合同.pdf", "application/pdf")
    assert upload(client).json()["id"] == kept.json()["id"]
    listed = client.get("/api/v1/evidence/", headers={"idempotency-key": KEY}).json()
    assert [row["id"] for row in listed] == [kept.json()["id"]]
    reference = file(client).json()["reference"]
    assert [a.name for a in ArrearsComplaint.objects.get(reference=reference).attachments.all()] == ["合同.pdf"]
    assert client.get("/api/v1/evidence/", headers={"idempotency-key": KEY}).json() == []


def test_a_file_is_what_its_sender_says(house: House, caller: Caller) -> None:
    client = caller(None)
    assert upload(client).json()["kind"] is None
    named = upload(client, PDF + b" ", "发票.pdf", kind="demand")
    assert (named.json()["kind"], named.json()["scan"]) == ("demand", "none")
    refused = upload(client, PDF + b"  ", kind="nothing-of-the-list")
    assert set(faults(refused)) == {"kind"}
    assert StagedFile.objects.filter(key=KEY).count() == 2
    case = ArrearsComplaint.objects.get(reference=file(client).json()["reference"])
    assert [a.kind.code if a.kind else "" for a in case.attachments.all()] == ["", "demand"]


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00 a program", b"just text"])
def test_a_refused_file_is_named_and_loses_nothing_else(content: bytes, house: House, caller: Caller) -> None:
    client = caller(None)
    upload(client)
    response = upload(client, content, "证据.pdf")
    assert response.status_code == 400
    assert "证据.pdf" in faults(response)["file"]
    assert StagedFile.objects.filter(key=KEY).count() == 1


def test_a_file_over_the_limit_is_refused(house: House, caller: Caller, settings: Any) -> None:
    settings.EVIDENCE_MAX_BYTES = 100
    assert set(faults(upload(caller(None), PDF + b" " * 100))) == {"file"}
    response = upload(caller(None), PDF + b" " * 1024 * 1024)
    assert response.status_code == 413
    assert faults(response) == {}


def test_files_of_another_key_are_neither_listed_nor_removed(house: House, caller: Caller) -> None:
    client = caller(None)
    address = f"/api/v1/evidence/{upload(client).json()['id']}/"
    other = {"idempotency-key": "another-key-of-16-chars"}
    assert client.get("/api/v1/evidence/", headers=other).json() == []
    assert client.delete(address, headers=other).status_code == 404
    assert client.delete(address, headers={"idempotency-key": KEY}).status_code == 204
    assert not StagedFile.objects.exists()


def test_an_account_finds_its_own_filing(house: House, caller: Caller, django_user_model: Any) -> None:
    account = django_user_model.objects.create_user("sme", password="x")
    reference = file(caller(account)).json()["reference"]
    rows = caller(account).get("/api/v1/cases/").json()["results"]
    assert [row["reference"] for row in rows] == [reference]
