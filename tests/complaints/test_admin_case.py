"""The case page: what each role reads of it, that reading is logged, and each action with its form."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.models import AccessLog, TimelineEvent
from casework.parties.models import Role, User
from complaints import services
from complaints.admin.actions import SPECS
from complaints.flow import ACTIONS, FLOW, State
from complaints.models import ArrearsComplaint
from tests.complaints.admin_pages import act_url, case_url, signed_in, take
from tests.factories import House

pytestmark = pytest.mark.django_db
# One more for each kind of row that the page shows: parts, payments, plans, new facts.
# One of them counts the alarms beside the menu.
# Five look for signs of a malicious filing, see casework/cases/indicators.
# Two read the messages, and what still can be done with them; one the kinds of the files.
MOST_QUERIES = 47
PHONE = "13811112222"


@pytest.fixture
def house() -> House:
    return House()


# action: (how the case gets there, who acts, what the form sends, the state after)
WAYS: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "request_correction": ("submitted", "clerk", {"items": ["licence"], "note": "请补充"}, State.CORRECTION_REQUESTED),
    "lapse": ("unanswered", "clerk", {"reason": "已送达，逾期未补正。"}, State.LAPSED),
    "accept": ("submitted", "clerk", {}, State.ACCEPTED),
    "refuse": ("submitted", "receiving_head", {"ground": "R2", "explanation": "法院已立案。"}, State.REFUSED),
    "transfer": ("accepted", "clerk", {"department": "handling", "note": "请处理"}, State.TRANSFERRED),
    "take_back": ("return_asked", "clerk", {"note": "同意退回"}, State.ACCEPTED),
    "receive": ("transferred", "handler", {"received_on": "today"}, State.RECEIVED),
    "start_handling": ("received", "head", {"assignee": "handler"}, State.IN_HANDLING),
    "resolve": ("in_handling", "handler", {"findings": "属实", "result": "已付", "unresolved": ""}, State.RESOLVED),
    "close": ("resolved", "handler", {"reason": "NO_CONTRACT"}, State.CLOSED),
    "terminate": ("in_handling", "handler", {"ground": "NO_CONTRACT", "explanation": "无合同。"}, State.TERMINATED),
    "follow_up": ("with_plan", "handler", {}, State.FOLLOW_UP),
    "reopen": ("with_new_facts", "handler", {"note": "属实"}, State.IN_HANDLING),
    "reopen_for_transfer": ("with_new_facts_untransferred", "clerk", {"note": "属实"}, State.ACCEPTED),
}
WRONG = {
    "lapse": "supervisor", "take_back": "handler",
    "request_correction": "supervisor", "accept": "auditor", "refuse": "supervisor", "transfer": "handler",
    "receive": "clerk", "start_handling": "clerk", "resolve": "clerk", "close": "supervisor",
    "terminate": "supervisor", "follow_up": "auditor", "reopen": "supervisor",
    "reopen_for_transfer": "supervisor",
}  # fmt: skip


def _filled(house: House, data: dict[str, Any]) -> dict[str, Any]:
    """The form's values, with the house's own keys in the place of names."""
    values = {
        "handling": house.handling.pk,
        "handler": house.handler.pk,
        "today": timezone.localdate().isoformat(),
    }
    return {key: values.get(value, value) if isinstance(value, str) else value for key, value in data.items()}


def _fresh(complaint: ArrearsComplaint) -> ArrearsComplaint:
    return ArrearsComplaint.objects.get(pk=complaint.pk)


def test_every_action_of_staff_has_a_page() -> None:
    staff = {name for name in ACTIONS if FLOW.roles(name) - {Role.COMPLAINANT}}
    assert set(SPECS) == staff == set(WAYS)


@pytest.mark.parametrize("action", sorted(WAYS))
def test_the_right_role_takes_the_action(house: House, action: str) -> None:
    start, who, data, target = WAYS[action]
    complaint, user = getattr(house, start)(), getattr(house, who)
    assert signed_in(user).get(act_url(complaint, action)).status_code == 200
    response = take(user, complaint, action, **_filled(house, data))
    assert response.status_code == 302, response.content.decode()
    assert response["Location"] == case_url(complaint)
    after = _fresh(complaint)
    assert after.state == target
    assert after.version == complaint.version + 1
    assert TimelineEvent.objects.filter(case=complaint, actor=user).exists()
    shown = signed_in(user).get(case_url(complaint))
    assert shown.status_code == 200


@pytest.mark.parametrize("action", sorted(WRONG))
def test_a_wrong_role_is_refused_and_nothing_changes(house: House, action: str) -> None:
    start, _who, data, _target = WAYS[action]
    complaint, user = getattr(house, start)(), getattr(house, WRONG[action])
    events = TimelineEvent.objects.count()
    visible = ArrearsComplaint.objects.visible_to(user).filter(pk=complaint.pk).exists()
    expected = 403 if visible else 404
    assert signed_in(user).get(act_url(complaint, action)).status_code == expected
    assert take(user, complaint, action, **_filled(house, data)).status_code == expected
    assert _fresh(complaint).version == complaint.version
    assert TimelineEvent.objects.count() == events


def test_most_wrong_roles_see_the_case_and_are_refused_for_the_action(house: House) -> None:
    complaint = house.submitted()
    for user in (house.supervisor, house.auditor):
        assert take(user, complaint, "accept").status_code == 403


def test_buttons_are_the_allowed_actions_with_the_next_one_first(house: House) -> None:
    complaint = house.submitted()
    buttons = signed_in(house.clerk).get(case_url(complaint)).context["buttons"]
    assert [button.name for button in buttons] == ["accept", "request_correction", "refuse"]
    for user in (house.supervisor, house.auditor):
        assert signed_in(user).get(case_url(complaint)).context["buttons"] == []


def test_a_stale_form_says_what_happened_and_keeps_the_text(house: House) -> None:
    complaint = house.submitted()
    services.complaint_request_correction(complaint=complaint, actor=Actor.person(house.clerk), items=["licence"])
    services.complaint_answer_correction(complaint=complaint, actor=Actor.complainant("x"), answer="已补")
    now = _fresh(complaint)
    response = take(house.clerk, complaint, "refuse", ground="R1", explanation="打字很久的理由")
    page = response.content.decode()
    assert response.status_code == 409
    assert "其他人员已先行操作本案" in page
    assert "打字很久的理由" in page
    assert response.context["still_possible"]
    assert f'name="version" value="{now.version}"' in page
    assert _fresh(complaint).state == State.SUBMITTED


def test_a_stale_form_whose_action_is_gone_offers_no_button(house: House) -> None:
    complaint = house.submitted()
    services.complaint_accept(complaint=complaint, actor=Actor.person(house.receiving_head))
    response = take(house.clerk, complaint, "refuse", ground="R1", explanation="打字很久的理由")
    page = response.content.decode()
    assert response.status_code == 409
    assert not response.context["still_possible"]
    assert "打字很久的理由" in page
    assert "在新的状态下已不能进行此操作" in page
    assert _fresh(complaint).state == State.ACCEPTED


def test_opening_a_form_that_came_too_late_leads_back(house: House) -> None:
    complaint = house.accepted()
    response = signed_in(house.clerk).get(act_url(complaint, "accept"), follow=True)
    assert response.redirect_chain == [(case_url(complaint), 302)]
    assert "案件当前状态不能进行此操作" in response.content.decode()


@pytest.mark.parametrize(
    ("start", "who", "action", "data", "field"),
    [
        ("submitted", "clerk", "request_correction", {"note": "请补充营业执照"}, "items"),
        ("submitted", "clerk", "refuse", {"explanation": "理由已写好"}, "ground"),
        ("submitted", "clerk", "refuse", {"ground": "R1", "explanation": "  "}, "explanation"),
        ("submitted", "clerk", "refuse", {"ground": "R99", "explanation": "理由"}, "ground"),
        ("accepted", "clerk", "transfer", {"note": "说明文字"}, "department"),
        ("transferred", "handler", "receive", {"received_on": "2020-01-01"}, "received_on"),
        ("transferred", "handler", "receive", {"received_on": "2999-01-01"}, "received_on"),
        ("in_handling", "handler", "resolve", {"findings": "查明的事实"}, "result"),
        ("resolved", "handler", "close", {}, "reason"),
    ],
)
def test_refused_input_names_its_field_and_keeps_the_rest(
    house: House, start: str, who: str, action: str, data: dict[str, str], field: str
) -> None:
    complaint = getattr(house, start)()
    response = take(getattr(house, who), complaint, action, **data)
    assert response.status_code == 400
    assert field in response.context["form"].errors
    page = response.content.decode()
    typed = [text for name, text in data.items() if name in {"note", "explanation", "findings"} and text.strip()]
    assert all(text in page for text in typed)
    assert _fresh(complaint).version == complaint.version


def test_transfer_offers_departments_of_the_own_subtree_that_handle(house: House) -> None:
    other = House()
    other.handling.is_active = False
    other.handling.save()
    form = signed_in(house.clerk).get(act_url(house.accepted(), "transfer")).context["form"]
    offered = set(form.fields["department"].queryset)
    assert house.handling in offered
    assert other.handling not in offered
    assert house.receiving not in offered


def test_only_people_of_the_handling_department_can_be_assigned(house: House) -> None:
    complaint = house.received()
    assert take(house.handler, complaint, "start_handling", assignee=house.clerk.pk).status_code == 400
    assert _fresh(complaint).assigned_to is None


def test_reading_is_logged_each_time(house: House) -> None:
    complaint = house.submitted()
    for _time in range(2):
        signed_in(house.supervisor).get(case_url(complaint))
    signed_in(house.clerk).get(act_url(complaint, "accept"))
    rows = AccessLog.objects.filter(case=complaint).order_by("id").values_list("user", "what")
    assert list(rows) == [
        (house.supervisor.pk, "page"),
        (house.supervisor.pk, "page"),
        (house.clerk.pk, "action:accept"),
    ]


@pytest.mark.parametrize(
    ("who", "contacts", "log"),
    [
        ("clerk", True, False),
        ("receiving_head", True, True),
        ("handler", True, False),
        ("head", True, True),
        ("supervisor", False, False),
        ("auditor", False, True),
    ],
)
def test_contact_data_and_access_log_by_role(house: House, who: str, contacts: bool, log: bool) -> None:
    complaint = house.in_handling(contact_phone=PHONE, contact_address="保密路9号")
    page = signed_in(getattr(house, who)).get(case_url(complaint)).content.decode()
    assert (PHONE in page) is contacts
    assert ("保密路9号" in page) is contacts
    assert ("联系信息仅向承办本案的人员显示" in page) is not contacts
    assert ("本案查阅记录" in page) is log


def test_the_page_holds_everything(house: House) -> None:
    complaint = house.resolved()
    page = signed_in(house.handler).get(case_url(complaint)).content.decode()
    deadlines = list(complaint.deadlines.all())
    letters = list(complaint.letters.all())
    assert deadlines
    assert letters
    for text in (complaint.reference, "80,000.00", "100,000.00", complaint.facts, "被投诉人已支付全部余款。"):
        assert text in page
    for letter in letters:
        assert letter.number in page
    for deadline in deadlines:
        assert deadline.period.name in page
    assert page.count("cw-line-") == complaint.events.count()


def test_the_next_deadline_is_explained(house: House) -> None:
    response = signed_in(house.clerk).get(case_url(house.submitted()))
    clock = response.context["next_clock"]
    assert clock.reasons
    page = response.content.decode()
    assert "期限计算说明" in page


def _queries(user: User, complaint: ArrearsComplaint) -> int:
    client = signed_in(user)
    client.get(case_url(complaint))
    with CaptureQueriesContext(connection) as queries:
        assert client.get(case_url(complaint)).status_code == 200
    return len(queries)


def test_queries_of_the_case_page_are_bounded(house: House) -> None:
    short, long = house.submitted(), house.resolved()
    assert _queries(house.receiving_head, long) <= MOST_QUERIES
    # A running clock is explained by the calendar, and a case under review asks the routes: both are done with later.
    assert abs(_queries(house.clerk, long) - _queries(house.clerk, short)) <= 5
