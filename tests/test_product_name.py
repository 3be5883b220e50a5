"""The product has one name on every side of it, because it handles more than complaints about unpaid invoices."""

from __future__ import annotations

import json

import pytest
from django.core import mail
from django.test import Client
from django.utils import translation

from casework.cases.outbox import relay_lane
from casework.product import PRODUCT_NAME, PRODUCT_NAME_EN
from tests.factories import House

pytestmark = pytest.mark.django_db
CHINESE = "涉企款项与收费投诉举报系统"


def test_the_name_is_one_in_each_language() -> None:
    with translation.override("zh-hans"):
        assert str(PRODUCT_NAME) == CHINESE
    with translation.override("en"):
        assert str(PRODUCT_NAME) == PRODUCT_NAME_EN


@pytest.mark.parametrize("address", ["/", "/fees/", "/fees/report/", "/calculators/", "/admin/login/", "/nowhere/"])
def test_pages_bear_it(client: Client, address: str) -> None:
    for language, name in (("zh-hans", CHINESE), ("en", PRODUCT_NAME_EN)):
        text = client.get(address, headers={"accept-language": language}).content.decode()
        title = " ".join(text.partition("</title>")[0].rpartition("<title>")[2].split())
        assert name in text, (address, language)
        assert title.endswith(name) or address == "/nowhere/", title


def test_mails_are_signed_with_it() -> None:
    House().submitted()
    relay_lane("default")
    assert mail.outbox
    assert all(one.body.rstrip().endswith(CHINESE) for one in mail.outbox)


def test_the_api_is_called_by_it(client: Client) -> None:
    schema = json.loads(client.get("/api/v1/schema/", headers={"accept": "application/vnd.oai.openapi+json"}).content)
    assert schema["info"]["title"] == f"{PRODUCT_NAME_EN} API"
