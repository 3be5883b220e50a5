"""Who sees a case: members, agents within their days, and nobody else, by whatever way it is asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from casework.accounts.closing import account_close
from casework.accounts.firms import member_remove, member_set_role
from casework.accounts.mandates import mandate_code, mandate_end, mandate_take_in
from casework.accounts.models import FirmMember, Mandate
from casework.accounts.sides import case_claim
from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.models import Case, Notification
from casework.cases.outbox import relay_lane
from casework.documents.models import Attachment, Letter
from casework.parties.models import User
from complaints.models import ArrearsComplaint
from complaints.services import complaint_accept, complaint_withdraw
from tests.accounts.house import browser, filed_by, firm_of, joined, mandate_of, opens, person
from tests.at_once import at_once, errors
from tests.complaints.portal_pages import form
from tests.factories import House, credit_code, file_complaint

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return House()


def _sees(user: User, case: Case) -> set[bool]:
    """By list, page and API; one answer if all of them use one definition."""
    fresh = User.objects.get(pk=user.pk)
    return {
        Case.objects.visible_to(fresh).filter(pk=case.pk).exists(),
        opens(fresh, ArrearsComplaint.objects.get(pk=case.pk)),
        browser(fresh).get(f"/api/v1/cases/{case.reference}/").status_code == 200,
        case.reference in browser(fresh).get("/account/").content.decode(),
        case.reference in browser(fresh).get("/track/").content.decode(),
    }


def test_a_firms_case_is_all_its_members(house: House) -> None:
    owner, colleague, stranger = person("甲"), person("乙"), person("丙")
    firm = firm_of(owner)
    joined(firm, owner, colleague)
    firm_of(stranger, code=firm.code)
    case = filed_by(colleague, firm.code).complaint
    assert _sees(owner, case) == _sees(colleague, case) == {True}
    # Registering the same code opens nothing.
    assert _sees(stranger, case) == {False}


def test_who_leaves_a_firm_sees_nothing_of_it_the_own_filings_included(house: House) -> None:
    owner, colleague = person("甲"), person("乙")
    firm = firm_of(owner)
    joined(firm, owner, colleague)
    filed = filed_by(colleague, firm.code)
    member_remove(member=FirmMember.objects.get(user=colleague), user=owner)
    assert _sees(colleague, filed.complaint) == {False}
    assert _sees(owner, filed.complaint) == {True}


def test_a_shared_case_has_no_secret(house: House) -> None:
    owner = person()
    firm = firm_of(owner)
    filed = filed_by(owner, firm.code)
    response = browser().post("/track/", {"reference": filed.complaint.reference, "secret": filed.secret})
    assert response.status_code == 422


def test_a_personal_case_keeps_its_secret(house: House) -> None:
    user = person()
    filed = filed_by(user, credit_code())
    response = browser().post("/track/", {"reference": filed.complaint.reference, "secret": filed.secret})
    assert response.status_code == 302
    assert _sees(user, filed.complaint) == {True}


@pytest.mark.parametrize(("first", "last", "sees"), [(0, 0, True), (-5, 0, True), (0, 9, True)])
def test_an_agent_sees_on_both_days_and_between(house: House, first: int, last: int, sees: bool) -> None:
    agent, code, today = person("律师"), credit_code(), timezone.localdate()
    mandate_of(agent, code, first=today + timedelta(days=first), last=today + timedelta(days=last))
    case = filed_by(agent, code).complaint
    assert _sees(agent, case) == {sees}


@pytest.mark.parametrize(("first", "last"), [(-9, -1), (1, 9)])
def test_outside_its_days_a_mandate_opens_nothing(house: House, first: int, last: int) -> None:
    agent, code, today = person("律师"), credit_code(), timezone.localdate()
    row = mandate_of(agent, code)
    case = filed_by(agent, code).complaint
    Mandate.objects.filter(pk=row.pk).update(
        valid_from=today + timedelta(days=first), valid_to=today + timedelta(days=last)
    )
    assert _sees(agent, case) == {False}
    with pytest.raises(InvalidInput):
        filed_by(agent, code)


def test_the_principal_revokes_and_the_agent_is_out_at_once(house: House) -> None:
    agent, owner = person("律师"), person("甲")
    firm = firm_of(owner)
    row = mandate_of(agent, firm.code)
    client = browser(agent)
    case = filed_by(agent, firm.code).complaint
    assert client.get(f"/track/{case.reference}/withdraw/").status_code == 200
    mandate_take_in(firm=firm, user=owner, code=mandate_code(row))
    assert _sees(owner, case) == {True}
    browser(owner).post(f"/account/mandates/{row.pk}/end/", {"confirm": "on"})
    # The form was open; sending it comes too late.
    client.post(f"/track/{case.reference}/withdraw/", {"version": case.version, "confirm": "on"})
    assert ArrearsComplaint.objects.get(pk=case.pk).state == "submitted"
    assert _sees(agent, case) == {False}
    assert _sees(owner, case) == {True}


def test_the_browser_that_filed_under_a_mandate_keeps_nothing(house: House) -> None:
    agent, code = person("律师"), credit_code()
    row = mandate_of(agent, code)
    client = browser(agent)
    case = _filed_on_the_portal(client, code)
    assert client.get("/complaints/filed/").status_code == 200
    mandate_end(mandate=row, user=agent)
    assert client.get("/complaints/filed/").status_code == 302
    assert case.respondent_name not in client.get(f"/track/{case.reference}/").content.decode()


def _filed_on_the_portal(client: Client, code: str) -> ArrearsComplaint:
    """Through the filing page, with everything that it leaves in the session."""
    response = client.post("/complaints/new/", form(complainant_code=code))
    assert response.status_code == 302, response.content.decode()
    return ArrearsComplaint.objects.get(complainant_code=code)


def test_the_filed_page_shows_no_secret_of_a_shared_case(house: House) -> None:
    owner = person()
    firm = firm_of(owner)
    client = browser(owner)
    _filed_on_the_portal(client, firm.code)
    page = client.get("/complaints/filed/").content.decode()
    assert 'id="secret"' not in page
    assert 'id="reference"' in page


def test_staff_see_what_they_saw_before(house: House) -> None:
    owner = person()
    firm = firm_of(owner)
    case = filed_by(owner, firm.code).complaint
    assert Case.objects.visible_to(house.clerk).filter(pk=case.pk).exists()
    assert not Case.objects.visible_to(house.handler).filter(pk=case.pk).exists()


def test_a_clerk_reads_who_acts_and_until_when(house: House) -> None:
    agent, code = person("律师"), credit_code()
    row = mandate_of(agent, code)
    case = filed_by(agent, code).complaint
    page = browser(house.clerk).get(f"/admin/complaints/arrearscomplaint/{case.pk}/change/").content.decode()
    assert row.agent_name in page
    assert row.valid_to.isoformat() in page
    read: Any = browser(house.clerk).get(f"/account/mandates/{row.pk}/document/")
    assert b"".join(read.streaming_content).startswith(b"%PDF")
    # Oversight sees the case, but not papers with personal data (Decree 802 art. 25(5)); strangers see nothing.
    assert browser(house.supervisor).get(f"/account/mandates/{row.pk}/document/").status_code == 403
    assert browser(house.handler).get(f"/account/mandates/{row.pk}/document/").status_code == 404
    assert browser(person()).get(f"/account/mandates/{row.pk}/document/").status_code == 404


def test_the_history_names_whose_hand_it_was(house: House) -> None:
    agent, code = person("律师"), credit_code()
    mandate_of(agent, code)
    case = filed_by(agent, code).complaint
    browser(agent).post(f"/track/{case.reference}/withdraw/", {"version": case.version, "confirm": "on"})
    label = case.events.get(verb="withdrawn").actor_label
    assert "示例律师事务所" in label
    assert case.complainant_name in label


def test_filing_picks_the_firm_by_its_code(house: House) -> None:
    user = person()
    first, second = firm_of(user), firm_of(user, name="示例电器有限公司")
    case = filed_by(user, second.code).complaint
    colleague = joined(second, user, person("乙"))
    other = joined(first, user, person("丙"))
    assert _sees(colleague, case) == {True}
    assert _sees(other, case) == {False}


def test_a_chosen_firm_takes_no_other_code(house: House) -> None:
    user = person()
    first, second = firm_of(user), firm_of(user, name="示例电器有限公司")
    with pytest.raises(InvalidInput) as caught:
        filed_by(user, second.code, files_for=f"firm-{first.pk}")
    assert set(caught.value.errors) == {"complainant_code"}
    assert not Case.objects.exists()


def test_a_choice_that_is_no_longer_there_files_nothing(house: House) -> None:
    owner, colleague = person("甲"), person("乙")
    firm = firm_of(owner)
    joined(firm, owner, colleague)
    member_remove(member=FirmMember.objects.get(user=colleague), user=owner)
    with pytest.raises(InvalidInput):
        filed_by(colleague, firm.code, files_for=f"firm-{firm.pk}")


def test_one_may_file_for_oneself_in_spite_of_a_firm(house: House) -> None:
    owner, colleague = person("甲"), person("乙")
    firm = firm_of(owner)
    joined(firm, owner, colleague)
    case = filed_by(owner, firm.code, files_for="myself").complaint
    assert (_sees(owner, case), _sees(colleague, case)) == ({True}, {False})


def test_claiming_needs_the_secret_and_works_once(house: House) -> None:
    user, filed = person(), file_complaint()
    client = browser(user)
    given = {"reference": filed.complaint.reference, "holder": "myself"}
    assert client.post("/account/claim/", {**given, "secret": "00000-00000-00000-00000"}).status_code == 422
    assert client.post("/account/claim/", {**given, "secret": filed.secret}).status_code == 302
    assert _sees(user, filed.complaint) == {True}
    thief = browser(person())
    assert thief.post("/account/claim/", {**given, "secret": filed.secret}).status_code == 422


def test_a_case_claimed_into_a_firm_is_the_members_alone(house: House) -> None:
    owner, colleague, filed = person("甲"), person("乙"), None
    firm = firm_of(owner)
    joined(firm, owner, colleague)
    filed = file_complaint(complainant_code=firm.code)
    guest = browser()
    guest.post("/track/", {"reference": filed.complaint.reference, "secret": filed.secret})
    case_claim(case=Case.objects.get(pk=filed.complaint.pk), user=owner, firm=firm)
    assert _sees(colleague, filed.complaint) == {True}
    assert filed.complaint.respondent_name not in guest.get(f"/track/{filed.complaint.reference}/").content.decode()


def test_a_case_of_another_enterprise_joins_no_firm(house: House) -> None:
    owner, filed = person(), file_complaint()
    with pytest.raises(InvalidInput):
        case_claim(case=Case.objects.get(pk=filed.complaint.pk), user=owner, firm=firm_of(owner))


def test_nobody_claims_into_a_firm_of_others(house: House) -> None:
    firm = firm_of(person())
    filed = file_complaint(complainant_code=firm.code)
    with pytest.raises(ActionNotAllowed):
        case_claim(case=Case.objects.get(pk=filed.complaint.pk), user=person(), firm=firm)


@pytest.mark.django_db(transaction=True)
def test_of_two_claims_at_once_one_gets_the_case() -> None:
    House()
    case = Case.objects.get(pk=file_complaint().complaint.pk)
    people = [person("甲"), person("乙")]
    results = at_once(*[lambda user=user: case_claim(case=case, user=user) for user in people])
    assert errors(results) == [InvalidInput]


@pytest.mark.django_db(transaction=True)
def test_of_two_colleagues_at_once_one_acts_and_the_other_is_told() -> None:
    House()
    owner, colleague = person("甲"), person("乙")
    firm = firm_of(owner)
    joined(firm, owner, colleague)
    case = filed_by(owner, firm.code).complaint
    commands = [
        lambda user=user: complaint_withdraw(
            complaint=case, actor=Actor.complainant("x", user), reason="", version=case.version
        )
        for user in (owner, colleague)
    ]
    assert errors(at_once(*commands)) == [CaseChanged]


def test_every_member_and_the_agent_are_told_and_who_is_gone_is_not(house: House) -> None:
    owner, agent, gone = person("甲"), person("律师"), person("走")
    firm = firm_of(owner)
    joined(firm, owner, gone)
    row = mandate_of(agent, firm.code)
    mandate_take_in(firm=firm, user=owner, code=mandate_code(row))
    case = filed_by(agent, firm.code).complaint
    member_remove(member=FirmMember.objects.get(user=gone), user=owner)
    Notification.objects.all().delete()
    relay_lane("default")
    Notification.objects.all().delete()
    complaint_accept(complaint=case, actor=Actor.person(house.clerk))
    relay_lane("default")
    told = set(Notification.objects.filter(verb="accepted").values_list("user_id", flat=True))
    assert told == {owner.pk, agent.pk}
    mandate_end(mandate=row, user=agent)
    assert "accepted" not in browser(agent).get("/account/").content.decode()


def test_files_and_letters_of_the_offices_stay_theirs(house: House) -> None:
    owner = person()
    firm = firm_of(owner)
    case = filed_by(owner, firm.code).complaint
    complaint_accept(complaint=case, actor=Actor.person(house.clerk))
    Letter.objects.filter(case=case).update(to_complainant=False)
    letter = Letter.objects.filter(case=case).first()
    assert letter is not None
    assert browser(owner).get(f"/letters/{letter.pk}/").status_code == 404
    assert not Attachment.objects.filter(case=case).exists()


def test_a_deleted_account_opens_nothing_and_its_case_stays(house: House) -> None:
    user = person(email="gone@example.org")
    filed = filed_by(user, credit_code())
    client = browser(user)
    client.post("/account/delete/", {"confirm": "on"})
    gone = User.objects.get(pk=user.pk)
    assert (gone.is_active, gone.email, gone.sign_in_addresses.count()) == (False, "", 0)
    assert client.get("/account/").status_code == 302
    response = browser().post("/track/", {"reference": filed.complaint.reference, "secret": filed.secret})
    assert response.status_code == 302
    # The secret brings it into a new account.
    case_claim(case=Case.objects.get(pk=filed.complaint.pk), user=person())


def test_the_only_owner_hands_over_before_going(house: House) -> None:
    owner, colleague = person("甲"), person("乙")
    firm = firm_of(owner)
    joined(firm, owner, colleague)
    with pytest.raises(InvalidInput):
        account_close(user=owner)
    assert User.objects.get(pk=owner.pk).is_active
    member_set_role(member=FirmMember.objects.get(user=colleague), user=owner, role="owner")
    account_close(user=owner)
    assert not FirmMember.objects.filter(user=owner, left_at=None).exists()


def test_my_page_asks_as_often_for_many_cases_as_for_one(house: House, django_assert_max_num_queries) -> None:
    user = person()
    firm = firm_of(user)
    client = browser(user)
    filed_by(user, firm.code)
    with django_assert_max_num_queries(60) as few:
        client.get("/account/")
    for _number in range(6):
        filed_by(user, firm.code)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get("/account/")
