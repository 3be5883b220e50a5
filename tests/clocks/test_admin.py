"""What the admin shows of periods and calendar, and to whom."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from casework.clocks.models import CalendarYear, StatutoryPeriod
from tests.factories import House

pytestmark = pytest.mark.django_db
LISTS = ("clocks_statutoryperiod_changelist", "clocks_calendaryear_changelist")


@pytest.fixture
def house() -> House:
    return House()


def client_of(house: House, name: str) -> Client:
    """Signed in as one of the house."""
    client = Client()
    client.force_login(getattr(house, name))
    return client


@pytest.mark.parametrize("page", LISTS)
def test_system_administrators_read_them(house: House, page: str) -> None:
    response = client_of(house, "sysadmin").get(reverse(f"admin:{page}"))
    assert response.status_code == 200
    assert "处理期限" in response.text or "2026" in response.text


@pytest.mark.parametrize("page", LISTS)
@pytest.mark.parametrize("name", ["clerk", "handler", "head", "supervisor", "auditor"])
def test_nobody_else_does(house: House, page: str, name: str) -> None:
    assert client_of(house, name).get(reverse(f"admin:{page}")).status_code == 403


def test_a_published_version_is_shown_and_not_changed(house: House) -> None:
    period = StatutoryPeriod.objects.get(code="arrears.transfer")
    address = reverse("admin:clocks_statutoryperiod_change", args=[period.pk])
    client = client_of(house, "sysadmin")
    assert period.citation in client.get(address).text
    assert client.post(address, {"amount": 5}).status_code == 403
    period.refresh_from_db()
    assert period.amount == 10


def test_a_new_version_begins_as_a_draft(house: House) -> None:
    client = client_of(house, "sysadmin")
    response = client.post(
        reverse("admin:clocks_statutoryperiod_add"),
        {
            "code": "arrears.transfer", "version": 2, "name": "转交期限", "amount": 5, "unit": "working_days",
            "start_day_excluded": "on", "roll_forward": "on", "starts_on": "accepted", "stops_on": '["transferred"]',
            "responsible": "receiving_clerk", "warning_leads": "[1]", "effective_from": "2027-01-01",
            "citation": "第一条", "certainty": "I", "status": "published",
        },
    )  # fmt: skip
    assert response.status_code == 302
    assert StatutoryPeriod.objects.get(code="arrears.transfer", version=2).status == "draft"


def test_a_year_shows_its_days_and_is_not_changed(house: House) -> None:
    year = CalendarYear.objects.get(year=2026)
    address = reverse("admin:clocks_calendaryear_change", args=[year.pk])
    client = client_of(house, "sysadmin")
    assert "content_7047091" in client.get(address).text
    assert client.post(address, {"announced": ""}).status_code == 403
