"""Cases over the API: pages, filters, detail, actions, what is hidden from whom, and what a reading costs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.cases.actors import Actor
from casework.cases.models import AccessLog
from casework.documents.evidence import evidence_add
from complaints import services
from complaints.models import ArrearsComplaint
from tests.api.conftest import Caller, faults
from tests.factories import House, division

CONTACT = "13800000000"


def references(response: Any) -> list[str]:
    return [row["reference"] for row in response.json()["results"]]


def test_pages_follow_each_other_without_gap_or_repeat(house: House, caller: Caller) -> None:
    cases = [house.submitted() for _ in range(5)]
    client = caller(house.clerk)
    first = client.get("/api/v1/cases/", {"page_size": 2})
    newcomer = house.submitted()
    second = client.get(first.json()["next"])
    third = client.get(second.json()["next"])
    seen = references(first) + references(second) + references(third)
    assert seen == [case.reference for case in reversed(cases)]
    assert newcomer.reference not in seen
    assert third.json()["next"] is None


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("before", "x"),
        ("before", "0"),
        ("before", "9" * 30),
        ("page_size", "201"),
        ("page_size", "²"),
        ("state", "unknown"),
        ("due_before", "2026-02-30"),
        ("due_before", "30/01/2026"),
        ("division", "32"),
        ("department", "x"),
        ("department", "9" * 30),
        ("q", "a\x00b"),
        ("q", "x" * 101),
        ("sort", "amount"),
        ("due_before", ""),
        ("q", ""),
    ],
)
def test_a_wrong_parameter_is_refused_by_name(parameter: str, value: str, house: House, caller: Caller) -> None:
    response = caller(house.clerk).get("/api/v1/cases/", {parameter: value})
    assert response.status_code == 400
    assert set(faults(response)) == {parameter}


def test_filters_narrow(house: House, caller: Caller) -> None:
    here = house.submitted(complainant_name="蓝天机械厂")
    there = house.accepted(division=division("321002"), respondent_name="远方集团")
    handled = house.transferred()
    client = caller(house.clerk)

    def found(**parameters: Any) -> set[str]:
        return set(references(client.get("/api/v1/cases/", parameters)))

    assert found(state="submitted") == {here.reference}
    assert found(state=["submitted", "accepted"]) == {here.reference, there.reference}
    assert found(division="321000") == {there.reference}
    assert found(division="320000") == {here.reference, there.reference, handled.reference}
    assert found(department=house.handling.pk) == {handled.reference}
    assert found(q="蓝天") == {here.reference}
    assert found(q="远方") == {there.reference}
    assert found(q=handled.reference.lower()) == {handled.reference}
    due = ArrearsComplaint.objects.get(pk=here.pk).next_due
    assert due is not None
    assert here.reference not in found(due_before=due.isoformat())
    assert here.reference in found(due_before=(due + timedelta(days=1)).isoformat())


def test_what_is_seen_is_what_visible_to_shows(house: House, caller: Caller) -> None:
    house.submitted()
    house.in_handling()
    for user in (house.clerk, house.handler, house.supervisor, house.auditor, house.editor, house.sysadmin):
        visible = set(ArrearsComplaint.objects.visible_to(user).values_list("reference", flat=True))
        client = caller(user)
        assert set(references(client.get("/api/v1/cases/"))) == visible
        for reference in ArrearsComplaint.objects.values_list("reference", flat=True):
            expected = 200 if reference in visible else 404
            assert client.get(f"/api/v1/cases/{reference}/").status_code == expected


def test_contact_data_are_for_those_who_handle_the_case(house: House, caller: Caller) -> None:
    case = house.in_handling()
    address = f"/api/v1/cases/{case.reference}/"
    for user in (house.clerk, house.receiving_head, house.handler, house.head):
        assert caller(user).get(address).json()["contact"]["contact_phone"] == CONTACT
    for user in (house.supervisor, house.auditor):
        body = caller(user).get(address)
        assert body.json()["contact"] is None
        assert CONTACT not in body.content.decode()


def test_the_list_holds_no_contact_data(house: House, caller: Caller) -> None:
    house.in_handling()
    assert CONTACT not in caller(house.clerk).get("/api/v1/cases/").content.decode()


def test_the_detail_shows_clocks_timeline_letters_and_actions(house: House, caller: Caller) -> None:
    case = house.received()
    body = caller(house.handler).get(f"/api/v1/cases/{case.reference}/").json()
    assert [clock["code"] for clock in body["clocks"]] == [
        "arrears.review",
        "arrears.transfer",
        "misroute.objection",
        "arrears.handling",
    ]
    assert [letter["number"] for letter in body["letters"]] == [letter.number for letter in case.letters.order_by("id")]
    assert len(body["letters"]) == 2
    assert body["timeline"][-1]["title"] == "Draft begun"
    assert [action["href"] for action in body["actions"]] == [
        f"/api/v1/cases/{case.reference}/actions/{action}/" for action in ("start-handling", "terminate")
    ]
    assert body["amount"] == "80000.00"


def test_a_filer_sees_the_case_as_the_tracking_page_shows_it(
    house: House, caller: Caller, django_user_model: Any
) -> None:
    account = django_user_model.objects.create_user("sme", password="x")
    case = house.in_handling()
    ArrearsComplaint.objects.filter(pk=case.pk).update(complainant_user=account)
    inner = case.letters.get(to_complainant=False)
    body = caller(account).get(f"/api/v1/cases/{case.reference}/").json()
    assert body["assigned_to"] is None
    assert inner.pk not in [letter["id"] for letter in body["letters"]]
    assert len(body["letters"]) == 1
    assert str(house.handler) not in str(body["timeline"])
    assert caller(account).get(f"/api/v1/cases/{case.reference}/letters/{inner.pk}/").status_code == 404
    withdrawn = caller(account).post(f"/api/v1/cases/{case.reference}/actions/withdraw/", {"version": body["version"]})
    assert withdrawn.json()["state"] == "withdrawn"
    assert case.events.get(verb="withdrawn").actor_kind == "complainant"


def test_files_are_served_with_safe_headers_and_logged(house: House, caller: Caller) -> None:
    case = house.submitted()
    upload = SimpleUploadedFile("合同.pdf", b"%PDF-1.7 contract")
    (attachment,) = evidence_add(case=case, uploads=[upload], actor=Actor.complainant("x"))
    address = f"/api/v1/cases/{case.reference}/attachments/{attachment.pk}/"
    response: Any = caller(house.clerk).get(address)
    assert b"".join(response.streaming_content) == b"%PDF-1.7 contract"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    log = AccessLog.objects.get(case=case)
    assert (log.user, log.what) == (house.clerk, f"file:{attachment.pk}")
    other = house.submitted()
    assert caller(house.clerk).get(address.replace(case.reference, other.reference)).status_code == 404


def test_the_reading_of_a_detail_is_logged(house: House, caller: Caller) -> None:
    case = house.submitted()
    caller(house.supervisor).get(f"/api/v1/cases/{case.reference}/")
    log = AccessLog.objects.get()
    assert (log.case_id, log.user, log.what) == (case.pk, house.supervisor, "api")


def test_a_stale_version_gets_a_conflict_and_changes_nothing(house: House, caller: Caller) -> None:
    case = house.submitted()
    address = f"/api/v1/cases/{case.reference}/actions/accept/"
    response = caller(house.clerk).post(address, {"version": case.version - 1})
    assert response.status_code == 409
    assert faults(response) == {}
    assert response.json()["code"] == "case_changed"
    assert ArrearsComplaint.objects.get().state == "submitted"


@pytest.mark.parametrize("body", [{}, {"version": "1"}, {"version": True}, {"version": 1.0}, {"version": None}])
def test_an_action_needs_the_version_as_a_number(body: dict[str, Any], house: House, caller: Caller) -> None:
    case = house.submitted()
    response = caller(house.clerk).post(f"/api/v1/cases/{case.reference}/actions/accept/", body)
    assert response.status_code == 400
    assert set(faults(response)) == {"version"}


@pytest.mark.parametrize(
    ("stage", "action", "body", "field"),
    [
        ("submitted", "refuse", {"ground": "R99", "explanation": "理由"}, "ground"),
        ("submitted", "refuse", {"ground": "R1"}, "explanation"),
        ("submitted", "request-correction", {"items": []}, "items"),
        ("submitted", "request-correction", {"items": ["nothing"]}, "items"),
        ("submitted", "request-correction", {"items": "contract"}, "items"),
        ("accepted", "transfer", {"department": 999999}, "department"),
        ("accepted", "transfer", {"department": "1"}, "department"),
        ("accepted", "transfer", {}, "department"),
        ("transferred", "receive", {"received_on": "2999-01-01"}, "received_on"),
        ("received", "start-handling", {"assignee": "nobody"}, "assignee"),
        ("in_handling", "resolve", {"findings": "事实", "result": " "}, "result"),
        ("resolved", "close", {"reason": "none"}, "reason"),
        ("submitted", "accept", {"note": "x"}, "note"),
    ],
)
def test_a_wrong_body_of_an_action_is_refused_by_field(
    stage: str, action: str, body: dict[str, Any], field: str, house: House, caller: Caller
) -> None:
    case = getattr(house, stage)()
    user = house.handler if stage in ("transferred", "received", "in_handling", "resolved") else house.clerk
    response = caller(user).post(f"/api/v1/cases/{case.reference}/actions/{action}/", {"version": case.version, **body})
    assert response.status_code == 400
    assert set(faults(response)) == {field}


def test_only_people_of_the_handling_department_can_be_assigned(house: House, caller: Caller) -> None:
    case = house.received()
    address = f"/api/v1/cases/{case.reference}/actions/start-handling/"
    stranger = {"version": case.version, "assignee": house.clerk.username}
    assert set(faults(caller(house.head).post(address, stranger))) == {"assignee"}
    done = caller(house.head).post(address, {"version": case.version, "assignee": house.handler.username})
    assert done.status_code == 200
    assert ArrearsComplaint.objects.get().assigned_to == house.handler


def _queries(client: Any, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len([query for query in captured if "shared_cache" not in query["sql"]])


def test_a_list_costs_the_same_for_one_case_and_for_many(house: House, caller: Caller) -> None:
    house.in_handling()
    client = caller(house.clerk)
    one = _queries(client, "/api/v1/cases/")
    for _ in range(4):
        house.in_handling()
    assert _queries(client, "/api/v1/cases/") == one
    assert one <= 3


def test_a_detail_costs_the_same_however_much_happened(house: House, caller: Caller) -> None:
    early = house.submitted()
    client = caller(house.clerk)
    cost = _queries(client, f"/api/v1/cases/{early.reference}/")
    # Once transferred, the sender's clerk is also told whether its return is asked for.
    assert _queries(client, f"/api/v1/cases/{house.in_handling().reference}/") == cost + 1
    late = house.resolved()
    services.complaint_close(complaint=late, actor=Actor.person(house.clerk), reason="NO_CONTRACT")
    # Without an open clock the calendar isn't asked for, but whether new facts wait.
    assert _queries(client, f"/api/v1/cases/{late.reference}/") == cost
    # Parts, payments, plans, satisfaction and new facts are a query each.
    assert cost <= 17
