"""Virus scans against a server that speaks clamd's protocol: what is found, what is said, what nobody gets."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from casework.cases.actors import Actor
from casework.cases.models import OutboxMessage
from casework.cases.outbox import relay_lane
from casework.documents import clamd
from casework.documents.clamd import ScannerRefused, address_fault, scan_stream
from casework.documents.evidence import evidence_attach_staged, evidence_stage, evidence_unstage
from casework.documents.models import Attachment, Scan, StagedFile
from casework.documents.scanning import check_address
from casework.documents.tasks import scan_the_rest
from casework.parties.models import Role
from complaints.models import ArrearsComplaint
from tests.documents.clamd_server import NAME, SIGN, Clamd
from tests.documents.pictures import photo
from tests.factories import House, file_complaint, member

KEY = "a-form-whose-files-are-scanned"
CLEAN, INFECTED = b"%PDF-1.4\nclean", b"%PDF-1.4\n" + SIGN
BACKEND = "django.contrib.auth.backends.ModelBackend"
db = pytest.mark.django_db


@pytest.fixture
def scanner(settings: Settings) -> Iterator[Clamd]:
    with Clamd() as running:
        settings.CLAMAV_URL = running.url
        yield running


def stage(data: bytes, name: str = "合同.pdf") -> StagedFile:
    assert evidence_stage(key=KEY, uploads=[SimpleUploadedFile(name, data)]) == []
    return StagedFile.objects.get(key=KEY, name=name)


def filed() -> ArrearsComplaint:
    House()
    return file_complaint(actor=Actor.complainant("x"), key="another-form-altogether").complaint


def attach(case: ArrearsComplaint) -> Attachment:
    return evidence_attach_staged(case=case, key=KEY, actor=Actor.complainant("x"))[0]


def relay_later() -> None:
    """The relay at a time when what was put off is due."""
    OutboxMessage.objects.filter(status="pending").update(next_attempt_at=timezone.now() - timedelta(seconds=1))
    relay_lane("letters")


def verdict(record: StagedFile | Attachment) -> str:
    record.refresh_from_db()
    return str(record.scan)


def test_a_clean_and_an_infected_file_in_many_pieces(scanner: Clamd) -> None:
    long = b"x" * (3 * clamd.PIECE + 17)
    assert scan_stream(scanner.url, io.BytesIO(long)) == ""
    assert scanner.seen == [long]
    assert scan_stream(scanner.url, io.BytesIO(long + SIGN)) == NAME


def test_a_scanner_behind_a_socket_of_the_machine(tmp_path: Path) -> None:
    with Clamd(path=str(tmp_path / "c")) as running:
        assert scan_stream(running.url, io.BytesIO(SIGN)) == NAME


def test_what_is_no_verdict_is_none(scanner: Clamd, monkeypatch: pytest.MonkeyPatch) -> None:
    scanner.limit = 10
    with pytest.raises(ScannerRefused, match="size limit"):
        scan_stream(scanner.url, io.BytesIO(b"x" * 4_000_000))
    scanner.limit, scanner.manner = 1000, "mute"
    with pytest.raises(OSError):
        scan_stream(scanner.url, io.BytesIO(b"x"))
    scanner.manner = "silent"
    monkeypatch.setattr(clamd, "ANSWER_SECONDS", 0.2)
    with pytest.raises(TimeoutError):
        scan_stream(scanner.url, io.BytesIO(b"x"))


@pytest.mark.parametrize(
    ("url", "is_good"),
    [
        ("tcp://clamav.example:3310", True),
        ("tcp://clamav.example", True),
        ("tcp://[::1]:3310", True),
        ("unix:///run/clamav/clamd.ctl", True),
        ("clamav.example:3310", False),
        ("http://clamav.example", False),
        ("tcp://:3310", False),
        ("tcp://clamav.example:99999", False),
        ("unix://run/clamd.ctl", False),
    ],
)
def test_an_address_that_no_scanner_has_stops_the_start(url: str, is_good: bool, settings: Settings) -> None:
    assert (address_fault(url) == "") is is_good
    settings.CLAMAV_URL = url
    assert (check_address() == []) is is_good


@db
def test_without_a_scanner_a_file_is_said_to_be_unscanned() -> None:
    staged = stage(CLEAN)
    assert (staged.scan, staged.scanned_at) == (Scan.NONE, None)
    assert not OutboxMessage.objects.filter(channel="file.scan").exists()
    assert attach(filed()).scan == Scan.NONE


@db
def test_a_file_waits_for_its_scan_and_then_has_it(scanner: Clamd) -> None:
    staged = stage(CLEAN)
    assert staged.scan == Scan.WAITING
    relay_lane("letters")
    assert verdict(staged) == Scan.CLEAN
    assert staged.scanned_at is not None
    assert scanner.seen == [CLEAN]
    assert attach(filed()).scan == Scan.CLEAN


@db
def test_a_file_that_became_evidence_before_its_scan_gets_the_verdict_all_the_same(scanner: Clamd) -> None:
    stage(INFECTED)
    attachment = attach(filed())
    assert attachment.scan == Scan.WAITING
    relay_lane("letters")
    assert verdict(attachment) == Scan.INFECTED
    assert attachment.scan_signature == NAME


@db
def test_a_file_that_was_removed_meanwhile_is_not_missed(scanner: Clamd) -> None:
    evidence_unstage(key=KEY, pk=stage(INFECTED).pk)
    relay_lane("letters")
    assert OutboxMessage.objects.get(channel="file.scan").status == "sent"
    assert scanner.seen == []


@db
def test_a_scanner_that_is_away_is_asked_again(scanner: Clamd) -> None:
    scanner.manner = "mute"
    staged = stage(INFECTED)
    relay_lane("letters")
    assert verdict(staged) == Scan.WAITING
    assert OutboxMessage.objects.get(channel="file.scan").status == "pending"
    scanner.manner = ""
    relay_later()
    assert verdict(staged) == Scan.INFECTED


@db
def test_a_file_that_the_scanner_does_not_take_is_said_to_have_failed(scanner: Clamd) -> None:
    scanner.limit = 3
    staged = stage(CLEAN)
    relay_lane("letters")
    assert verdict(staged) == Scan.FAILED
    assert OutboxMessage.objects.get(channel="file.scan").status == "sent"


@db
def test_what_came_before_the_scanner_is_scanned_when_there_is_one(settings: Settings) -> None:
    staged, url = stage(INFECTED), ""
    assert scan_the_rest() == 0
    with Clamd() as running:
        url = settings.CLAMAV_URL = running.url
        assert (scan_the_rest(), scan_the_rest()) == (1, 0)
        relay_lane("letters")
    assert verdict(staged) == Scan.INFECTED
    # Taken away again before the next file was scanned: nobody waits for it for ever.
    settings.CLAMAV_URL = url
    later = stage(CLEAN, "发票.pdf")
    settings.CLAMAV_URL = ""
    relay_lane("letters")
    assert verdict(later) == Scan.NONE


@db
def test_an_infected_file_is_given_to_nobody_and_both_sides_are_told(scanner: Clamd) -> None:
    case = filed()
    clerk = member(Role.RECEIVING_CLERK, case.receiving_department)
    stage(photo() + SIGN, "现场.jpg")
    attachment = attach(case)
    client = Client()
    client.force_login(clerk, backend=BACKEND)
    assert client.get(f"/files/{attachment.pk}/").getvalue().startswith(b"\xff\xd8")
    relay_lane("letters")
    for way in ("", "?download=1", "?thumbnail=1"):
        assert client.get(f"/files/{attachment.pk}/{way}").status_code == 403
    assert client.get(f"/api/v1/cases/{case.reference}/attachments/{attachment.pk}/").status_code == 403
    page = client.get(f"/admin/complaints/arrearscomplaint/{case.pk}/change/").content.decode()
    assert NAME in page
    assert f"/files/{attachment.pk}/" not in page


@db
def test_the_form_says_that_a_file_is_infected(scanner: Clamd) -> None:
    stage(INFECTED)
    relay_lane("letters")
    page = Client().post("/complaints/new/", {"idempotency_key": KEY, "compute": "1"}).content.decode()
    assert "发现病毒" in page
    assert "请移除" in page


@db
def test_the_form_says_when_nobody_scans(settings: Settings) -> None:
    stage(CLEAN)
    sent: dict[str, Any] = {"idempotency_key": KEY, "compute": "1"}
    assert "未经病毒扫描" in Client().post("/complaints/new/", sent).content.decode()
    with Clamd() as running:
        settings.CLAMAV_URL = running.url
        scan_the_rest()
        relay_lane("letters")
        assert "未经病毒扫描" not in Client().post("/complaints/new/", sent).content.decode()
