"""The supervisors' lists cost the same however much stands in them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.parties.models import User
from complaints.protection.services import alert_raise
from tests.complaints.admin_pages import signed_in
from tests.complaints.deeds import COMPLAINANT, actor_named
from tests.complaints.test_department_measures import OVERVIEW, issue, make_late
from tests.factories import House

pytestmark = pytest.mark.django_db
ALERTS = "/admin/complaints/threatalert/"


def _queries(user: User, address: str) -> int:
    client = signed_in(user)
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_the_overview_of_departments() -> None:
    house = House()
    issue(house, make_late(house.in_handling()))
    cost = _queries(house.supervisor, OVERVIEW)
    for _more in range(3):
        issue(house, make_late(house.in_handling()))
    assert _queries(house.supervisor, OVERVIEW) == cost <= 20


def test_the_list_of_alerts() -> None:
    house = House()

    def raise_one() -> None:
        alert_raise(complaint=house.submitted(), actor=actor_named(COMPLAINANT, house), text="对方扬言终止合作。")

    raise_one()
    cost = _queries(house.supervisor, ALERTS)
    for _more in range(3):
        raise_one()
    assert _queries(house.supervisor, ALERTS) == cost <= 20
