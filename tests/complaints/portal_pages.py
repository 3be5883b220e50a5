"""What the tests of the public site share: a right form as a browser sends it, and small readers of pages."""

from __future__ import annotations

import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from casework.cases.references import new_idempotency_key
from complaints.models import ArrearsComplaint
from tests.factories import credit_code, division

PDF = b"%PDF-1.4\n%%EOF\n"
PROGRAM = b"MZ\x90\x00 this program cannot be run"


def english() -> Client:
    """A browser that asks for English, so that texts can be compared with msgids; CSRF is checked elsewhere."""
    return Client(headers={"accept-language": "en"})


def form(**changes: Any) -> dict[str, Any]:
    """A right filing as the form sends it."""
    division("320102")
    return {
        "idempotency_key": new_idempotency_key(),
        "complainant_name": "示例机械有限公司",
        "complainant_code": credit_code(8001),
        "complainant_size": "small",
        "contact_name": "张三",
        "contact_phone": "13800000000",
        "contact_email": "filer@example.com",
        "contact_address": "",
        "respondent_name": "示例建设集团有限公司",
        "respondent_code": credit_code(8002),
        "respondent_type": "large_enterprise",
        "province": "320000",
        "city": "320100",
        "county": "320102",
        "respondent_address": "",
        "respondent_contact": "",
        "respondent_phone": "",
        "contract_title": "设备采购合同 2025-017",
        "contract_object": "goods",
        "signed_on": "2025-06-02",
        "delivered_on": "2025-07-01",
        "contract_amount": "100,000.00",
        "paid_amount": "20000",
        "amount": "80000.00",
        "facts": "货物已交付并验收，对方一直未付余款。",
        "request": "支付余款及逾期利息。",
        "undertaking": "on",
        **changes,
    }


def pdf(name: str = "合同.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    """A small file with the mark of a PDF."""
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")


def program(name: str = "合同.pdf") -> SimpleUploadedFile:
    """A program that calls itself a PDF."""
    return SimpleUploadedFile(name, PROGRAM, content_type="application/pdf")


def file_on_site(client: Client, **changes: Any) -> tuple[ArrearsComplaint, str]:
    """File through the form; the complaint and its secret as the page shows it."""
    response = client.post("/complaints/new/", form(**changes))
    assert response.status_code == 302, error_texts(response)
    page = text_of(client.get("/complaints/filed/"))
    reference, secret = re.findall(r'<dd id="(?:reference|secret)">\s*([^<]+?)\s*</dd>', page)
    return ArrearsComplaint.objects.get(reference=reference), secret


def open_case(client: Client, reference: str, secret: str) -> HttpResponse:
    """Send the form of the tracking page."""
    return client.post("/track/", {"reference": reference, "secret": secret})  # type: ignore[return-value]


def text_of(response: Any) -> str:
    """The page."""
    return str(response.content.decode())


def error_texts(response: Any) -> dict[str, list[str]]:
    """The errors of the form in a response, by field."""
    return {name: [str(text) for text in texts] for name, texts in response.context["form"].errors.items()}


def bytes_of(response: Any) -> bytes:
    """The whole of a streamed answer."""
    return b"".join(response.streaming_content)
