"""Signs on the case page: who sees them, which cases they name, and that a look is kept."""

from __future__ import annotations

import pytest
from django.db import Error, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, InvalidInput
from casework.cases.indicators.models import IndicatorLook, IndicatorRule
from casework.cases.indicators.selectors import indicators_for
from casework.cases.indicators.services import indicator_look
from casework.parties.models import Role, User
from complaints.models import ArrearsComplaint
from tests.complaints.admin_pages import case_url, signed_in
from tests.factories import House, credit_code, department, member

pytestmark = pytest.mark.django_db
TITLE = "值得查看"


def _form(case: ArrearsComplaint) -> str:
    return reverse("admin:complaints_arrearscomplaint_do", args=[case.pk, "look_at_sign"])


@pytest.fixture
def house() -> House:
    return House()


def _three(house: House) -> list[ArrearsComplaint]:
    """Three complaints of one filer against one respondent."""
    pair = {"complainant_code": credit_code(), "respondent_code": credit_code(), "contact_phone": "13899990000"}
    return [house.submitted(**pair, contact_email="", contact_address="") for _ in range(3)]


def _page(user: User, case: ArrearsComplaint) -> str:
    return signed_in(user).get(case_url(case)).content.decode()


def test_the_caseworker_sees_the_sign_with_its_cases(house: House) -> None:
    first, second, third = _three(house)
    page = _page(house.clerk, first)
    assert TITLE in page
    section = page.partition('id="indicators-title"')[2].partition("</section>")[0]
    assert second.reference in section
    assert third.reference in section
    assert "第二十五条第四款" in section


def test_only_those_who_work_on_the_case_see_it(house: House) -> None:
    case = _three(house)[0]
    for user in (house.clerk, house.receiving_head):
        assert indicators_for(case, Actor.person(user))
    for user in (house.supervisor, house.auditor, house.sysadmin, house.handler):
        with CaptureQueriesContext(connection) as asked:
            assert indicators_for(case, Actor.person(user)) == []
        assert not [row for row in asked if "indicator" in row["sql"]]
    assert TITLE not in _page(house.supervisor, case)


def test_the_filer_sees_nothing_even_as_a_clerk(house: House) -> None:
    case = _three(house)[0]
    ArrearsComplaint.objects.filter(pk=case.pk).update(complainant_user=house.clerk)
    case.refresh_from_db()
    assert indicators_for(case, Actor.person(house.clerk)) == []


def test_cases_of_others_are_a_number_only(house: House) -> None:
    first, second, third = _three(house)
    elsewhere = department("440000", receiving=True)
    ArrearsComplaint.objects.filter(pk=third.pk).update(receiving_department=elsewhere)
    section = _page(house.clerk, first).partition('id="indicators-title"')[2].partition("</section>")[0]
    assert second.reference in section
    assert third.reference not in section
    shown = next(row for row in indicators_for(first, Actor.person(house.clerk)) if row.found.rule.code == "same_pair")
    assert (shown.found.number, [row.pk for row in shown.cases], shown.hidden) == (3, [second.pk], 1)


def test_a_look_closes_the_sign_until_it_grows(house: House) -> None:
    first, second, _third = _three(house)
    sent = {"version": first.version, "code": "same_pair", "note": " 三份合同。 "}
    assert signed_in(house.clerk).post(_form(first), sent).status_code == 302
    look = IndicatorLook.objects.get()
    assert (look.case_id, look.rule.code, look.number, look.note) == (first.pk, "same_pair", 3, "三份合同。")
    assert "三份合同。" in _page(house.clerk, first)

    def is_open() -> bool:
        rows = indicators_for(first, Actor.person(house.clerk))
        return next(row.is_open for row in rows if row.found.rule.code == "same_pair")

    assert not is_open()
    house.submitted(complainant_code=first.complainant_code, respondent_code=second.respondent_code)
    assert is_open()


def test_a_look_says_why_and_only_of_what_is_there(house: House) -> None:
    case = _three(house)[0]
    clerk = Actor.person(house.clerk)
    with pytest.raises(InvalidInput) as empty:
        indicator_look(case=case, actor=clerk, code="same_pair", note="  ")
    assert set(empty.value.errors) == {"note"}
    with pytest.raises(InvalidInput) as gone:
        indicator_look(case=case, actor=clerk, code="same_file", note="看过。")
    assert set(gone.value.errors) == {"code"}
    for user in (house.supervisor, house.auditor, member(Role.RECEIVING_CLERK, department("440000"))):
        with pytest.raises(ActionNotAllowed):
            indicator_look(case=case, actor=Actor.person(user), code="same_pair", note="看过。")
    assert not IndicatorLook.objects.exists()


def test_the_form_offers_what_the_case_shows(house: House) -> None:
    case = _three(house)[0]
    form = signed_in(house.clerk).get(_form(case)).context["form"]
    assert [code for code, _label in form.fields["code"].choices] == ["same_pair", "no_transaction"]
    assert signed_in(house.supervisor).get(_form(case)).status_code == 403


def test_nothing_kept_is_rewritten(house: House) -> None:
    case = _three(house)[0]
    look = indicator_look(case=case, actor=Actor.person(house.clerk), code="same_pair", note="看过。")
    rule = IndicatorRule.objects.filter(pk=look.rule_id)
    for attempt in (
        lambda: IndicatorLook.objects.update(note="x"),
        lambda: IndicatorLook.objects.all().delete(),
        lambda: rule.update(threshold=9),
        lambda: rule.delete(),
    ):
        with pytest.raises(Error), transaction.atomic():
            attempt()
    rule.update(effective_to="2099-12-31")


def test_a_new_version_counts_from_its_day(house: House) -> None:
    case = _three(house)[0]
    rule = IndicatorRule.objects.get(code="same_pair")
    rule.pk, rule.version, rule.threshold = None, 2, 9
    rule.save(force_insert=True)
    assert "same_pair" not in {row.found.rule.code for row in indicators_for(case, Actor.person(house.clerk))}


def test_the_system_administrator_keeps_the_rules(house: House) -> None:
    rule = IndicatorRule.objects.get(code="same_pair")
    page = f"/admin/cases/indicatorrule/{rule.pk}/change/"
    assert signed_in(house.sysadmin).get("/admin/cases/indicatorrule/").status_code == 200
    assert signed_in(house.sysadmin).get(page).status_code == 200
    assert signed_in(house.clerk).get(page).status_code == 403
