"""The review: conditions beside facts, earlier complaints, silence, who works on it, notes and tasks."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.models import OutboxMessage
from casework.cases.verbs import Verb
from casework.cases.worklog import services as worklog
from casework.cases.worklog.models import Note, Task
from casework.cases.worklog.selectors import tasks_for
from casework.clocks.models import OPEN_STATUSES
from casework.parties.models import Role
from complaints import services
from complaints.flow import State
from complaints.models import ArrearsComplaint
from complaints.review import services as review
from complaints.review.duplicates import earlier_complaints
from complaints.review.services import Finding
from tests.complaints.admin_pages import case_url, signed_in
from tests.factories import House, credit_code, department, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return House()


def _fresh(case: ArrearsComplaint) -> ArrearsComplaint:
    return ArrearsComplaint.objects.get(pk=case.pk)


def _do(client: Client, case: ArrearsComplaint, name: str, **data: Any) -> Any:
    address = f"/admin/complaints/arrearscomplaint/{case.pk}/do/{name}/"
    return client.post(address, {"version": _fresh(case).version, **data})


def test_the_checklist_stands_beside_what_is_known(house: House) -> None:
    case = house.submitted()
    conditions = signed_in(house.clerk).get(case_url(case)).context["conditions"]
    assert [row.term.code for row in conditions] == [
        "sme", "respondent", "contract", "purchase", "overdue", "not_elsewhere", "claim",
    ]  # fmt: skip
    facts = {row.term.code: [fact.text for fact in row.facts] for row in conditions}
    tones = {row.term.code: [fact.tone for fact in row.facts] for row in conditions}
    assert all(row.term.citation for row in conditions)
    assert "投诉人自述：小型" in facts["sme"]
    assert tones["respondent"] == ["plain", "good"]
    assert "bad" in tones["contract"]
    # Delivered 2025-07-01 to a large enterprise without an agreed term: 60 days later, rolled past Saturday and Sunday.
    assert any("2025" in text and "9月1日" in text for text in facts["overdue"]), facts["overdue"]
    assert tones["not_elsewhere"] == ["good", "good"]


def test_findings_are_kept_with_who_and_when_and_can_be_corrected(house: House) -> None:
    case, clerk = house.submitted(), signed_in(house.clerk)
    assert _do(clerk, case, "check_conditions", verdict_sme="met", verdict_contract="unclear").status_code == 302
    assert _do(clerk, case, "check_conditions", verdict_contract="met", remark_contract="见附件").status_code == 302
    rows = {row.condition: (row.verdict, row.remark, row.checked_by) for row in case.checks.all()}
    assert rows == {"sme": ("met", "", house.clerk), "contract": ("met", "见附件", house.clerk)}
    assert case.events.filter(verb=Verb.CHECKED).count() == 2


def test_what_is_found_not_met_needs_a_remark_and_stands_against_the_acceptance(house: House) -> None:
    case, clerk = house.submitted(), Actor.person(house.clerk)
    response = _do(signed_in(house.clerk), case, "check_conditions", verdict_sme="not_met")
    assert response.status_code == 400
    assert set(response.context["form"].errors) == {"verdict_sme"}
    finding = Finding("not_met", "签订时为大型企业")
    review.complaint_check_conditions(complaint=case, actor=clerk, findings={"sme": finding})
    with pytest.raises(InvalidInput):
        services.complaint_accept(complaint=case, actor=clerk)
    assert _fresh(case).state == State.SUBMITTED
    review.complaint_check_conditions(complaint=case, actor=clerk, findings={"sme": Finding("met")})
    assert services.complaint_accept(complaint=case, actor=clerk).state == State.ACCEPTED
    with pytest.raises(CaseChanged):
        review.complaint_check_conditions(complaint=case, actor=clerk, findings={"sme": Finding("met")})


@pytest.mark.parametrize("findings", [{}, {"nothing": Finding("met")}, {"sme": Finding("perhaps")}])
def test_findings_outside_the_lists_are_refused(house: House, findings: dict[str, Finding]) -> None:
    with pytest.raises(InvalidInput):
        review.complaint_check_conditions(
            complaint=house.submitted(), actor=Actor.person(house.clerk), findings=findings
        )


def test_earlier_complaints_are_graded_found_in_one_query_and_only_where_visible(house: House) -> None:
    parties = {
        "complainant_name": "金陵精密机械有限公司", "respondent_name": "东方路桥建设集团有限公司",
        "complainant_code": credit_code(), "respondent_code": credit_code(),
    }  # fmt: skip
    same = house.submitted(**parties, contract_title="设备采购合同 2025-08")
    alike = house.submitted(**parties, contract_title="设备采购合同 2025-08号", amount=Decimal("7000.00"))
    other = house.submitted(**parties, contract_title="装修工程")
    mistyped = house.submitted(**{**parties, "respondent_code": credit_code()}, contract_title="设备采购合同 2025-08")
    house.submitted(complainant_name="江北水产有限公司", respondent_name="西部矿业集团有限公司")
    case = house.submitted(**parties, contract_title="设备采购合同 2025-08")
    house.submitted(**parties, contract_title="设备采购合同 2025-08")
    assert house.clerk.held_roles
    with CaptureQueriesContext(connection) as queries:
        found = earlier_complaints(case, house.clerk)
    assert len(queries) == 1
    grades = {row.complaint.pk: row.grade for row in found}
    assert grades == {same.pk: "same", mistyped.pk: "same", alike.pk: "alike", other.pk: "parties"}
    assert earlier_complaints(case, member(Role.RECEIVING_CLERK, department("440000", receiving=True))) == []
    page = signed_in(house.clerk).get(case_url(case)).content.decode()
    assert same.reference in page
    assert "当事人、合同和金额均相同" in page


def test_parties_are_found_by_their_indexes(house: House) -> None:
    case = house.submitted()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
    rows = ArrearsComplaint.objects.filter(
        complainant_code=case.complainant_code, respondent_code=case.respondent_code
    ) | ArrearsComplaint.objects.filter(
        complainant_name__trigram_similar=case.complainant_name, respondent_name__trigram_similar=case.respondent_name
    )
    plan = rows.explain()
    assert "case_words" in plan
    assert "case_parties" in plan


def test_silence_lapses_only_after_the_time_is_over(house: House) -> None:
    case = services.complaint_request_correction(
        complaint=house.submitted(), actor=Actor.person(house.clerk), items=["licence"]
    )
    due = case.deadlines.get(code="arrears.correction").due
    clerk = signed_in(house.clerk)
    assert "lapse" not in [button.name for button in clerk.get(case_url(case)).context["buttons"]]

    def on(days: int) -> Actor:
        moment = timezone.make_aware(datetime(due.year, due.month, due.day, 10)) + timedelta(days=days)
        return Actor.person(house.clerk, moment)

    with pytest.raises(InvalidInput):
        review.complaint_lapse(complaint=case, actor=on(0), reason="逾期")
    with pytest.raises(InvalidInput):
        review.complaint_lapse(complaint=case, actor=on(1), reason=" ")
    case = review.complaint_lapse(complaint=case, actor=on(1), reason="已送达，未答复。")
    assert (case.state, case.ended_on) == (State.LAPSED, due + timedelta(days=1))
    assert not case.deadlines.filter(status__in=OPEN_STATUSES).exists()
    assert case.next_due is None
    mail = OutboxMessage.objects.get(channel="email", payload__template="lapsed")
    assert mail.payload["to"] == case.contact_email
    with pytest.raises(CaseChanged):
        services.complaint_answer_correction(complaint=case, actor=Actor.complainant("x"), answer="迟到的答复")


def test_a_case_is_assigned_on_the_side_whose_turn_it_is(house: House) -> None:
    case, clerk = house.submitted(), Actor.person(house.clerk)
    with pytest.raises(InvalidInput):
        worklog.case_assign(case=case, actor=clerk, assignee=house.handler)
    colleague = member(Role.RECEIVING_CLERK, house.receiving)
    case = worklog.case_assign(case=case, actor=clerk, assignee=colleague)
    assert case.assigned_to == colleague
    told = OutboxMessage.objects.get(channel="inbox", payload__verb="assigned")
    assert told.payload["users"] == [colleague.pk]
    case = services.complaint_accept(complaint=case, actor=clerk)
    case = services.complaint_transfer(complaint=case, actor=clerk, department=house.handling)
    assert case.assigned_to is None
    assert (
        worklog.case_assign(case=case, actor=Actor.person(house.head), assignee=house.handler).assigned_to
        == house.handler
    )
    with pytest.raises(ActionNotAllowed):
        worklog.case_assign(case=case, actor=Actor.person(house.auditor), assignee=house.handler)


def test_notes_are_for_those_who_work_on_the_case_and_never_change(house: House) -> None:
    case = house.submitted()
    assert _do(signed_in(house.clerk), case, "write_note", text="对方财务电话已核实").status_code == 302
    note = Note.objects.get()
    # A note is no change that a colleague's open form has to know of.
    assert _fresh(case).version == case.version
    assert "对方财务电话已核实" in signed_in(house.receiving_head).get(case_url(case)).content.decode()
    for reader in (house.supervisor, house.auditor):
        assert "对方财务电话已核实" not in signed_in(reader).get(case_url(case)).content.decode()
    with pytest.raises(DatabaseError), transaction.atomic():
        Note.objects.filter(pk=note.pk).update(text="改写")
    with pytest.raises(ActionNotAllowed):
        worklog.note_add(case=case, actor=Actor.person(house.supervisor), text="x")


def test_tasks_are_written_shown_to_their_person_and_done_once(house: House) -> None:
    case, clerk = house.submitted(), Actor.person(house.clerk)
    today = timezone.localdate()
    with pytest.raises(InvalidInput) as refused:
        worklog.task_add(case=case, actor=clerk, title=" ", due_on=today - timedelta(days=1), assigned_to=house.handler)
    assert set(refused.value.errors) == {"title", "due_on", "assigned_to"}
    task = worklog.task_add(case=case, actor=clerk, title="核对发票", due_on=today, assigned_to=house.receiving_head)
    Task.objects.filter(pk=task.pk).update(due_on=today - timedelta(days=2))
    start = signed_in(house.receiving_head).get("/admin/")
    (line,) = start.context["my_tasks"]
    assert (line["task"], line["due"].tone) == (task, "late")
    assert "核对发票" in start.content.decode()
    assert signed_in(house.clerk).get("/admin/").context["my_tasks"] == []
    assert worklog.tasks_finish(case=case, actor=clerk, tasks=[task]) == 1
    assert worklog.tasks_finish(case=case, actor=Actor.person(house.receiving_head), tasks=[task]) == 0
    task.refresh_from_db()
    assert task.done_by == house.clerk
    assert not tasks_for(house.receiving_head).exists()


def test_a_reminder_reaches_the_responsible_department_and_nobody_else(house: House) -> None:
    case = house.transferred()
    worklog.case_remind(case=case, actor=Actor.person(house.supervisor), text="请尽快确认接收")
    message = OutboxMessage.objects.get(channel="inbox", payload__verb="reminded")
    assert set(message.payload["users"]) == {house.handler.pk, house.head.pk}
    with pytest.raises(ActionNotAllowed):
        worklog.case_remind(case=case, actor=Actor.person(house.handler))


def test_the_page_costs_the_same_however_many_notes_tasks_and_repeats_there_are(house: House) -> None:
    case, clerk = house.submitted(), Actor.person(house.clerk)

    def cost() -> int:
        client = signed_in(house.clerk)
        client.get(case_url(case))
        with CaptureQueriesContext(connection) as queries:
            client.get(case_url(case))
        return len(queries)

    worklog.note_add(case=case, actor=clerk, text="一")
    worklog.task_add(case=case, actor=clerk, title="一")
    before = cost()
    for _ in range(4):
        worklog.note_add(case=case, actor=clerk, text="又")
        worklog.task_add(case=case, actor=clerk, title="又", assigned_to=house.receiving_head)
    review.complaint_check_conditions(
        complaint=case, actor=clerk, findings={code: Finding("met") for code in ("sme", "contract", "claim")}
    )
    assert cost() == before
