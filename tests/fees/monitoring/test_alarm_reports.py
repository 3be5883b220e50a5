"""An alarm that was handed on leads to its reports, and they to it, for those who may see both."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.parties.models import Membership, Role
from fees.monitoring.alarms import alarm_close, alarm_hand_on, alarm_take, alarms_of, reports_of
from fees.monitoring.models import Alarm, AlarmReport
from fees.report.models import FeeReport
from tests.complaints.admin_pages import signed_in
from tests.fees.house import FeeHouse
from tests.fees.monitoring.conftest import QUARTER, Watch, payment, return_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> FeeHouse:
    return FeeHouse()


@pytest.fixture
def watch(house: FeeHouse) -> Watch:
    """The department that watches is the one that registers reports too."""
    made = Watch("320100")
    Membership.objects.create(user=made.clerk, department=house.registering, role=Role.RECEIVING_CLERK)
    points = [made.point() for _number in range(3)]
    made.round()
    for point in points:
        made.submitted(return_of(point, QUARTER), payment("会员评比达标服务费"))
    return made


@pytest.fixture
def alarm(watch: Watch) -> Alarm:
    return alarm_take(alarm=Alarm.objects.get(), user=watch.clerk)


def alarm_page(alarm: Alarm) -> str:
    return f"/admin/fees/alarm/{alarm.pk}/change/"


def filled(house: FeeHouse, form: Any) -> dict[str, Any]:
    """The form as it was handed over, with what the clerk adds."""
    hidden = {name: form[name].value() for name in ("key", "alarm", "source", "item", "division", "arrived_on")}
    return {
        **hidden, "department": house.registering.pk, "is_anonymous": "on", "respondent_name": "示例行业协会",
        "payee_type": "association", "charged_on": "2026-05-06", "amount": "5000", "facts": "监测点反映。",
    }  # fmt: skip


def test_a_report_registered_from_an_alarm_is_tied_to_it(house: FeeHouse, watch: Watch, alarm: Alarm) -> None:
    client = signed_in(watch.clerk)
    begin = re.search(r'href="(/admin/fees/feereport/add/[^"]+)"', client.get(alarm_page(alarm)).content.decode())
    assert begin is not None
    address = begin.group(1).replace("&amp;", "&")
    answer = client.post(reverse("admin:fees_feereport_add"), filled(house, client.get(address).context["form"]))
    assert answer.status_code == 200, answer.context["form"].errors
    report = FeeReport.objects.get()
    link = AlarmReport.objects.get()
    assert (link.alarm_id, link.report_id, link.linked_by) == (alarm.pk, report.pk, watch.clerk)
    page = client.get(alarm_page(alarm))
    assert reverse("admin:fees_feereport_change", args=[report.pk]) in page.content.decode()
    assert page.context["form"]["outcome"].value() == "reported"
    assert report.reference in page.context["form"]["result"].value()
    assert alarm_page(alarm) in client.get(reverse("admin:fees_feereport_change", args=[report.pk])).content.decode()
    alarm_close(alarm=alarm, user=watch.clerk, outcome="reported", result=page.context["form"]["result"].value())
    assert reverse("admin:fees_feereport_change", args=[report.pk]) in client.get(alarm_page(alarm)).content.decode()


def test_each_sees_the_other_only_with_the_right_to(house: FeeHouse, watch: Watch, alarm: Alarm) -> None:
    report = house.transferred()
    alarm_hand_on(alarm=alarm, report=report, user=watch.clerk)
    assert reports_of(alarm, watch.clerk) == [report]
    assert alarms_of(report, watch.clerk) == [alarm]
    # Who works on the report knows nothing of points; who runs the points elsewhere knows nothing of the report.
    assert alarms_of(report, house.handler) == []
    assert reports_of(alarm, watch.head) == []
    handler = signed_in(house.handler).get(reverse("admin:fees_feereport_change", args=[report.pk]))
    assert alarm_page(alarm) not in handler.content.decode()
    assert report.reference not in signed_in(watch.head).get(alarm_page(alarm)).content.decode()


def test_only_those_responsible_while_it_is_looked_into(house: FeeHouse, watch: Watch, alarm: Alarm) -> None:
    report, other = house.registered(), house.registered()
    for user in (house.clerk, watch.head, house.stranger):
        with pytest.raises(ActionNotAllowed):
            alarm_hand_on(alarm=alarm, report=report, user=user)
    first = alarm_hand_on(alarm=alarm, report=report, user=watch.clerk)
    assert alarm_hand_on(alarm=alarm, report=report, user=watch.clerk) == first
    with pytest.raises(InvalidInput):
        alarm_close(alarm=alarm, user=watch.clerk, outcome="unfounded", result="市场调节价")
    alarm_close(alarm=alarm, user=watch.clerk, outcome="reported", result="已登记")
    with pytest.raises(CaseChanged):
        alarm_hand_on(alarm=alarm, report=other, user=watch.clerk)
    assert alarm_hand_on(alarm=alarm, report=report, user=watch.clerk) == first


def test_a_report_of_an_alarm_that_somebody_closed_is_not_registered(
    house: FeeHouse, watch: Watch, alarm: Alarm
) -> None:
    client = signed_in(watch.clerk)
    address = f"{reverse('admin:fees_feereport_add')}?alarm={alarm.pk}&source=monitoring&item=费&division=320102"
    form = filled(house, client.get(address).context["form"])
    alarm_close(alarm=alarm, user=watch.head, outcome="unfounded", result="市场调节价")
    answer = client.post(reverse("admin:fees_feereport_add"), form)
    assert answer.status_code == 409
    assert not FeeReport.objects.exists()


def test_the_tie_is_never_unmade(house: FeeHouse, watch: Watch, alarm: Alarm) -> None:
    link = alarm_hand_on(alarm=alarm, report=house.registered(), user=watch.clerk)
    with pytest.raises(DatabaseError), transaction.atomic():
        AlarmReport.objects.filter(pk=link.pk).update(linked_by=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        link.delete()
