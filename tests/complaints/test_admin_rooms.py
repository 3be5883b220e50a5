"""Start page, inbox, logs, outbox, accounts: each for its role and for no other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casework.cases.models import AccessLog, CitedTerm, Notification, OutboxMessage, TimelineEvent
from casework.cases.outbox import relay_lane
from casework.parties.demo import DEMO_PASSWORD
from casework.parties.models import Membership, Role, User
from complaints.models import ArrearsComplaint
from tests.complaints.admin_pages import EVERYBODY, case_url, signed_in
from tests.factories import House

pytestmark = pytest.mark.django_db
CASE_WORK = set(EVERYBODY) - {"editor", "credit_officer", "sysadmin"}
FEE_READERS = {"editor", "supervisor", "auditor", "receiving_head", "head", "sysadmin"}
# Every list of the admin and who may open it; what isn't named here belongs to the system administrator.
OPEN_TO: dict[str, set[str]] = {
    "complaints.arrearscomplaint": CASE_WORK,
    "complaints.departmentmeasure": {"supervisor", "receiving_head", "head"},
    **dict.fromkeys(
        ("complaints.obligedbody", "complaints.disclosureobligation", "complaints.disclosurecorrection"), CASE_WORK
    ),
    "complaints.threatalert": {"supervisor"},
    "fees.cataloguelist": FEE_READERS,
    "fees.catalogueversion": FEE_READERS,
    "fees.catalogueentry": FEE_READERS,
    "fees.typicalcase": CASE_WORK - {"clerk"},
    "fees.feereport": CASE_WORK,
    **dict.fromkeys(("fees.monitoringpoint", "fees.round", "fees.quarterlyreturn", "fees.alarm"), CASE_WORK),
    **dict.fromkeys(("credit.creditrecord", "parties.subject"), CASE_WORK | {"credit_officer"}),
    "credit.measure": {"clerk", "receiving_head", "head", "supervisor", "auditor", "credit_officer"},
    **dict.fromkeys(("credit.severityclass", "credit.measureitem"), CASE_WORK | {"credit_officer", "sysadmin"}),
    "credit.subjectlookup": {"auditor", "receiving_head", "head"},
    "exchange.package": {"sysadmin", "credit_officer", "supervisor", "auditor"},
    "cases.notification": set(EVERYBODY),
    "cases.accesslog": {"receiving_head", "head", "auditor"},
    "cases.timelineevent": {"auditor"},
}


@pytest.fixture
def house() -> House:
    return House()


def test_every_list_opens_for_its_roles_only(house: House) -> None:
    for model in admin.site._registry:
        label = model._meta.label_lower
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        opened = {name for name in EVERYBODY if signed_in(getattr(house, name)).get(url).status_code == 200}
        assert opened == OPEN_TO.get(label, {"sysadmin"}), label


def test_what_nobody_needs_is_not_registered() -> None:
    labels = {model._meta.label_lower for model in admin.site._registry}
    assert not labels & {"auth.group", "authtoken.tokenproxy", "axes.accesslog", "axes.accessfailurelog"}


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_start_page_opens_for_everybody_with_a_role(house: House, who: str) -> None:
    house.submitted()
    response = signed_in(getattr(house, who)).get("/admin/")
    assert response.status_code == 200
    assert bool(response.context["queues"]) is (who in CASE_WORK | {"credit_officer"})
    assert bool(response.context["system"]) is (who == "sysadmin")


def test_numbers_count_the_users_own_queue(house: House) -> None:
    today = timezone.localdate()
    for days in (-2, 1, 6, 20):
        complaint = house.submitted()
        ArrearsComplaint.objects.filter(pk=complaint.pk).update(next_due=today + timedelta(days=days))
    (queue,) = signed_in(house.clerk).get("/admin/").context["queues"]
    numbers = {n.link.partition("?")[2]: n.count for n in queue.rows}
    assert numbers == {"due=late": 1, "due=3": 1, "due=7": 2, "state=submitted": 4, "queue=assigned": 0}
    for number in queue.rows:
        assert signed_in(house.clerk).get(number.link).context["cl"].result_count == number.count
    empty = signed_in(house.handler).get("/admin/").context["queues"]
    assert len(empty) == 3
    assert all(number.count == 0 for queue in empty for number in queue.rows)


def test_the_start_page_is_cheap(house: House) -> None:
    for _case in range(3):
        house.submitted()
    client = signed_in(house.clerk)
    with CaptureQueriesContext(connection) as queries:
        client.get("/admin/")
    # One of them counts the alarms beside the menu.
    assert len(queries) <= 13


def test_the_inbox_is_ones_own_and_can_be_marked_read(house: House) -> None:
    house.submitted()
    relay_lane("default")
    assert Notification.objects.filter(user=house.clerk, read_at=None).count() == 1
    inbox = reverse("admin:cases_notification_changelist")
    assert signed_in(house.clerk).get(inbox).context["cl"].result_count == 1
    assert signed_in(house.handler).get(inbox).context["cl"].result_count == 0
    row = Notification.objects.get(user=house.clerk)
    data = {"action": "mark_read", "_selected_action": [row.pk]}
    assert signed_in(house.handler).post(inbox, data).status_code == 302
    assert Notification.objects.get(pk=row.pk).read_at is None
    signed_in(house.clerk).post(inbox, data)
    assert Notification.objects.get(pk=row.pk).read_at is not None


def test_opening_a_message_leads_to_its_case(house: House) -> None:
    complaint = house.submitted()
    relay_lane("default")
    row = Notification.objects.get(user=house.clerk)
    url = reverse("admin:cases_notification_open", args=[row.pk])
    assert signed_in(house.handler).post(url).status_code == 404
    assert signed_in(house.clerk).get(url).status_code == 405
    assert signed_in(house.clerk).post(url)["Location"] == case_url(complaint)
    assert Notification.objects.get(pk=row.pk).read_at is not None


def test_roles_that_see_no_case_are_told_of_none(house: House) -> None:
    house.submitted()
    relay_lane("default")
    told = set(Notification.objects.values_list("user", flat=True))
    assert told == {house.clerk.pk, house.receiving_head.pk}


def test_marking_everything_read_is_for_ones_own(house: House) -> None:
    house.submitted()
    relay_lane("default")
    signed_in(house.clerk).post(reverse("admin:cases_notification_read_all"))
    assert not Notification.objects.filter(user=house.clerk, read_at=None).exists()
    assert Notification.objects.filter(user=house.receiving_head, read_at=None).count() == 1


def test_logs_hold_visible_cases_only(house: House) -> None:
    complaint = house.submitted()
    signed_in(house.clerk).get(case_url(complaint))
    url = reverse("admin:cases_accesslog_changelist")
    assert signed_in(house.receiving_head).get(url).context["cl"].result_count == AccessLog.objects.count() == 1
    assert signed_in(house.head).get(url).context["cl"].result_count == 0
    events = signed_in(house.auditor).get(reverse("admin:cases_timelineevent_changelist")).context["cl"].result_count
    assert events == TimelineEvent.objects.filter(case=complaint).count()


def _dead(house: House) -> OutboxMessage:
    house.submitted()
    row = OutboxMessage.objects.order_by("id").first()
    assert row is not None
    OutboxMessage.objects.filter(pk=row.pk).update(status="dead", attempts=6, last_error="SMTPError: no route")
    return row


def test_a_dead_letter_goes_back_in_line_after_a_question(house: House) -> None:
    row = _dead(house)
    url = f"{reverse('admin:cases_outboxmessage_retry')}?ids={row.pk}"
    client = signed_in(house.sysadmin)
    assert row.key in client.get(url).content.decode()
    assert OutboxMessage.objects.get(pk=row.pk).status == "dead"
    client.post(url)
    after = OutboxMessage.objects.get(pk=row.pk)
    assert (after.status, after.attempts) == ("pending", 0)


def test_only_the_system_administrator_retries(house: House) -> None:
    row = _dead(house)
    url = f"{reverse('admin:cases_outboxmessage_retry')}?ids={row.pk}"
    for who in set(EVERYBODY) - {"sysadmin"}:
        assert signed_in(getattr(house, who)).post(url).status_code == 403
    assert OutboxMessage.objects.get(pk=row.pk).status == "dead"


def test_the_bulk_action_asks_too_and_the_list_keeps_the_content_closed(house: House) -> None:
    row = _dead(house)
    client = signed_in(house.sysadmin)
    url = reverse("admin:cases_outboxmessage_changelist")
    page = client.get(url).content.decode()
    assert "SMTPError: no route" in page
    assert "filer@example.com" not in page
    response = client.post(url, {"action": "retry", "_selected_action": [row.pk]})
    assert response["Location"].endswith(f"retry/?ids={row.pk}")
    assert OutboxMessage.objects.get(pk=row.pk).status == "dead"


def _user_form(user: User, **changes: Any) -> dict[str, Any]:
    held = list(user.memberships.all())
    data: dict[str, Any] = {
        "username": user.username,
        "display_name": user.display_name,
        "email": user.email,
        "phone": user.phone,
        "is_active": "on",
        "is_staff": "on",
        "memberships-TOTAL_FORMS": len(held) + 1,
        "memberships-INITIAL_FORMS": len(held),
    }
    for place, row in enumerate(held):
        data |= {
            f"memberships-{place}-id": row.pk,
            f"memberships-{place}-user": user.pk,
            f"memberships-{place}-department": row.department_id,
            f"memberships-{place}-role": row.role,
        }
    return {**data, **changes}


def test_a_system_administrator_gives_a_role(house: House) -> None:
    url = reverse("admin:parties_user_change", args=[house.handler.pk])
    new = {
        "memberships-1-user": house.handler.pk,
        "memberships-1-department": house.handling.pk,
        "memberships-1-role": Role.DEPARTMENT_HEAD.value,
    }
    assert signed_in(house.sysadmin).post(url, _user_form(house.handler, **new)).status_code == 302
    assert Membership.objects.filter(user=house.handler, role=Role.DEPARTMENT_HEAD).exists()
    assert signed_in(house.head).post(url, _user_form(house.handler)).status_code == 403


def test_a_superuser_is_changed_by_a_superuser_only(house: House) -> None:
    root = User.objects.create_superuser("root", password="x")
    url = reverse("admin:parties_user_change", args=[root.pk])
    password = reverse("admin:auth_user_password_change", args=[root.pk])
    client = signed_in(house.sysadmin)
    assert client.post(url, _user_form(root)).status_code == 403
    assert client.post(password, {"password1": "another-2026", "password2": "another-2026"}).status_code == 403
    assert User.objects.get(pk=root.pk).check_password("x")
    assert signed_in(root).get(url).status_code == 200


def test_nobody_makes_a_superuser_by_form(house: House) -> None:
    url = reverse("admin:parties_user_change", args=[house.handler.pk])
    signed_in(house.sysadmin).post(url, _user_form(house.handler, is_superuser="on", memberships_x="1"))
    assert not User.objects.get(pk=house.handler.pk).is_superuser


def test_a_term_only_gets_an_end(house: House) -> None:
    term = CitedTerm.objects.filter(vocabulary="arrears.refusal").first()
    assert term is not None
    url = reverse("admin:cases_citedterm_change", args=[term.pk])
    client = signed_in(house.sysadmin)
    client.post(url, {"effective_to": "2030-12-31", "label": "改了"})
    after = CitedTerm.objects.get(pk=term.pk)
    assert str(after.effective_to) == "2030-12-31"
    assert after.label == term.label
    assert client.post(reverse("admin:cases_citedterm_delete", args=[term.pk]), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(("environment", "shown"), [("demo", True), ("production", False), ("development", False)])
def test_demo_accounts_stand_on_the_demo_login_only(client: Any, settings: Any, environment: str, shown: bool) -> None:
    settings.ENVIRONMENT = environment
    assert (DEMO_PASSWORD in client.get("/admin/login/").content.decode()) is shown


def test_every_form_of_the_system_administrator_opens(house: House) -> None:
    client = signed_in(house.sysadmin)
    opened = set()
    for model, model_admin in admin.site._registry.items():
        request = client.get("/admin/").wsgi_request
        if model_admin.has_add_permission(request):
            url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
            assert client.get(url).status_code == 200, url
            opened.add(model._meta.label_lower)
    assert {"parties.user", "parties.department", "cases.citedterm", "django_celery_beat.periodictask"} <= opened
    for row in (house.handler, house.handling, house.handling.division):
        url = reverse(f"admin:parties_{row._meta.model_name}_change", args=[row.pk])
        assert client.get(url).status_code == 200, url
