"""The start page counts every kind of case, each in its own queue."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casework.parties.models import Membership, Role
from fees.report.models import FeeReport
from tests.complaints.admin_pages import signed_in
from tests.factories import House
from tests.fees.house import FeeHouse

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> FeeHouse:
    return FeeHouse()


@pytest.fixture
def clerk(house: FeeHouse) -> Client:
    """A clerk of two departments: one registers reports, the other receives complaints."""
    other = House()
    Membership.objects.create(user=house.clerk, department=other.receiving, role=Role.RECEIVING_CLERK)
    other.submitted()
    return signed_in(house.clerk)


def numbers_of(page: Any) -> dict[str, dict[str, int]]:
    return {
        queue.title: {row.link.partition("?")[2]: row.count for row in queue.rows} for queue in page.context["queues"]
    }


def test_each_kind_stands_under_its_own_name(house: FeeHouse, clerk: Client) -> None:
    late, other = house.registered(), house.registered()
    FeeReport.objects.filter(pk=late.pk).update(next_due=timezone.localdate() - timedelta(days=1))
    page = clerk.get("/admin/")
    numbers = numbers_of(page)
    assert list(numbers) == ["投诉案件", "收费举报"]
    assert (numbers["收费举报"]["due=late"], numbers["收费举报"]["state=registered"]) == (1, 2)
    assert (numbers["投诉案件"]["due=late"], numbers["投诉案件"]["state=submitted"]) == (0, 1)
    for queue in page.context["queues"]:
        assert clerk.get(queue.link).status_code == 200
        for row in queue.rows:
            assert clerk.get(row.link).context["cl"].result_count == row.count, row
    tasks = page.context["tasks"]
    assert tasks[0]["case"].pk == late.pk
    assert {late.pk, other.pk} < {task["case"].pk for task in tasks}
    assert all(clerk.get(task["page"]).status_code == 200 for task in tasks)


def test_the_reporter_is_not_named_there(house: FeeHouse, clerk: Client) -> None:
    report = house.registered()
    text = clerk.get("/admin/").content.decode()
    assert report.respondent_name in text
    assert report.complainant_name not in text


def test_a_queue_without_open_cases_takes_no_room(house: FeeHouse) -> None:
    house.registered()
    assert list(numbers_of(signed_in(house.clerk).get("/admin/"))) == ["收费举报"]
    assert list(numbers_of(signed_in(house.handler).get("/admin/"))) == ["投诉案件", "收费举报", "信用记录"]


def test_more_cases_and_kinds_cost_no_more_queries(house: FeeHouse, clerk: Client) -> None:
    with CaptureQueriesContext(connection) as one_kind:
        clerk.get("/admin/")
    for _number in range(3):
        house.registered()
    with CaptureQueriesContext(connection) as two_kinds:
        clerk.get("/admin/")
    assert len(two_kinds) <= len(one_kind)
