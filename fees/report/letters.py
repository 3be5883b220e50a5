"""The letters of a fee report: which variables each of them gets, and from where.

An anonymous reporter gets none; what goes to the payee is written in the rooms of orders and never names the reporter.
"""

from __future__ import annotations

from collections.abc import Mapping

from casework.cases.actors import Actor
from casework.cases.models import CitedTerm
from casework.cases.pages import tracking_url
from casework.clocks.models import Deadline
from casework.clocks.selectors import expected_deadline
from casework.documents.letters import letter_issue
from casework.documents.models import Letter
from casework.parties.models import Department
from fees.report.models import FeeReport, Finding, Source

# After a day that the next notice on holidays may still change.
PROVISIONAL_NOTE = "（暂定，以国务院办公厅公布的节假日安排为准）"
_SOURCES = {
    Source.ONLINE: "网上",
    Source.PHONE: "电话",
    Source.LETTER: "来信来访",
    Source.PETITION: "信访专栏",
    Source.MONITORING: "涉企收费监测点",
}
_OUTCOMES = {
    Finding.Outcome.VIOLATION: "存在违规收费",
    Finding.Outcome.NONE: "未发现违规收费",
    Finding.Outcome.UNVERIFIABLE: "现有证据不足以查实",
}


def issue_registration_notice(case: FeeReport, *, deadline: Deadline, actor: Actor) -> Letter | None:
    """登记告知书, to the reporter: what was registered, when acceptance is decided, how to follow it."""
    variables = {
        "source": _SOURCES[Source(case.source)],
        "decide_by": deadline.due,
        "decide_by_note": _note(deadline.provisional),
    }
    return _to_reporter(case, "fee_registration_notice", variables, actor)


def issue_acceptance_notice(case: FeeReport, *, actor: Actor) -> Letter | None:
    """受理告知书, to the reporter."""
    return _to_reporter(case, "fee_acceptance_notice", {"accepted_on": case.accepted_on}, actor)


def issue_refusal_notice(case: FeeReport, *, term: CitedTerm, explanation: str, actor: Actor) -> Letter | None:
    """不予受理告知书, with the numbered ground; for a repeated report with what came of the earlier one."""
    variables = {
        "ground_code": term.code,
        "ground": term.label,
        "ground_citation": term.citation,
        "explanation": explanation,
        "earlier_reference": case.same_as.reference if case.same_as else "",
        "earlier_answer": case.same_as.answer if case.same_as else "",
    }
    return _to_reporter(case, "fee_refusal_notice", variables, actor)


def issue_redirect_notice(case: FeeReport, *, term: CitedTerm, explanation: str, actor: Actor) -> Letter | None:
    """告知书: who is competent, and on what ground."""
    variables = {"way": term.label, "way_citation": term.citation, "explanation": explanation}
    return _to_reporter(case, "fee_redirect_notice", variables, actor)


def issue_merge_notice(case: FeeReport, *, target: FeeReport, actor: Actor) -> Letter | None:
    """并案告知书: the new facts are looked into with the earlier report."""
    return _to_reporter(case, "fee_merge_notice", {"earlier_reference": target.reference}, actor)


def issue_split_notice(case: FeeReport, *, text: str, way: str, actor: Actor) -> Letter | None:
    """分别处理告知书: which part goes which way."""
    return _to_reporter(case, "fee_split_notice", {"part": text, "way": way}, actor)


def issue_transfer_letter(case: FeeReport, *, department: Department, note: str, actor: Actor) -> Letter:
    """分送通知书, to the department that verifies it."""
    attachments = list(case.attachments.values_list("name", flat=True))
    expected = expected_deadline("fee.verification", actor.today, department.division_id)
    variables = {
        **_matter(case),
        "addressee": department.name,
        "accepted_on": case.accepted_on,
        "facts": case.facts,
        "verify_by": expected.due,
        "verify_by_note": _note(expected.provisional),
        "attachments": attachments,
        "attachment_count": len(attachments),
        "note": note,
    }
    return letter_issue(
        case=case,
        template="fee_transfer_letter",
        variables=variables,
        department=case.receiving_department,
        actor=actor,
        to_complainant=False,
    )


def issue_result_letter(case: FeeReport, *, finding: Finding, actor: Actor) -> Letter | None:
    """处理结果告知书, to the reporter, with a copy to the department that registered the report."""
    assert case.handling_department is not None
    variables = {
        "outcome": _OUTCOMES[Finding.Outcome(finding.outcome)],
        "facts": finding.facts,
        "reasons": finding.reasons,
        "violations": [{"label": row.label, "citation": row.citation} for row in finding.violations.all()],
        "answer": case.answer,
        "copy_to": [case.receiving_department.name]
        if case.receiving_department_id != case.handling_department_id
        else [],
    }
    return _to_reporter(case, "fee_result_letter", variables, actor, case.handling_department)


def _to_reporter(
    case: FeeReport,
    template: str,
    variables: Mapping[str, object],
    actor: Actor,
    department: Department | None = None,
) -> Letter | None:
    if case.is_anonymous:
        return None
    return letter_issue(
        case=case,
        template=template,
        variables={
            **_matter(case),
            "addressee": case.complainant_name,
            "tracking_url": tracking_url(case),
            **variables,
        },
        department=department or case.receiving_department,
        actor=actor,
    )


def _matter(case: FeeReport) -> dict[str, object]:
    return {
        "payee": case.respondent_name,
        "item": case.item,
        "amount": case.amount,
        "charged_on": case.charged_on,
        "arrived_on": case.arrived_on,
    }


def _note(provisional: bool) -> str:
    return PROVISIONAL_NOTE if provisional else ""
