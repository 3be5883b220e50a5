"""Files in pieces: the protocol, who may go on with a file, two pieces at once, and what a crash leaves."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from casework.cases.errors import CaseChanged
from casework.documents.models import StagedFile
from casework.portal.tasks import purge_drafts
from casework.portal.tus import services
from casework.portal.tus.models import PartialUpload
from casework.portal.tus.services import upload_append, upload_begin, upload_finish
from casework.portal.uploads import FORM_SALT, upload_context
from tests.at_once import at_once

KEY = "the-form-whose-files-come"
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 20
db = pytest.mark.django_db


class Sender:
    """A browser that speaks the protocol."""

    def __init__(self, key: str = KEY, vocabulary: str = "") -> None:
        self.client = Client()
        self.token = upload_context(key, vocabulary)["upload_token"]

    def ask(self, method: str, address: str, data: bytes = b"", **headers: Any) -> Any:
        sent = {"Tus-Resumable": "1.0.0", "Upload-Form": self.token}
        sent |= {name.replace("_", "-"): str(value) for name, value in headers.items()}
        content_type = sent.pop("Content-Type", "application/offset+octet-stream")
        return self.client.generic(
            method,
            address,
            data,
            headers={name: text for name, text in sent.items() if text},
            # The client says none of an empty body.
            CONTENT_TYPE=content_type,
        )

    def begin(self, length: int = len(PDF), name: str = "合同.pdf") -> str:
        answer = self.ask(
            "POST",
            "/uploads/",
            Upload_Length=length,
            Upload_Metadata=f"filename {base64.b64encode(name.encode()).decode()},filetype",
        )
        assert answer.status_code == 201, answer.content
        return str(answer.headers["Location"])

    def patch(self, address: str, offset: int, piece: bytes) -> Any:
        return self.ask("PATCH", address, piece, Upload_Offset=offset)

    def offset(self, address: str) -> int:
        answer = self.ask("HEAD", address)
        assert answer.headers["Cache-Control"] == "no-store"
        return int(answer.headers["Upload-Offset"])


@pytest.fixture
def sender() -> Sender:
    return Sender()


def pieces_in_storage() -> list[str]:
    return default_storage.listdir("partial")[1] if default_storage.exists("partial") else []


@db
def test_a_file_in_pieces_becomes_a_kept_file(sender: Sender) -> None:
    address = sender.begin()
    assert sender.offset(address) == 0
    assert sender.patch(address, 0, PDF[:1000]).status_code == 204
    assert sender.offset(address) == 1000
    assert not StagedFile.objects.exists()
    last = sender.patch(address, 1000, PDF[1000:])
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(PDF)))
    staged = StagedFile.objects.get()
    assert (staged.key, staged.name, staged.content_type) == (KEY, "合同.pdf", "application/pdf")
    with staged.file.open("rb") as stored:
        assert stored.read() == PDF


@db
@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(cuts=st.lists(st.integers(0, len(PDF)), max_size=6), lost=st.integers(0, 6))
def test_however_it_is_cut_and_wherever_an_answer_is_lost_the_file_is_the_same(cuts: list[int], lost: int) -> None:
    StagedFile.objects.all().delete()
    sender = Sender()
    address, ends = sender.begin(), [*sorted(cuts), len(PDF)]
    for place, end in enumerate(ends):
        offset = sender.offset(address)
        answer = sender.patch(address, offset, PDF[offset:end])
        assert answer.status_code == 204
        if place == lost and end > offset:
            # The answer never came: the same piece once more is out of place, and the sender learns where to go on.
            again = sender.patch(address, offset, PDF[offset:end])
            assert again.status_code == 409
    with StagedFile.objects.get().file.open("rb") as stored:
        assert stored.read() == PDF


@db
def test_what_the_server_can_is_told_without_a_token() -> None:
    answer = Client().options("/uploads/")
    assert (answer.status_code, answer.headers["Tus-Version"]) == (204, "1.0.0")
    assert answer.headers["Tus-Extension"] == "creation,termination"
    assert int(answer.headers["Tus-Max-Size"]) > 0


@db
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus_Resumable": "0.2.2", "Upload_Length": 10}, 412),
        ({"Tus_Resumable": "", "Upload_Length": 10}, 412),
        ({"Upload_Form": "forged", "Upload_Length": 10}, 403),
        ({"Upload_Length": "-1"}, 400),
        ({"Upload_Length": "١٠"}, 400),
        ({}, 400),
        ({"Upload_Length": 0}, 413),
        ({"Upload_Length": 10**12}, 413),
    ],
)
def test_what_is_wrong_with_a_beginning_is_said_by_its_status(
    sender: Sender, headers: dict[str, Any], status: int
) -> None:
    assert sender.ask("POST", "/uploads/", **headers).status_code == status
    assert not PartialUpload.objects.exists()


@db
def test_a_token_for_something_else_opens_nothing(sender: Sender) -> None:
    sender.token = signing.dumps([KEY, ""], salt="something.else")
    assert sender.ask("POST", "/uploads/", Upload_Length=10).status_code == 403
    sender.token = signing.dumps([KEY, ""], salt=FORM_SALT)
    assert sender.ask("POST", "/uploads/", Upload_Length=10).status_code == 201


@db
def test_pieces_of_the_wrong_kind_place_or_size_are_refused(sender: Sender) -> None:
    address = sender.begin(10)
    assert sender.ask("PATCH", address, b"x", Upload_Offset=0, Content_Type="text/plain").status_code == 415
    assert sender.ask("PATCH", address, b"x").status_code == 400
    assert sender.patch(address, 3, b"x").status_code == 409
    assert sender.patch(address, 0, b"x" * 11).status_code == 409
    assert sender.patch(address, 0, b"x" * (4 * 1024 * 1024 + 1)).status_code == 413
    assert (sender.offset(address), PartialUpload.objects.get().parts) == (0, [])


@db
def test_nobody_else_appends_reads_or_removes(sender: Sender) -> None:
    address, other = sender.begin(), Sender()
    other.begin()
    for stranger in (other, Sender()):
        assert stranger.ask("HEAD", address).status_code == 404
        assert stranger.patch(address, 0, PDF).status_code == 404
        assert stranger.ask("DELETE", address).status_code == 404
    assert sender.patch(address, 0, PDF).status_code == 204


@db
def test_the_kept_list_is_for_the_holder_of_the_page(sender: Sender) -> None:
    sender.patch(sender.begin(), 0, PDF)
    staged = StagedFile.objects.get()
    assert "合同.pdf" in sender.ask("GET", "/uploads/kept/").content.decode()
    other = Sender("another-form-of-another-filer")
    assert "合同.pdf" not in other.ask("DELETE", f"/uploads/kept/{staged.pk}/").content.decode()
    assert StagedFile.objects.exists()
    assert other.ask("GET", "/uploads/kept/", Upload_Form="").status_code == 403
    assert "合同.pdf" not in sender.ask("DELETE", f"/uploads/kept/{staged.pk}/").content.decode()
    assert not StagedFile.objects.exists()


@db
def test_a_site_elsewhere_cannot_make_a_browser_upload(sender: Sender) -> None:
    sender.client = Client(enforce_csrf_checks=True)
    assert sender.ask("POST", "/uploads/", Upload_Length=10).status_code == 403


@db
def test_a_refused_file_says_why_each_time_it_is_asked(sender: Sender) -> None:
    address = sender.begin(4, "程序.pdf")
    for offset, piece in ((0, b"MZ\x90\x00"), (4, b"")):
        answer = sender.patch(address, offset, piece)
        assert answer.status_code == 422
        assert "程序.pdf" in answer.content.decode()
    assert not StagedFile.objects.exists()


@db
def test_a_crash_between_the_last_piece_and_the_end_loses_nothing(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = sender.begin()
    with monkeypatch.context() as broken:
        broken.setattr(services, "evidence_stage", None)
        with pytest.raises(TypeError):
            sender.patch(address, 0, PDF)
    assert sender.offset(address) == len(PDF)
    for _time in range(2):
        assert sender.patch(address, len(PDF), b"").status_code == 204
    assert StagedFile.objects.count() == 1


@db
def test_removing_a_file_on_its_way_removes_its_pieces(sender: Sender, django_capture_on_commit_callbacks: Any) -> None:
    address = sender.begin()
    sender.patch(address, 0, PDF[:10])
    (part,) = PartialUpload.objects.get().parts
    with django_capture_on_commit_callbacks(execute=True):
        assert sender.ask("DELETE", address).status_code == 204
    assert sender.ask("HEAD", address).status_code == 404
    assert not default_storage.exists(part)


@db
def test_what_nobody_goes_on_with_is_purged_after_a_day(
    sender: Sender, django_capture_on_commit_callbacks: Any
) -> None:
    left, fresh = sender.begin(), sender.begin()
    sender.patch(left, 0, PDF[:10])
    (part,) = PartialUpload.objects.get(received=10).parts
    PartialUpload.objects.filter(received=10).update(changed_at=timezone.now() - timedelta(hours=25))
    with django_capture_on_commit_callbacks(execute=True):
        purge_drafts()
    assert sender.ask("HEAD", left).status_code == 404
    assert sender.offset(fresh) == 0
    assert not default_storage.exists(part)


@db
def test_one_browser_and_one_address_begin_only_so_many(
    sender: Sender, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EVIDENCE_MAX_FILES = 1
    for _file in range(2):
        sender.begin()
    answer = sender.ask("POST", "/uploads/", Upload_Length=10)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")
    monkeypatch.setattr(services, "MOST_BEGUN_IN_AN_HOUR", 2)
    assert Sender().ask("POST", "/uploads/", Upload_Length=10).status_code == 429


@pytest.mark.django_db(transaction=True)
def test_of_two_pieces_for_one_place_one_is_taken_and_the_other_leaves_nothing() -> None:
    upload = upload_begin(key=KEY, vocabulary="", holder="h", address="a", name="合同.pdf", length=len(PDF))
    before = set(pieces_in_storage())

    def append() -> str:
        try:
            upload_append(upload=upload, offset=0, piece=PDF[:100])
        except CaseChanged:
            return "refused"
        return "taken"

    assert sorted(at_once(append, append)) == ["refused", "taken"]
    upload.refresh_from_db()
    assert (upload.received, len(upload.parts)) == (100, 1)
    assert len(set(pieces_in_storage()) - before) == 1


@pytest.mark.django_db(transaction=True)
def test_two_endings_at_once_keep_one_file() -> None:
    upload = upload_begin(key=KEY, vocabulary="", holder="h", address="a", name="合同.pdf", length=len(PDF))
    whole = upload_append(upload=upload, offset=0, piece=PDF)
    assert at_once(lambda: upload_finish(upload=whole), lambda: upload_finish(upload=whole)) == ["", ""]
    assert StagedFile.objects.filter(key=KEY).count() == 1
