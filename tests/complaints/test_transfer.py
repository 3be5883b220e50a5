"""Routes suggest, hops record, a misrouted case comes back by rule; never two owners, whatever is tried."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, CaseError, InvalidInput
from casework.cases.models import OutboxMessage
from casework.cases.timeline import verify_chains
from casework.cases.transfer.models import Hop, Route
from casework.cases.verbs import Verb
from casework.clocks.models import OPEN_STATUSES
from casework.parties.models import Department, Role, User
from complaints import services
from complaints.flow import KIND, State
from complaints.models import ArrearsComplaint
from complaints.transfer import services as transfer
from tests.complaints.admin_pages import act_url, case_url, signed_in, take
from tests.factories import House, department, division, member

pytestmark = pytest.mark.django_db
NEW_YEAR = date(2026, 1, 1)


@pytest.fixture
def house() -> House:
    return House()


def _route(to: Department, **criteria: Any) -> Route:
    given = {
        "kind": KIND,
        "reason": "按主管关系",
        "citation": "测试",
        "certainty": "I",
        "effective_from": NEW_YEAR,
        **criteria,
    }
    return Route.objects.create(department=to, **given)


def _fresh(case: ArrearsComplaint) -> ArrearsComplaint:
    return ArrearsComplaint.objects.get(pk=case.pk)


def _running(case: ArrearsComplaint) -> dict[str, date]:
    return dict(case.deadlines.filter(status__in=OPEN_STATUSES).values_list("code", "due"))


def _ask(case: ArrearsComplaint, by: User, target: Department, **more: Any) -> ArrearsComplaint:
    actor = more.pop("actor", None) or Actor.person(by)
    return transfer.complaint_ask_return(complaint=case, actor=actor, reason="不属于本部门职责", target=target, **more)


def test_another_department_than_the_suggested_one_needs_a_reason(house: House) -> None:
    route = _route(house.handling, division=division("320100"))
    other, case = department("320100", handling=True), house.accepted()
    clerk = Actor.person(house.clerk)
    with pytest.raises(InvalidInput) as refused:
        services.complaint_transfer(complaint=case, actor=clerk, department=other)
    assert set(refused.value.errors) == {"override_reason"}
    assert _fresh(case).state == State.ACCEPTED
    services.complaint_transfer(complaint=case, actor=clerk, department=other, override_reason="已商定")
    hop = case.hops.get()
    assert (hop.target, hop.route, hop.override_reason) == (other, route, "已商定")


def test_the_form_offers_the_suggestion_first_with_its_reason(house: House) -> None:
    department("320000", handling=True)
    _route(house.handling, division=division("320100"), reason="南京市由该部门处理")
    case = house.accepted()
    response = signed_in(house.clerk).get(act_url(case, "transfer"))
    form = response.context["form"]
    assert form.fields["department"].queryset[0] == house.handling
    assert form.initial["department"] == house.handling.pk
    assert "南京市由该部门处理" in response.content.decode()
    assert take(house.clerk, case, "transfer", department=house.handling.pk).status_code == 302


def test_a_department_elsewhere_can_not_have_the_case(house: House) -> None:
    with pytest.raises(InvalidInput):
        services.complaint_transfer(
            complaint=house.accepted(),
            actor=Actor.person(house.clerk),
            department=department("440100", handling=True),
        )


def test_an_agreed_return_opens_the_transfer_clock_again_with_its_old_day(house: House) -> None:
    other = department("320500", handling=True)
    case = house.accepted()
    owed = _running(case)["arrears.transfer"]
    clerk = Actor.person(house.clerk)
    services.complaint_transfer(complaint=case, actor=clerk, department=house.handling)
    services.complaint_receive(complaint=case, actor=Actor.person(house.handler))
    handled_by = _running(case)["arrears.handling"]
    _ask(case, house.handler, other)
    assert set(_running(case)) == {"arrears.handling", "misroute.decision"}
    case = transfer.complaint_take_back(complaint=case, actor=clerk, note="同意")
    assert (case.state, case.handling_department, case.assigned_to) == (State.ACCEPTED, None, None)
    assert _running(case) == {"arrears.handling": handled_by, "arrears.transfer": owed}
    assert not ArrearsComplaint.objects.visible_to(house.handler).filter(pk=case.pk).exists()
    assert OutboxMessage.objects.filter(key__contains=f"email-{case.reference}-taken_back").exists()

    services.complaint_transfer(complaint=case, actor=clerk, department=other)
    receiver = member(Role.HANDLING_CASEWORKER, other)
    services.complaint_receive(complaint=case, actor=Actor.person(receiver))
    # The thirty days do not begin anew with the second department.
    assert _running(case) == {"arrears.handling": handled_by}
    assert [hop.status for hop in case.hops.all()] == ["returned", "received"]
    assert list(verify_chains(case.pk)) == []


def test_an_objection_after_five_working_days_is_too_late(house: House) -> None:
    case, other = house.transferred(), department("320500", handling=True)
    due = _running(case)["misroute.objection"]

    def on(day: date) -> Actor:
        return Actor.person(house.handler, timezone.make_aware(datetime(day.year, day.month, day.day, 10)))

    with pytest.raises(InvalidInput):
        _ask(case, house.handler, other, actor=on(due + timedelta(days=1)))
    assert _fresh(case).hops.get().status == Hop.Status.SENT
    _ask(case, house.handler, other, actor=on(due))
    assert _fresh(case).hops.get().status == Hop.Status.RETURN_ASKED


def test_a_department_that_objects_does_not_work_on_the_case_meanwhile(house: House) -> None:
    case = house.return_asked()
    with pytest.raises(InvalidInput):
        services.complaint_receive(complaint=case, actor=Actor.person(house.handler))
    case = transfer.complaint_decline_return(complaint=case, actor=Actor.person(house.clerk), reason="属于职责范围")
    assert case.hops.get().status == Hop.Status.SENT
    assert set(_running(case)) == {"misroute.objection"}
    services.complaint_receive(complaint=case, actor=Actor.person(house.handler))


def test_nobody_but_sender_handler_and_superior_takes_part_in_a_return(house: House) -> None:
    case, other = house.transferred(), department("320500", handling=True)
    with pytest.raises(ActionNotAllowed):
        _ask(case, house.clerk, other)
    case = _ask(case, house.handler, other)
    for act in (transfer.complaint_take_back, transfer.complaint_decline_return):
        more: dict[str, Any] = {"reason": "x"} if act is transfer.complaint_decline_return else {}
        with pytest.raises(ActionNotAllowed):
            act(complaint=case, actor=Actor.person(house.handler), **more)
    with pytest.raises(CaseChanged):
        transfer.complaint_designate(
            complaint=case, actor=Actor.person(house.supervisor), department=other, reason="尚未提交上级"
        )


def _looped(house: House) -> tuple[ArrearsComplaint, Department, User]:
    """Sent to one, returned, sent to the other, which names the first: a loop."""
    other = department("320500", handling=True)
    colleague, clerk = member(Role.HANDLING_CASEWORKER, other), Actor.person(house.clerk)
    case = _ask(house.transferred(), house.handler, other)
    transfer.complaint_take_back(complaint=case, actor=clerk)
    services.complaint_transfer(complaint=case, actor=clerk, department=other)
    return _ask(case, colleague, house.handling), other, colleague


def test_a_loop_goes_to_the_common_superior_whose_word_binds(house: House) -> None:
    local = member(Role.SUPERVISOR, department("320500"))
    case, other, colleague = _looped(house)
    hop = case.hops.get(number=2)
    assert hop.escalated_on is not None
    assert OutboxMessage.objects.get(key__contains="return_escalated").payload["users"] == [house.supervisor.pk]
    for refused in (transfer.complaint_take_back, transfer.complaint_decline_return):
        more: dict[str, Any] = {"reason": "x"} if refused is transfer.complaint_decline_return else {}
        with pytest.raises(CaseError):
            refused(complaint=case, actor=Actor.person(house.clerk), **more)
    with pytest.raises(ActionNotAllowed):
        transfer.complaint_designate(
            complaint=case, actor=Actor.person(local), department=house.handling, reason="仅管一市"
        )
    transfer.complaint_designate(
        complaint=case, actor=Actor.person(house.supervisor), department=house.handling, reason="合同履行地在南京"
    )
    clerk = Actor.person(house.clerk)
    transfer.complaint_take_back(complaint=case, actor=clerk)
    with pytest.raises(InvalidInput):
        services.complaint_transfer(complaint=case, actor=clerk, department=department("320000", handling=True))
    services.complaint_transfer(complaint=case, actor=clerk, department=house.handling)
    assert [row.target for row in case.hops.all()] == [house.handling, other, house.handling]
    assert colleague.pk != house.handler.pk


def test_a_designation_of_the_same_department_ends_the_matter(house: House) -> None:
    case, other, colleague = _looped(house)
    transfer.complaint_designate(
        complaint=case, actor=Actor.person(house.supervisor), department=other, reason="属于该部门职责"
    )
    with pytest.raises(InvalidInput):
        _ask(case, colleague, house.handling)
    case = services.complaint_receive(complaint=case, actor=Actor.person(colleague))
    assert case.handling_department == other


def test_a_second_request_after_a_refusal_and_one_return_too_many_are_escalated(house: House) -> None:
    case = house.return_asked()
    transfer.complaint_decline_return(complaint=case, actor=Actor.person(house.clerk), reason="属于职责范围")
    _ask(case, house.handler, department("320500", handling=True))
    assert case.hops.get().escalated_on is not None

    places = [department("320100", handling=True) for _ in range(4)]
    people = [member(Role.HANDLING_CASEWORKER, place) for place in places]
    case, clerk = house.accepted(), Actor.person(house.clerk)
    escalated = []
    for number in range(3):
        services.complaint_transfer(complaint=case, actor=clerk, department=places[number])
        _ask(case, people[number], places[number + 1])
        escalated.append(case.hops.order_by("-number")[0].escalated_on is not None)
        if not escalated[-1]:
            transfer.complaint_take_back(complaint=case, actor=clerk)
    # Two agreed returns at most, by the list arrears.return_limit.
    assert escalated == [False, False, True]


def test_the_page_tells_the_way_and_offers_each_side_its_part(house: House) -> None:
    case = house.return_asked()
    page = signed_in(house.clerk).get(case_url(case))
    assert [act.name for act in page.context["side_acts"]["hops"]] == ["classify", "decline_return"]
    assert "take_back" in [button.name for button in page.context["buttons"]]
    assert "被投诉人属于住建部门主管。" in page.content.decode()
    handler = signed_in(house.handler).get(case_url(case)).context
    assert [act.name for act in handler["side_acts"]["hops"]] == ["classify"]
    looped, *_rest = _looped(house)
    offered = signed_in(house.supervisor).get(case_url(looped)).context["side_acts"]
    assert [act.name for act in offered["hops"]] == ["designate"]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["transfer", "receive", "start", "ask", "take_back", "decline", "designate"]),
        st.integers(0, 2),
        st.integers(0, 2),
    ),
    max_size=25,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_never_two_owners_over_any_sequence_of_transfers_and_returns(
    house: House, steps: list[tuple[str, int, int]]
) -> None:
    places = [house.handling, department("320100", handling=True), department("320500", handling=True)]
    people = [house.handler, *(member(Role.HANDLING_CASEWORKER, place) for place in places[1:])]
    clerk, superior = Actor.person(house.clerk), Actor.person(house.supervisor)
    case = house.accepted()
    for name, one, two in steps:
        by, to = Actor.person(people[one]), places[two]
        commands: dict[str, Any] = {
            "transfer": lambda to=to: services.complaint_transfer(complaint=case, actor=clerk, department=to),
            "receive": lambda by=by: services.complaint_receive(complaint=case, actor=by),
            "start": lambda by=by: services.complaint_start_handling(complaint=case, actor=by),
            "ask": lambda one=one, to=to: _ask(case, people[one], to),
            "take_back": lambda: transfer.complaint_take_back(complaint=case, actor=clerk),
            "decline": lambda: transfer.complaint_decline_return(complaint=case, actor=clerk, reason="否"),
            "designate": lambda to=to: transfer.complaint_designate(
                complaint=case, actor=superior, department=to, reason="指定"
            ),
        }
        before = (_fresh(case).version, case.hops.count())
        try:
            commands[name]()
        except CaseError:
            # A refused command leaves nothing behind.
            assert (_fresh(case).version, case.hops.count()) == before
        _check_owner(_fresh(case))
    assert list(verify_chains(case.pk)) == []


def _check_owner(case: ArrearsComplaint) -> None:
    """An oracle of its own: who stands in the hops, by counting them, against the case row and the clocks."""
    hops = list(Hop.objects.filter(case=case).order_by("number"))
    standing = [hop for hop in hops if hop.status != "returned"]
    assert [hop.number for hop in hops] == list(range(1, len(hops) + 1))
    assert [hop.status for hop in hops[:-1]] == ["returned"] * len(hops[:-1])
    if case.state == State.ACCEPTED:
        assert (case.handling_department, standing) == (None, [])
        assert "arrears.transfer" in _running(case)
    else:
        assert [hop.target for hop in standing] == [case.handling_department]
        assert "arrears.transfer" not in _running(case)
    transferred = case.events.filter(verb=Verb.TRANSFERRED).count()
    assert len(hops) == transferred
    assert transferred - case.events.filter(verb=Verb.TAKEN_BACK).count() == len(standing)
    for hop in hops[1:]:
        # Nobody gets a case twice unless the superior says so.
        again = [row for row in hops[: hop.number - 1] if row.target == hop.target]
        assert not again or hops[hop.number - 2].designated == hop.target


def _migrate(name: str) -> None:
    # What is to be checked at the end is checked now: no table changes while it waits.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    MigrationExecutor(connection).migrate([("complaints", name)])


def _routes_and_hops(app: str, case_column: str) -> tuple[list[Any], list[Any]]:
    """Every row as the database has it, but for what only the engine's tables know."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT to_jsonb(r) - 'kind' FROM {app}_route r ORDER BY id")
        routes = [row[0] for row in cursor.fetchall()]
        cursor.execute(f"SELECT to_jsonb(h) - '{case_column}', {case_column} FROM {app}_hop h ORDER BY id")
        return routes, cursor.fetchall()


def test_routes_and_hops_go_over_to_the_engine_and_back_without_a_loss(house: House) -> None:
    _route(house.handling, division=division("320100"), sector="construction")
    _looped(house)
    kept, types = _routes_and_hops("cases", "case_id"), ContentType.objects.filter(model__in=["route", "hop"])
    labels = dict(types.values_list("pk", "app_label"))
    _migrate("0010_extension_moves")
    assert _routes_and_hops("complaints", "complaint_id") == kept
    assert _routes_and_hops("cases", "case_id") == ([], [])
    assert set(types.values_list("app_label", flat=True)) == {"complaints"}
    _migrate("0012_worklog_moves")
    assert _routes_and_hops("cases", "case_id") == kept
    assert dict(types.values_list("pk", "app_label")) == labels
    # New rows come after those that went over.
    assert _route(house.handling).kind == KIND
    house.transferred()


def test_a_case_from_before_transfers_were_recorded_gets_the_one_that_its_dates_tell_of(house: House) -> None:
    cases = {case.pk: case for case in (house.transferred(), house.received(), house.accepted())}
    before = {hop.case_id: hop for hop in Hop.objects.all()}
    Hop.objects.all().delete()
    _migrate("0009_hops_of_earlier_transfers")
    migration = import_module("complaints.migrations.0009_hops_of_earlier_transfers")
    with connection.cursor() as cursor:
        cursor.execute(migration.ADD_HOPS)
        cursor.execute(migration.ADD_HOPS)
    _migrate("0012_worklog_moves")
    after = {hop.case_id: hop for hop in Hop.objects.all()}
    assert len(after) == 2
    for pk, hop in after.items():
        same = ("number", "sender_id", "target_id", "sent_on", "received_on", "status")
        assert [getattr(hop, name) for name in same] == [getattr(before[pk], name) for name in same]
        assert cases[pk].handling_department_id == hop.target_id
