"""By which ways a filer is told: what was chosen holds, each message goes once, and none says more than it must."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.cases.actors import Actor
from casework.cases.errors import InvalidInput
from casework.cases.models import OutboxMessage
from casework.cases.outbox import relay_lane
from casework.cases.telling import sms as texting
from casework.cases.telling.conf import sms_faults
from casework.cases.telling.services import notices_choose
from casework.cases.telling.sms import mobile_number
from complaints.models import ArrearsComplaint
from complaints.services import complaint_accept, complaint_request_correction
from tests.complaints.portal_pages import english, text_of
from tests.factories import House, file_complaint

FILER = Actor.complainant("示例机械有限公司")


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """Text messages land here."""
    settings.SMS_URL, settings.VAR_DIR = "file://", tmp_path
    return tmp_path / "sms"


def case_of(phone: str = "13800000000", email: str = "filer@example.com") -> tuple[House, ArrearsComplaint]:
    house = House()
    return house, file_complaint(contact_phone=phone, contact_email=email).complaint


def asked(house: House, case: ArrearsComplaint) -> ArrearsComplaint:
    """The department asks for a correction: the filer has to act."""
    return complaint_request_correction(complaint=case, actor=Actor.person(house.clerk), items=["licence"])


def channels(case: ArrearsComplaint, verb: str) -> set[str]:
    rows = OutboxMessage.objects.filter(case=case, channel__in=["email", "sms"], key__contains=f"-{verb}-")
    return set(rows.values_list("channel", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("email", "sms", "accepted", "correction"),
    [
        (None, None, {"email"}, {"email", "sms"}),
        ("all", "all", {"email", "sms"}, {"email", "sms"}),
        ("act", "none", set(), {"email"}),
        ("act", "act", set(), {"email", "sms"}),
    ],
)
def test_what_was_chosen_holds(
    folder: Path, email: str | None, sms: str | None, accepted: set[str], correction: set[str]
) -> None:
    house = House()
    for tell, verb, wanted in ((_accept, "accepted", accepted), (asked, "correction_requested", correction)):
        case = file_complaint(contact_phone="13800000000", contact_email="filer@example.com").complaint
        if email and sms:
            notices_choose(case=case, actor=FILER, email=email, sms=sms)
        tell(house, case)
        assert channels(case, verb) == wanted


def _accept(house: House, case: ArrearsComplaint) -> ArrearsComplaint:
    return complaint_accept(complaint=case, actor=Actor.person(house.clerk))


@pytest.mark.django_db
@pytest.mark.parametrize(("email", "sms", "fields"), [("none", "all", {"email"}), ("x", "y", {"email", "sms"})])
def test_what_can_not_be_chosen_is_refused_by_field(email: str, sms: str, fields: set[str]) -> None:
    _house, case = case_of()
    with pytest.raises(InvalidInput) as refused:
        notices_choose(case=case, actor=FILER, email=email, sms=sms)
    assert set(refused.value.errors) == fields


@pytest.mark.django_db
def test_a_text_says_that_something_happened_and_holds_no_secret(folder: Path) -> None:
    house, case = case_of()
    asked(house, case)
    relay_lane("default")
    (file,) = folder.glob("*.txt")
    to, text = file.read_text().splitlines()
    assert to == "13800000000"
    assert case.reference in text
    assert "/track/" in text
    assert case.respondent_name not in text
    assert "执照" not in text


@pytest.mark.django_db
def test_a_landline_gets_none(folder: Path) -> None:
    house, case = case_of(phone="025-83000000")
    asked(house, case)
    assert channels(case, "correction_requested") == {"email"}


@pytest.mark.django_db
def test_without_an_adapter_there_are_none(settings: Any) -> None:
    settings.SMS_URL = ""
    house, case = case_of()
    asked(house, case)
    assert channels(case, "correction_requested") == {"email"}


class Gateway(HTTPServer):
    """A gateway that remembers what came, and fails as often as it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.came: list[dict[str, Any]] = []
        self.failures = 0


class Answer(BaseHTTPRequestHandler):
    """Takes a message."""

    server: Gateway

    def do_POST(self) -> None:
        content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.came.append({**content, "token": self.headers["Authorization"]})
        self.server.failures -= 1
        self.send_response(503 if self.server.failures >= 0 else 204)
        self.end_headers()

    def log_message(self, *_given: Any) -> None:
        """Quiet."""


@pytest.fixture
def gateway(settings: Any) -> Iterator[Gateway]:
    with Gateway() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        settings.SMS_URL, settings.SMS_TOKEN = f"http://127.0.0.1:{server.server_port}/send", "t0ken"
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.django_db
def test_the_gateway_gets_each_once_with_its_key(gateway: Gateway) -> None:
    house, case = case_of()
    asked(house, case)
    relay_lane("default")
    relay_lane("default")
    (message,) = gateway.came
    assert message["to"] == "13800000000"
    assert message["token"] == "Bearer t0ken"
    assert message["key"] == OutboxMessage.objects.get(channel="sms").key


@pytest.mark.django_db
def test_a_gateway_that_fails_is_asked_again_with_the_same_key(gateway: Gateway) -> None:
    house, case = case_of()
    asked(house, case)
    gateway.failures = 1
    relay_lane("default")
    row = OutboxMessage.objects.get(channel="sms")
    assert (row.status, row.attempts) == ("pending", 1)
    OutboxMessage.objects.filter(pk=row.pk).update(next_attempt_at=row.created_at)
    relay_lane("default")
    row.refresh_from_db()
    assert row.status == "sent"
    assert len({message["key"] for message in gateway.came}) == 1


@pytest.mark.django_db
def test_killed_between_writing_and_noting_it_writes_the_same_file(folder: Path) -> None:
    house, case = case_of()
    asked(house, case)
    message = OutboxMessage.objects.get(channel="sms")
    texting.deliver_sms(message)  # and the worker dies before the row says so
    relay_lane("default")
    assert len(list(folder.glob("*.txt"))) == 1


@pytest.mark.parametrize(
    ("url", "token", "wrong"),
    [("", "", 0), ("https://sms.example/send", "t", 0), ("file://", "t", 1), ("https://sms.example/send", "", 1)],
)
def test_production_takes_a_gateway_with_a_token_or_none(url: str, token: str, wrong: int) -> None:
    assert sum(is_wrong for is_wrong, _text in sms_faults(url, token)) == wrong


@given(number=st.integers(13_000_000_000, 19_999_999_999), shape=st.sampled_from(["{}", "+86{}", "86 {}", " {} "]))
def test_a_mobile_number_is_known_however_it_is_written(number: int, shape: str) -> None:
    digits = str(number)
    assert mobile_number(shape.format(f"{digits[:3]} {digits[3:7]}-{digits[7:]}")) == digits


@pytest.mark.parametrize("phone", ["", "025-83000000", "12345678901", "138000000001", "1380000000", "二三"])
def test_other_phones_are_none(phone: str) -> None:
    assert mobile_number(phone) == ""


@pytest.mark.django_db
def test_the_page_offers_what_is_known_and_keeps_the_choice(folder: Path) -> None:
    House()
    filing = file_complaint(contact_phone="13800000000", contact_email="filer@example.com")
    browser, page = english(), f"/track/{filing.complaint.reference}/notices/"
    browser.post("/track/", {"reference": filing.complaint.reference, "secret": filing.secret})
    relay_lane("default")
    shown = browser.get(page)
    assert set(shown.context["form"].fields) == {"email", "sms"}
    assert "Complaint submitted" in text_of(shown)
    assert browser.post(page, {"email": "act", "sms": "none"}).status_code == 302
    form = browser.get(page).context["form"]
    assert (form["email"].value(), form["sms"].value()) == ("act", "none")
    assert browser.post(page, {"email": "none", "sms": "none"}).status_code == 422


@pytest.mark.django_db
def test_nobody_else_chooses(folder: Path) -> None:
    _house, case = case_of()
    stranger = english()
    stranger.post(f"/track/{case.reference}/notices/", {"email": "act", "sms": "none"})
    assert not hasattr(ArrearsComplaint.objects.get(pk=case.pk), "notice_preference")
