"""Files and letters for signed-in people: only what they may see, logged, and headed so that nothing runs or stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from casework.cases.actors import Actor
from casework.cases.models import AccessLog
from casework.documents.models import Attachment, Letter
from casework.parties.models import User
from complaints import services
from complaints.models import ArrearsComplaint
from tests.factories import House, file_complaint

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def filer(house: House) -> User:
    return User.objects.create_user("sme")


@pytest.fixture
def case(house: House, filer: User) -> ArrearsComplaint:
    """A transferred complaint with evidence and its two letters rendered."""
    clerk = Actor.person(house.clerk)
    complaint = file_complaint(Actor.complainant("x", filer)).complaint
    complaint = services.complaint_accept(complaint=complaint, actor=clerk)
    complaint = services.complaint_transfer(complaint=complaint, actor=clerk, department=house.handling)
    for number, letter in enumerate(Letter.objects.filter(case=complaint)):
        letter.file.save(f"letters/{number}.pdf", ContentFile(PDF), save=False)
        letter.sha256, letter.size, letter.status = "0" * 64, len(PDF), Letter.Status.READY
        letter.save()
    return complaint


def bytes_of(response: Any) -> bytes:
    """The whole of a streamed answer; reading it closes the file."""
    return b"".join(response.streaming_content)


def attach(case: ArrearsComplaint, *, by_complainant: bool = True) -> Attachment:
    return Attachment.objects.create(
        case=case,
        file=ContentFile(PDF, "a"),
        name="对账单.pdf",
        content_type="application/pdf",
        size=len(PDF),
        sha256=str(by_complainant),
        by_complainant=by_complainant,
    )


def status(user: User | None, path: str) -> int:
    client = Client()
    if user is not None:
        client.force_login(user)
    answer = client.get(path)
    if answer.streaming:
        bytes_of(answer)
    return answer.status_code


SEE = ("clerk", "receiving_head", "handler", "head", "supervisor", "auditor")
SEE_NOT = ("editor", "credit_officer", "sysadmin")


def test_who_sees_the_case_gets_its_files_and_nobody_else(house: House, case: ArrearsComplaint) -> None:
    letter = Letter.objects.get(case=case, to_complainant=False)
    for path in (f"/files/{attach(case).pk}/", f"/letters/{letter.pk}/"):
        assert {status(getattr(house, name), path) for name in SEE} == {200}
        assert {status(getattr(house, name), path) for name in SEE_NOT} == {404}
        assert status(User.objects.get_or_create(username="nobody")[0], path) == 404
        assert status(None, path) == 302


def test_an_unknown_file_and_a_hidden_one_look_the_same(house: House, case: ArrearsComplaint) -> None:
    hidden, unknown = f"/files/{attach(case).pk}/", "/files/999999999/"
    assert status(house.sysadmin, hidden) == status(house.sysadmin, unknown) == 404


def test_a_complainant_gets_what_is_for_the_complainant(case: ArrearsComplaint, filer: User) -> None:
    own, inner = (Letter.objects.get(case=case, to_complainant=flag) for flag in (True, False))
    assert status(filer, f"/letters/{own.pk}/") == 200
    assert status(filer, f"/letters/{inner.pk}/") == 404
    assert status(filer, f"/files/{attach(case).pk}/") == 200
    assert status(filer, f"/files/{attach(case, by_complainant=False).pk}/") == 404


def test_the_read_is_logged_with_who_and_what(house: House, case: ArrearsComplaint) -> None:
    attachment = attach(case)
    status(house.handler, f"/files/{attachment.pk}/")
    status(house.sysadmin, f"/files/{attachment.pk}/")
    rows = AccessLog.objects.filter(case=case, what__startswith="file:")
    assert list(rows.values_list("user", "what")) == [(house.handler.pk, f"file:{attachment.pk}")]


def test_headers_let_nothing_run_and_nothing_stay(house: House, case: ArrearsComplaint, client: Client) -> None:
    client.force_login(house.handler)
    letter = Letter.objects.get(case=case, to_complainant=True)
    for path in (f"/files/{attach(case).pk}/", f"/letters/{letter.pk}/"):
        answer = client.get(path)
        assert bytes_of(answer) == PDF
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Disposition"].startswith("inline; filename*=utf-8''")
        saved = client.get(path, {"download": "1"})
        assert saved.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
        bytes_of(saved)


def test_a_letter_that_is_not_rendered_is_not_found(house: House) -> None:
    letter = Letter.objects.get(case=house.accepted())
    assert status(house.clerk, f"/letters/{letter.pk}/") == 404
