"""Routes suggest by the most criteria; a kind without a time to object, and a return on which nobody agrees in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from casework.cases import pages
from casework.cases.actors import Actor
from casework.cases.commands import locked_running_case
from casework.cases.errors import CaseChanged, CaseError, InvalidInput
from casework.cases.models import Case, OutboxMessage
from casework.cases.timeline import verify_chains
from casework.cases.transfer import returns, rules
from casework.cases.transfer.models import Hop, Route
from casework.cases.transfer.routes import suggestion_for
from casework.cases.verbs import Verb
from casework.clocks.models import OPEN_STATUSES
from casework.parties.models import NATION, Department, Division, Role, User
from complaints import services
from complaints.flow import KIND, State
from complaints.models import ArrearsComplaint
from complaints.transfer import services as transfer
from complaints.transfer.routes import RULES
from tests.complaints.admin_pages import signed_in
from tests.factories import House, department, division, member

pytestmark = pytest.mark.django_db
NEW_YEAR = date(2026, 1, 1)
ANOTHER_KIND = "toy"


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def without_objection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The law of this kind sets no time to object, and seven working days to agree (SAMR Order 121 art. 33)."""
    monkeypatch.setitem(rules._rules, KIND, replace(RULES, objection="", decision="fee.competence_dispute"))


def _route(to: Department, **criteria: Any) -> Route:
    given = {"kind": KIND, "reason": "按主管关系", "citation": "测试", "certainty": "I", **criteria}
    return Route.objects.create(department=to, **{"effective_from": NEW_YEAR, **given})


def _fresh(case: ArrearsComplaint) -> ArrearsComplaint:
    return ArrearsComplaint.objects.get(pk=case.pk)


def _on(user: User, day: date) -> Actor:
    return Actor.person(user, timezone.make_aware(datetime(day.year, day.month, day.day, 10)))


def _running(case: Case) -> dict[str, date]:
    return dict(case.deadlines.filter(status__in=OPEN_STATUSES).values_list("code", "due"))


def test_a_central_enterprise_goes_to_the_national_level_and_to_no_place(house: House) -> None:
    national = department(NATION, handling=True)
    _route(house.handling, division=division("320100"), respondent_type="large_enterprise")
    case = house.submitted()
    transfer.complaint_classify(complaint=case, actor=Actor.person(house.clerk), ownership="central")
    assert suggestion_for(_fresh(case), timezone.localdate()) is None
    _route(national, ownership="central")
    found = suggestion_for(_fresh(case), timezone.localdate())
    assert found is not None
    assert found.department == national


PLACES = ["", NATION, "320000", "320100", "320102", "320500", "440000"]


def _ends_after_it_begins(route: dict[str, Any]) -> bool:
    return route["effective_to"] is None or route["effective_to"] >= route["effective_from"]


OWNERS, SECTORS = ["", "central", "county"], ["", "construction"]
DAY = date(2026, 6, 15)
DAYS = [DAY + timedelta(days=days) for days in (-30, -1, 0, 1, 30)]
ROUTES = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from([KIND, KIND, KIND, ANOTHER_KIND]),
            "respondent_type": st.sampled_from(["", "organ", "large_enterprise"]),
            "ownership": st.sampled_from(OWNERS),
            "sector": st.sampled_from(SECTORS),
            "division_id": st.sampled_from(PLACES),
            "effective_from": st.sampled_from(DAYS),
            "effective_to": st.sampled_from([None, *DAYS]),
            "department": st.integers(0, 2),
        }
    ).filter(_ends_after_it_begins),
    max_size=6,
)
PLAIN = {"kind": KIND, "respondent_type": "", "ownership": "", "sector": "", "effective_from": DAY, "effective_to": DAY}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    routes=ROUTES, ownership=st.sampled_from(["", "central", "county"]), sector=st.sampled_from(["", "construction"])
)
@example(  # The narrower place, and of two alike the older one.
    routes=[{**PLAIN, "division_id": code, "department": at} for at, code in enumerate(["320000", "320102", "320102"])],
    ownership="",
    sector="",
)
def test_the_suggestion_is_what_a_clerk_would_find_by_reading_every_route(
    house: House, routes: list[dict[str, Any]], ownership: str, sector: str
) -> None:
    for code in filter(None, PLACES):
        division(code)
    # The last one is closed: no route leads there.
    places = [house.handling, department(NATION, handling=True), department("320100", handling=True)]
    Department.objects.filter(pk=places[2].pk).update(is_active=False)
    with transaction.atomic():
        for route in routes:
            row = {**route, "division_id": route["division_id"] or None}
            _route(places[row.pop("department")], **row)
        case = house.submitted()
        ArrearsComplaint.objects.filter(pk=case.pk).update(respondent_ownership=ownership, respondent_sector=sector)
        case = _fresh(case)
        found = suggestion_for(case, DAY)
        assert (found.route if found else None) == _read_all_routes(case, open_to=places[:2])
        transaction.set_rollback(True)


def _read_all_routes(case: ArrearsComplaint, open_to: list[Department]) -> Route | None:
    """An oracle of its own: by hand, row by row, up the tree of divisions."""
    inside = [case.division]
    while inside[-1].parent is not None:
        inside.append(inside[-1].parent)
    best: Route | None = None
    for route in Route.objects.order_by("pk"):
        if route.kind != case.kind or route.department not in open_to:
            continue
        if route.effective_from > DAY or (route.effective_to and route.effective_to < DAY):
            continue
        if route.respondent_type not in ("", case.respondent_type) or route.sector not in ("", case.respondent_sector):
            continue
        if case.respondent_ownership == "central" and route.ownership != "central":
            continue
        if route.ownership not in ("", case.respondent_ownership) or route.division not in (None, *inside):
            continue
        if best is None or _reads_better(route, best, inside):
            best = route
    return best


def _reads_better(one: Route, other: Route, inside: list[Division]) -> bool:
    def told(route: Route) -> int:
        return sum(1 for value in (route.respondent_type, route.ownership, route.sector, route.division) if value)

    def far(route: Route) -> int:
        # The nation as a place is as far as no place at all.
        return inside.index(route.division) if route.division and route.division.pk != NATION else len(inside)

    return (told(one), -far(one)) > (told(other), -far(other))


def _asked(house: House, late: int = 0) -> ArrearsComplaint:
    case = house.transferred()
    on = timezone.localdate() + timedelta(days=late)
    return transfer.complaint_ask_return(
        complaint=case,
        actor=_on(house.handler, on),
        reason="不属于本部门职责",
        target=department("320500", handling=True),
    )


def _escalate(case: ArrearsComplaint, actor: Actor) -> None:
    """As a kind's own command does it."""
    with locked_running_case(ArrearsComplaint, case.pk, returns.ESCALATING_ROLES, actor, None) as locked:
        returns.return_escalate(case=locked, actor=actor)


@pytest.mark.usefixtures("without_objection")
def test_where_the_law_sets_no_time_to_object_a_return_is_asked_for_at_any_time(house: House) -> None:
    assert set(_running(house.transferred())) & {"misroute.objection", "fee.competence_dispute"} == set()
    case = _asked(house, late=60)
    assert set(_running(case)) == {"fee.competence_dispute"}
    transfer.complaint_decline_return(complaint=case, actor=Actor.person(house.clerk), reason="属于职责范围")
    assert _running(case) == {}
    case = services.complaint_receive(complaint=case, actor=Actor.person(house.handler))
    assert case.hops.get().status == Hop.Status.RECEIVED


@pytest.mark.usefixtures("without_objection")
def test_after_the_time_to_agree_either_side_puts_the_return_to_the_common_superior(house: House) -> None:
    for side in (house.clerk, house.handler):
        case = _asked(house)
        due = _running(case)["fee.competence_dispute"]
        with pytest.raises(InvalidInput):
            _escalate(case, _on(side, due))
        assert case.hops.get().escalated_on is None
        _escalate(case, _on(side, due + timedelta(days=1)))
        assert case.hops.get().escalated_on == due + timedelta(days=1)
        told = OutboxMessage.objects.get(key__contains=f"{case.reference}-return_escalated")
        assert told.payload["users"] == [house.supervisor.pk]
        assert case.events.get(verb=Verb.RETURN_ESCALATED).actor == side
        with pytest.raises(CaseChanged):
            _escalate(case, _on(side, due + timedelta(days=2)))
        with pytest.raises(CaseError):
            transfer.complaint_take_back(complaint=case, actor=Actor.person(house.clerk))
        transfer.complaint_designate(
            complaint=case, actor=Actor.person(house.supervisor), department=house.handling, reason="合同履行地在南京"
        )
        assert _fresh(case).hops.get().status == Hop.Status.SENT
        assert list(verify_chains(case.pk)) == []


def test_nothing_is_put_to_the_superior_that_nobody_asked_for(house: House) -> None:
    case = house.transferred()
    with pytest.raises(CaseChanged):
        _escalate(case, Actor.person(house.clerk))


def test_the_database_keeps_one_standing_hop_and_a_kind_for_each_route(house: House) -> None:
    case = house.transferred()
    again = {"case": case, "sender": house.receiving, "target": house.handling, "sent_on": NEW_YEAR}
    with pytest.raises(IntegrityError), transaction.atomic():
        Hop.objects.create(number=2, **again)
    with pytest.raises(IntegrityError), transaction.atomic():
        Hop.objects.create(number=1, status=Hop.Status.RETURNED, **again)
    with pytest.raises(IntegrityError), transaction.atomic():
        _route(house.handling, kind="")


class TestRoutesInTheAdmin:
    """System administrators add routes of every kind; afterwards only the end is open."""

    @pytest.fixture(autouse=True)
    def _another_kind(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """One that knows neither owners nor sectors."""
        monkeypatch.setitem(
            rules._rules, ANOTHER_KIND, replace(RULES, kind=ANOTHER_KIND, sectors="", asks_ownership=False)
        )
        monkeypatch.setitem(pages._labels, ANOTHER_KIND, "玩具案件")

    def _given(self, house: House, **changes: Any) -> dict[str, Any]:
        return {
            "party": f"{KIND}:large_enterprise", "ownership": "", "sector": "", "division": "",
            "department": house.handling.pk, "reason": "属地", "citation": "测试", "certainty": "I",
            "effective_from": "2026-01-01", "effective_to": "", **changes,
        }  # fmt: skip

    def test_a_route_is_added_for_the_kind_and_party_of_one_choice(self, house: House) -> None:
        client, address = signed_in(house.sysadmin), reverse("admin:cases_route_add")
        page = client.get(address).content.decode()
        assert "玩具案件" in page
        assert f'value="{ANOTHER_KIND}:organ"' in page
        assert client.post(address, self._given(house, ownership="county")).status_code == 302
        assert client.post(address, self._given(house, party=f"{ANOTHER_KIND}:")).status_code == 302
        rows = Route.objects.order_by("pk").values_list("kind", "respondent_type", "ownership")
        assert list(rows) == [(KIND, "large_enterprise", "county"), (ANOTHER_KIND, "", "")]
        listed = client.get(reverse("admin:cases_route_changelist"), {"kind": ANOTHER_KIND})
        assert [row.kind for row in listed.context["cl"].result_list] == [ANOTHER_KIND]

    @pytest.mark.parametrize("criterion", [{"ownership": "county"}, {"sector": "construction"}, {"party": ""}])
    def test_a_criterion_that_the_kind_does_not_know_is_refused(self, house: House, criterion: dict[str, str]) -> None:
        given = self._given(house, **{"party": f"{ANOTHER_KIND}:organ", **criterion})
        page = signed_in(house.sysadmin).post(reverse("admin:cases_route_add"), given)
        assert set(page.context["adminform"].errors) == set(criterion)
        assert not Route.objects.exists()

    def test_only_the_end_of_a_route_is_open(self, house: House) -> None:
        route = _route(house.handling, respondent_type="organ")
        client, address = signed_in(house.sysadmin), reverse("admin:cases_route_change", args=[route.pk])
        assert 'name="party"' not in client.get(address).content.decode()
        changed = self._given(house, party=f"{ANOTHER_KIND}:organ", effective_to="2026-12-31", reason="别的理由")
        assert client.post(address, changed).status_code == 302
        route.refresh_from_db()
        assert (route.kind, route.reason, route.effective_to) == (KIND, "按主管关系", date(2026, 12, 31))
        assert signed_in(house.clerk).get(address).status_code == 403


def test_the_superior_of_two_cities_is_not_one_who_supervises_one_of_them(house: House) -> None:
    member(Role.SUPERVISOR, department("320500"))
    case = _asked(house)
    transfer.complaint_decline_return(complaint=case, actor=Actor.person(house.clerk), reason="属于职责范围")
    transfer.complaint_ask_return(
        complaint=case, actor=Actor.person(house.handler), reason="再次申请", target=department("320500", handling=True)
    )
    told = OutboxMessage.objects.get(key__contains="return_escalated")
    assert told.payload["users"] == [house.supervisor.pk]
    assert _fresh(case).state == State.TRANSFERRED
