"""The queue shows each role what `visible_to` gives it, due first, in a number of queries that rows don't raise."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casework import staff_site
from casework.cases.models import Case
from casework.desk.queue import search
from casework.parties.models import Role, User
from complaints.models import ArrearsComplaint
from tests.complaints.admin_pages import EVERYBODY, QUEUE, listed, signed_in
from tests.factories import House, credit_code, department, member

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


@pytest.fixture
def house() -> House:
    return House()


def _people(house: House) -> dict[str, User]:
    return {name: getattr(house, name) for name in EVERYBODY}


def test_each_role_lists_what_it_may_see_and_nothing_else(house: House) -> None:
    house.submitted(), house.transferred()
    other = House()
    other.receiving.is_active = False
    other.receiving.save()
    for name, user in _people(house).items():
        response = signed_in(user).get(QUEUE, {"queue": "all"})
        visible = set(Case.objects.visible_to(user).values_list("reference", flat=True))
        if name in {"editor", "credit_officer", "sysadmin"}:
            assert response.status_code == 403, name
            assert not visible
        else:
            assert listed(response) == visible, name
    assert len(listed(signed_in(house.clerk).get(QUEUE))) == 2
    assert len(listed(signed_in(house.handler).get(QUEUE))) == 1


def test_nobody_without_a_role_enters(house: House) -> None:
    outsider = User.objects.create_user("outsider", password="x", is_staff=True)
    former = house.clerk
    former.is_active = False
    former.save()
    for client in (Client(), signed_in(outsider), signed_in(former)):
        response = client.get(QUEUE)
        assert response.status_code == 302
        assert response["Location"].startswith("/admin/login/")


def test_the_case_of_another_department_is_not_found(house: House) -> None:
    complaint = house.submitted()
    stranger = member(Role.RECEIVING_CLERK, department("440000", receiving=True))
    assert signed_in(stranger).get(f"{QUEUE}{complaint.pk}/change/").status_code == 404
    assert signed_in(house.handler).get(f"{QUEUE}{complaint.pk}/change/").status_code == 404
    assert signed_in(house.sysadmin).get(f"{QUEUE}{complaint.pk}/change/").status_code == 404
    assert signed_in(house.clerk).get(f"{QUEUE}{complaint.pk + 1}/change/").status_code == 404
    assert signed_in(house.clerk).get(f"{QUEUE}abc/change/").status_code == 404


def test_due_first_and_what_has_no_deadline_last(house: House) -> None:
    today = timezone.localdate()
    dues = {house.submitted(): today + timedelta(days=9), house.submitted(): None, house.submitted(): today}
    for complaint, due in dues.items():
        ArrearsComplaint.objects.filter(pk=complaint.pk).update(next_due=due)
    rows = signed_in(house.clerk).get(QUEUE).context["cl"].result_list
    assert [row.next_due for row in rows] == [today, today + timedelta(days=9), None]


@pytest.mark.parametrize(
    ("span", "days"),
    [("late", {-1}), ("3", {0, 3}), ("7", {0, 3, 4}), ("30", {0, 3, 4, 30}), ("", {-1, 0, 3, 4, 30, 31})],
)
def test_due_filters_keep_their_limits(house: House, span: str, days: set[int]) -> None:
    today = timezone.localdate()
    of_day = {}
    for day in (-1, 0, 3, 4, 30, 31):
        complaint = house.submitted()
        ArrearsComplaint.objects.filter(pk=complaint.pk).update(next_due=today + timedelta(days=day))
        of_day[complaint.reference] = day
    shown = listed(signed_in(house.clerk).get(QUEUE, {"due": span} if span else {}))
    assert {of_day[reference] for reference in shown} == days


def test_parts_of_the_queue(house: House) -> None:
    waiting, taken, closed = house.submitted(), house.in_handling(), house.submitted()
    ArrearsComplaint.objects.filter(pk=closed.pk).update(ended_on=date(2026, 1, 5), next_due=None, state="refused")
    clerk, handler = signed_in(house.clerk), signed_in(house.handler)
    assert listed(clerk.get(QUEUE)) == {waiting.reference, taken.reference}
    assert listed(clerk.get(QUEUE, {"queue": "ended"})) == {closed.reference}
    assert listed(clerk.get(QUEUE, {"queue": "all"})) == {waiting.reference, taken.reference, closed.reference}
    assert listed(clerk.get(QUEUE, {"queue": "assigned"})) == set()
    assert listed(handler.get(QUEUE, {"queue": "assigned"})) == {taken.reference}
    assert listed(clerk.get(QUEUE, {"state": "in_handling"})) == {taken.reference}
    assert listed(clerk.get(QUEUE, {"division": "320100"})) == {waiting.reference, taken.reference}
    assert listed(clerk.get(QUEUE, {"division": "320500"})) == set()
    assert listed(signed_in(house.supervisor).get(QUEUE)) == {waiting.reference, taken.reference}


def test_search_by_reference_name_or_code_looks_at_ended_cases_too(house: House) -> None:
    code = credit_code()
    complaint = house.submitted(complainant_name="独一无二机械有限公司ABC", complainant_code=code)
    house.submitted()
    ArrearsComplaint.objects.filter(pk=complaint.pk).update(ended_on=date(2026, 1, 5), next_due=None, state="refused")
    clerk = signed_in(house.clerk)
    for words in ("独一无二", "无二 机械", complaint.reference.lower(), code.lower(), "abc"):
        assert listed(clerk.get(QUEUE, {"q": words})) == {complaint.reference}, words
    assert listed(clerk.get(QUEUE, {"q": "独一无二 没有"})) == set()


def test_search_uses_the_trigram_index(house: House) -> None:
    house.submitted()
    with connection.cursor() as cursor:
        # With one row any plan is cheap: leave the planner only those that could use the index.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
    plan = search(ArrearsComplaint.objects.all(), "示例机械").explain()
    assert "case_words" in plan


def test_search_finds_nothing_of_others(house: House) -> None:
    complaint = house.submitted()
    assert listed(signed_in(house.handler).get(QUEUE, {"q": complaint.reference})) == set()


def test_queries_do_not_grow_with_rows(house: House) -> None:
    counts = []
    for _round in range(2):
        for _case in range(4):
            house.submitted()
        client = signed_in(house.clerk)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(QUEUE).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= MOST_QUERIES, [query["sql"][:120] for query in queries.captured_queries]


def test_the_count_stops(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff_site, "COUNTED_AT_MOST", 2)
    for _case in range(3):
        house.submitted()
    changelist = signed_in(house.clerk).get(QUEUE).context["cl"]
    assert changelist.result_count == 2
    assert changelist.is_capped


def test_nothing_is_added_or_deleted_by_hand(house: House) -> None:
    complaint = house.submitted()
    client = signed_in(house.clerk)
    assert client.get(f"{QUEUE}add/").status_code == 404
    assert client.post(f"{QUEUE}{complaint.pk}/delete/", {"post": "yes"}).status_code == 404
    assert client.post(f"{QUEUE}{complaint.pk}/change/", {"amount": "1"}).status_code == 405
    client.post(QUEUE, {"action": "delete_selected", "_selected_action": [complaint.pk], "index": 0})
    assert ArrearsComplaint.objects.filter(pk=complaint.pk, version=complaint.version).exists()


def test_an_empty_queue_says_so(house: House) -> None:
    page = signed_in(house.clerk).get(QUEUE).content.decode()
    assert "暂无内容" in page


def test_the_anonymous_have_no_tabs() -> None:
    page = Client().get("/admin/login/")
    assert page.status_code == 200
    assert isinstance(page.wsgi_request.user, AnonymousUser)
