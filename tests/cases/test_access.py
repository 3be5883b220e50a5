"""Who sees which case, against a slow reading of the rule, row by row."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from casework.cases.actors import Actor
from casework.cases.models import Case
from casework.parties.models import STAFF_ROLES, Membership, Role, User, division_prefix
from complaints.models import ArrearsComplaint
from complaints.selectors import complaints_visible_to
from tests.factories import House, department, division, file_complaint, member

pytestmark = pytest.mark.django_db


def _may_see(user: User, case: Case) -> bool:
    """The rule in words, one membership at a time; nothing of the query is used."""
    if not user.is_active:
        return False
    if case.complainant_user_id == user.pk:
        return True
    if case.state == "draft":
        return False
    for held in Membership.objects.filter(user=user):
        here = held.department_id
        if held.role in {"receiving_clerk", "department_head"} and case.receiving_department_id == here:
            return True
        if held.role in {"handling_caseworker", "department_head"} and case.handling_department_id == here:
            return True
        if held.role in {"supervisor", "auditor"}:
            code, top = case.division_id, held.department.division_id
            same = {"000000": 0}.get(top, 2 if top.endswith("0000") else 4 if top.endswith("00") else 6)
            if code[:same] == top[:same]:
                return True
    return False


@pytest.fixture
def world() -> tuple[list[User], list[Case]]:
    """Two provinces, a nation, every role in several places, cases in several states, one account that files."""
    house = House()
    other_receiving = department("210000", receiving=True)
    nation = department("000000", receiving=True)
    nanjing, suzhou = house.handling, department("320500", handling=True)
    account = User.objects.create_user("account")
    users = [
        *User.objects.all(),
        *(member(role, place) for role in STAFF_ROLES for place in (other_receiving, nation, suzhou)),
        member(Role.SUPERVISOR, nanjing),
        member(Role.RECEIVING_CLERK, house.receiving, is_active=False),
        User.objects.create_superuser("root"),
    ]
    house.submitted(division=division("320102"))
    house.in_handling(division=division("320102"))
    house.transferred(division=division("320506"))
    file_complaint(division=division("210102"))
    file_complaint(division=division("440305"))
    file_complaint(actor=Actor.complainant("x", user=account), division=division("320102"))
    draft = file_complaint(actor=Actor.complainant("x", user=account), division=division("320102")).complaint
    Case.objects.filter(pk=draft.pk).update(state="draft")
    return users, list(Case.objects.all())


def test_every_user_sees_exactly_what_the_rule_says(world: tuple[list[User], list[Case]]) -> None:
    users, cases = world
    seen = {user.username: set(Case.objects.visible_to(user)) for user in users}
    assert seen == {user.username: {case for case in cases if _may_see(user, case)} for user in users}
    assert any(seen.values()), "nobody sees anything: the comparison would be empty"


def test_kinds_narrow_nothing_and_widen_nothing(world: tuple[list[User], list[Case]]) -> None:
    for user in world[0]:
        expected = set(Case.objects.visible_to(user).values_list("pk", flat=True))
        assert set(complaints_visible_to(user).values_list("pk", flat=True)) == expected
        assert set(ArrearsComplaint.objects.visible_to(user).values_list("pk", flat=True)) == expected


def test_the_anonymous_see_nothing(world: tuple[list[User], list[Case]]) -> None:
    assert not Case.objects.visible_to(AnonymousUser()).exists()


@pytest.mark.parametrize(
    ("code", "prefix"),
    [("000000", ""), ("320000", "32"), ("320100", "3201"), ("320102", "320102"), ("110000", "11"), ("500100", "5001")],
)
def test_prefixes_are_the_shared_leading_digits(code: str, prefix: str) -> None:
    assert division_prefix(code) == prefix
