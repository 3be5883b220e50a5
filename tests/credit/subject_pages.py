"""The subject's side of records in tests: a browser that may follow one, and the forms that it sends."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from casework.cases.actors import Actor
from casework.credit.record.hearing import access_code_issue
from casework.credit.record.models import CreditRecord
from tests.credit.house import CreditHouse

PDF = b"%PDF-1.4\n%%EOF\n"


def text_of(response: Any) -> str:
    """What the answer says."""
    return str(response.content.decode())


def page_of(record: CreditRecord, act: str = "") -> str:
    """The address of a record's page, or of a form below it."""
    return f"/credit/track/{record.reference}/{f'{act}/' if act else ''}"


def opened(browser: Client, reference: str, code: str) -> Any:
    """The answer of the common door."""
    return browser.post("/track/", {"reference": reference, "secret": code})


def with_code(browser: Client, house: CreditHouse, record: CreditRecord) -> Client:
    """The browser, after an officer issued a code and the subject entered it."""
    code = access_code_issue(record=record, actor=Actor.person(house.officer))
    assert opened(browser, record.reference, code).headers["Location"] == page_of(record)
    return browser


def upload(name: str = "付款凭证.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    """A file of a form."""
    return SimpleUploadedFile(name, content)


def sent(browser: Client, record: CreditRecord, act: str, **fields: Any) -> Any:
    """Send a form as the page in hand has it, unless told otherwise."""
    version = CreditRecord.objects.get(pk=record.pk).version
    given = {"version": version, "idempotency_key": "the-key-of-this-form", **fields}
    return browser.post(page_of(record, act), given)


def application(**changes: Any) -> dict[str, Any]:
    """A right application for repair."""
    return {
        "ground": "fulfilled",
        "fulfilment": "已于2026年11月1日付清全部款项。",
        "undertaking": "承诺今后依法按期支付。",
        "confirm": "on",
        "files": [upload()],
        **changes,
    }
