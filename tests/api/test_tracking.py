"""Tracking by reference and secret: what is told, to whom, and what can be done."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from casework.cases.actors import Actor
from casework.cases.models import AccessLog, OutboxMessage
from casework.cases.references import derive_secret
from casework.documents.letters import render_issued
from complaints import services
from complaints.models import ArrearsComplaint
from tests.api.conftest import Caller, faults
from tests.factories import House

PDF = b"%PDF-1.7\nnew evidence\n%%EOF\n"


class Tracked:
    """A complaint with its secret."""

    def __init__(self, client: Any, complaint: ArrearsComplaint) -> None:
        self.client, self.complaint = client, complaint
        self.headers = {"x-case-secret": derive_secret(complaint.idempotency_key)}
        self.address = f"/api/v1/track/{complaint.reference}/"

    def get(self, path: str = "") -> Any:
        return self.client.get(self.address + path, headers=self.headers)

    def post(self, path: str, body: dict[str, Any], **extra: Any) -> Any:
        return self.client.post(f"{self.address}{path}/", body, headers=self.headers, **extra)


def asked_for_correction(house: House) -> ArrearsComplaint:
    return services.complaint_request_correction(
        complaint=house.submitted(), actor=Actor.person(house.clerk), items=["contract"], note="请补充合同"
    )


def test_state_deadline_and_timeline_are_told_without_staff_names(house: House, caller: Caller) -> None:
    house.clerk.display_name = "经办人甲"
    house.clerk.save()
    tracked = Tracked(caller(None), house.in_handling())
    body = tracked.get().json()
    assert body["state"] == "in_handling"
    assert body["next_due"]["due"] == ArrearsComplaint.objects.get().next_due.isoformat()  # type: ignore[union-attr]
    assert body["next_due"]["provisional"] in (True, False)
    assert body["next_due"]["reasons"]
    assert "Complaint accepted" in [line["title"] for line in body["timeline"]]
    assert [letter["id"] for letter in body["letters"]] == [tracked.complaint.letters.get(to_complainant=True).pk]
    assert body["actions"] == ["withdraw"]
    assert "经办人甲" not in str(body)


def test_a_reading_is_logged(house: House, caller: Caller) -> None:
    tracked = Tracked(caller(None), house.submitted())
    tracked.get()
    assert AccessLog.objects.get(case=tracked.complaint).what == "api"


def test_a_wrong_secret_and_an_unknown_reference_look_the_same(house: House, caller: Caller) -> None:
    tracked = Tracked(caller(None), house.submitted())
    wrong = {"x-case-secret": "00000-00000-00000-00000"}
    answers = [
        tracked.client.get(address, headers=wrong) for address in (tracked.address, "/api/v1/track/QK2026-999999-9/")
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    bodies = [{**answer.json(), "instance": ""} for answer in answers]
    assert bodies[0] == bodies[1]


def test_without_a_secret_the_header_is_named(house: House, caller: Caller) -> None:
    tracked = Tracked(caller(house.clerk), house.submitted())
    response = tracked.client.get(tracked.address)
    assert response.status_code == 400
    assert set(faults(response)) == {"x_case_secret"}


def test_a_letter_is_there_when_it_is_rendered(house: House, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casework.documents.letters.render_letter", lambda *_args: b"%PDF-1.7 a letter")
    tracked = Tracked(caller(None), house.accepted())
    letter = tracked.complaint.letters.get()
    assert tracked.get(f"letters/{letter.pk}/").status_code == 404
    render_issued(OutboxMessage(payload={"letter": letter.pk}))
    response = tracked.get(f"letters/{letter.pk}/")
    assert response.headers["Content-Type"] == "application/pdf"
    assert b"".join(response.streaming_content) == b"%PDF-1.7 a letter"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_letters_between_authorities_stay_there(house: House, caller: Caller) -> None:
    tracked = Tracked(caller(None), house.transferred())
    inner = tracked.complaint.letters.get(to_complainant=False)
    assert inner.pk not in [letter["id"] for letter in tracked.get().json()["letters"]]
    assert tracked.get(f"letters/{inner.pk}/").status_code == 404


def test_a_correction_is_answered_with_text_and_files(house: House, caller: Caller) -> None:
    tracked = Tracked(caller(None), asked_for_correction(house))
    assert tracked.get().json()["correction_note"] == "请补充合同"
    body = {
        "version": str(tracked.complaint.version),
        "answer": "已补充",
        "files": [SimpleUploadedFile("补充.pdf", PDF), SimpleUploadedFile("补充2.pdf", PDF + b"2")],
    }
    response = tracked.post("answer-correction", body, format="multipart")
    assert response.status_code == 200, response.json()
    assert response.json()["state"] == "submitted"
    names = [row["name"] for row in tracked.get().json()["attachments"]]
    assert names == ["补充.pdf", "补充2.pdf"]


def test_a_refused_file_changes_nothing(house: House, caller: Caller) -> None:
    tracked = Tracked(caller(None), asked_for_correction(house))
    body = {"version": str(tracked.complaint.version), "answer": "x", "files": [SimpleUploadedFile("a.pdf", b"MZ")]}
    response = tracked.post("answer-correction", body, format="multipart")
    assert response.status_code == 400
    assert set(faults(response)) == {"files"}
    assert tracked.get().json()["state"] == "correction_requested"


@pytest.mark.parametrize("version", ["x", "", "１", "-1", "99999999999"])
def test_a_wrong_version_in_a_form_is_named(version: str, house: House, caller: Caller) -> None:
    tracked = Tracked(caller(None), asked_for_correction(house))
    response = tracked.post("answer-correction", {"version": version, "answer": "x"}, format="multipart")
    assert response.status_code == 400
    assert set(faults(response)) == {"version"}


def test_withdrawing_ends_the_case_once(house: House, caller: Caller) -> None:
    tracked = Tracked(caller(None), house.submitted())
    body = {"version": tracked.complaint.version, "reason": "已付款"}
    first, second = tracked.post("withdraw", body), tracked.post("withdraw", body)
    assert (first.status_code, first.json()["state"]) == (200, "withdrawn")
    assert second.status_code == 409
    assert faults(second) == {}
    assert second.json()["code"] == "case_changed"
