"""Callers of the API, and a filing as it comes over the wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from casework.parties.models import User
from tests.factories import House, credit_code, division

KEY = "a-key-of-one-filing-0001"
Caller = Callable[[User | None], APIClient]


@pytest.fixture
def house(db: None) -> House:
    """Departments of Jiangsu with a person in each role."""
    return House()


@pytest.fixture
def caller() -> Caller:
    """A client that acts as a user, or as nobody; in English, so that texts can be compared with msgids."""

    def make(user: User | None = None) -> APIClient:
        client = APIClient(HTTP_ACCEPT_LANGUAGE="en")
        if user is not None:
            client.force_authenticate(user)
        return client

    return make


def wire(**changes: Any) -> dict[str, Any]:
    """A right filing as JSON."""
    division("320102")
    return {
        "complainant_name": "示例机械有限公司",
        "complainant_code": credit_code(7001),
        "complainant_size": "small",
        "contact_name": "张三",
        "contact_phone": "13800000000",
        "contact_email": "filer@example.com",
        "contact_address": "示例路1号",
        "respondent_name": "示例建设集团有限公司",
        "respondent_code": credit_code(7002),
        "respondent_type": "large_enterprise",
        "division": "320102",
        "contract_title": "设备采购合同 2025-01",
        "contract_object": "goods",
        "signed_on": "2025-06-02",
        "delivered_on": "2025-07-01",
        "contract_amount": "100000.00",
        "paid_amount": "20000.00",
        "amount": "80000.00",
        "facts": "货物已交付并验收，对方一直未付余款。",
        "request": "支付余款 80000 元及逾期利息。",
        "undertaking": True,
        **changes,
    }


def faults(response: Any) -> dict[str, str]:
    """Field to message of a problem answer, whose shape is checked on the way (RFC 9457)."""
    body = response.json()
    assert response.headers["Content-Type"] == "application/problem+json"
    assert set(body) == {"type", "title", "status", "detail", "instance", "code", "errors"}
    assert body["status"] == response.status_code
    assert body["type"].endswith(":" + body["code"])
    assert body["instance"] == response.request["PATH_INFO"]
    return {fault["field"]: fault["message"] for fault in body["errors"]}
