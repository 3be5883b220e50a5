"""Alerts of threats: raised by the complainant, seen and handled by the supervisors of the division, by nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.models import AccessLog, Notification, OutboxMessage
from casework.cases.outbox import relay_lane
from casework.parties.models import Role, User
from complaints.models import ArrearsComplaint
from complaints.protection.models import ThreatAlert
from complaints.protection.services import alert_handle, alert_raise
from tests.complaints.admin_pages import EVERYBODY, case_url, signed_in
from tests.factories import House, department, file_complaint, member

pytestmark = pytest.mark.django_db
SECRET_WORDS = "他们说要断我的供货"


@pytest.fixture
def house() -> House:
    cache.clear()
    return House()


@pytest.fixture
def filer() -> User:
    return User.objects.create_user("sme")


@pytest.fixture
def case(house: House, filer: User) -> ArrearsComplaint:
    return file_complaint(Actor.complainant("示例", filer)).complaint


def raise_alert(case: ArrearsComplaint, **changes: Any) -> ThreatAlert:
    return alert_raise(complaint=case, actor=Actor.complainant("示例"), **{"text": SECRET_WORDS, **changes})


def test_only_supervisors_of_the_division_see_an_alert(house: House, case: ArrearsComplaint) -> None:
    alert = raise_alert(case)
    address = f"/admin/complaints/threatalert/{alert.pk}/"
    elsewhere = member(Role.SUPERVISOR, department("440000"))
    seen = {name: signed_in(getattr(house, name)).get(address).status_code for name in EVERYBODY}
    assert {name for name, status in seen.items() if status == 200} == {"supervisor"}
    assert signed_in(elsewhere).get(address).status_code == 404
    assert signed_in(elsewhere).get("/admin/complaints/threatalert/").context["cl"].result_count == 0
    assert SECRET_WORDS in signed_in(house.supervisor).get(address).content.decode()


def test_nothing_of_it_reaches_the_departments(house: House, case: ArrearsComplaint) -> None:
    events = case.events.count()
    raise_alert(case)
    relay_lane("default")
    assert case.events.count() == events
    told = Notification.objects.filter(verb="threat_raised")
    assert set(told.values_list("user", flat=True)) == {house.supervisor.pk}
    assert SECRET_WORDS not in str(list(told.values())) + str(list(OutboxMessage.objects.values()))
    for reader in (house.clerk, house.receiving_head):
        page = signed_in(reader).get(f"/admin/complaints/arrearscomplaint/{case.pk}/change/").content.decode()
        assert SECRET_WORDS not in page
        assert "threatalert" not in page


def test_the_case_page_leads_only_supervisors_of_the_division_to_it(house: House) -> None:
    case = house.in_handling()
    alert = raise_alert(case)
    shown = {
        name: f"/threatalert/{alert.pk}/" in signed_in(getattr(house, name)).get(case_url(case)).content.decode()
        for name in ("supervisor", "head", "handler", "clerk", "receiving_head", "auditor")
    }
    assert {name for name, is_shown in shown.items() if is_shown} == {"supervisor"}


def test_reading_an_alert_shows_in_the_log_as_any_reading(house: House, case: ArrearsComplaint) -> None:
    alert = raise_alert(case)
    signed_in(house.supervisor).get(f"/admin/complaints/threatalert/{alert.pk}/")
    assert list(AccessLog.objects.filter(case=case, user=house.supervisor).values_list("what", flat=True)) == ["page"]


def test_a_supervisor_writes_once_what_was_done(house: House, case: ArrearsComplaint) -> None:
    alert = raise_alert(case)
    supervisor = Actor.person(house.supervisor)
    with pytest.raises(InvalidInput):
        alert_handle(alert=alert, actor=supervisor, note=" ")
    with pytest.raises(ActionNotAllowed):
        alert_handle(alert=alert, actor=Actor.person(house.head), note="x")
    address = f"/admin/complaints/threatalert/{alert.pk}/"
    assert signed_in(house.supervisor).post(address, {"note": ""}).status_code == 400
    assert signed_in(house.supervisor).post(address, {"note": "已约见主要负责人"}).status_code == 302
    alert.refresh_from_db()
    assert (alert.handled_by, alert.handling_note) == (house.supervisor, "已约见主要负责人")
    with pytest.raises(CaseChanged):
        alert_handle(alert=alert, actor=supervisor, note="again")


def test_only_the_complainant_raises_one(house: House, case: ArrearsComplaint) -> None:
    with pytest.raises(ActionNotAllowed):
        alert_raise(complaint=case, actor=Actor.person(house.clerk), text="x")
    with pytest.raises(InvalidInput):
        raise_alert(case, text=" ")


def test_the_page_takes_it_and_shows_it_nowhere(filer: User, case: ArrearsComplaint, client: Client) -> None:
    address = f"/track/{case.reference}/threat/"
    assert client.post(address, {"text": "x"}).status_code == 302
    assert not ThreatAlert.objects.exists()
    client.force_login(filer)
    assert f'href="{address}"' in client.get(f"/track/{case.reference}/").content.decode()
    assert client.post(address, {"text": ""}).status_code == 422
    answer = client.post(address, {"text": SECRET_WORDS, "reach_me": "13900000000"}, follow=True)
    assert ThreatAlert.objects.get().reach_me == "13900000000"
    assert SECRET_WORDS not in answer.content.decode()
