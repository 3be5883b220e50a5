"""What reports add to the monitoring's figures, and how an alarm becomes a report."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from casework.cases.actors import Actor
from fees.monitoring.models import Alarm
from fees.monitoring.sources import figures_for
from fees.report.charges import REPORTS, report_charges
from fees.report.services import report_refuse
from tests.factories import division
from tests.fees.house import FeeHouse
from tests.fees.monitoring.conftest import QUARTER

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> FeeHouse:
    return FeeHouse()


def test_reports_count_beside_the_payments_of_points(house: FeeHouse) -> None:
    day = QUARTER.first_day
    house.registered(charged_on=day, amount=Decimal("100.00"))
    house.registered(charged_on=QUARTER.last_day, amount=Decimal("20.00"), item="入会费")
    house.registered(charged_on=day - timedelta(days=1), amount=Decimal("5000.00"))
    refused = house.registered(charged_on=day, amount=Decimal("7000.00"))
    report_refuse(report=refused, actor=Actor.person(house.clerk), ground="G1", explanation="无主体。")
    charges = list(report_charges(house.clerk, QUARTER, "320100"))
    assert sorted(charge.amount for charge in charges) == [Decimal("20.00"), Decimal("100.00")]
    assert {charge.verdict for charge in charges} == {"not_in_catalogue"}
    figures = figures_for(house.clerk, QUARTER, "320100", [REPORTS])
    assert figures.total.total == Decimal("120.00")
    assert list(report_charges(house.stranger, QUARTER, "000000")) == []
    assert list(report_charges(house.clerk, QUARTER, "440000")) == []


def test_one_enterprise_counts_once_however_often_it_reports(house: FeeHouse) -> None:
    code = house.registered(charged_on=QUARTER.first_day).complainant_code
    house.registered(charged_on=QUARTER.first_day, complainant_code=code)
    house.registered(charged_on=QUARTER.first_day, is_anonymous=True)
    assert len({charge.payer for charge in report_charges(house.clerk, QUARTER, "320100")}) == 2


def test_an_alarm_begins_a_report(house: FeeHouse) -> None:
    alarm = Alarm.objects.create(
        item_key="年审费", item="年审费", division=division("320102"), year=QUARTER.year,
        quarter_number=QUARTER.number, threshold=3, status="looked_into", taken_by=house.clerk,
    )  # fmt: skip
    begun = {"source": "monitoring", "item": alarm.item, "division": alarm.division_id}
    client = Client()
    client.force_login(house.clerk)
    response = client.get(reverse("admin:fees_feereport_add"), begun)
    form = response.context["form"]
    assert {name: form[name].value() for name in begun} == begun
