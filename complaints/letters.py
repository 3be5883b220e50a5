"""The letters of an arrears complaint: which variables each of them gets, and from where."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.conf import settings

from casework.cases.actors import Actor
from casework.cases.models import CitedTerm
from casework.clocks.models import Deadline
from casework.documents.letters import letter_issue
from casework.documents.models import Letter
from casework.parties.models import Department
from complaints.models import ArrearsComplaint


def issue_acceptance_notice(case: ArrearsComplaint, *, transfer_due: date, actor: Actor) -> Letter:
    """受理通知书, to the complainant."""
    return _to_complainant(
        case, "acceptance_notice", {"accepted_on": case.accepted_on, "transfer_due_on": transfer_due}, actor
    )


def issue_refusal_notice(case: ArrearsComplaint, *, term: CitedTerm, explanation: str, actor: Actor) -> Letter:
    """不予受理通知书, with the numbered ground, its source and the other remedies."""
    ground = {"ground_code": term.code, "ground": term.label, "ground_citation": term.citation}
    return _to_complainant(case, "refusal_notice", {**ground, "explanation": explanation}, actor)


def issue_correction_notice(case: ArrearsComplaint, *, deadline: Deadline, actor: Actor) -> Letter:
    """补正通知书, everything missing at once."""
    variables = {"items": case.correction_items, "note": case.correction_note, "due_on": deadline.due}
    return _to_complainant(case, "correction_notice", variables, actor)


def issue_transfer_letter(case: ArrearsComplaint, *, department: Department, note: str, actor: Actor) -> Letter:
    """转办函, from the receiving to the handling department; not addressed to the complainant."""
    attachments = list(case.attachments.values_list("name", flat=True))
    return letter_issue(
        case=case,
        template="transfer_letter",
        variables={
            **_matter(case),
            "addressee": department.name,
            "accepted_on": case.accepted_on,
            "attachments": attachments,
            "attachment_count": len(attachments),
            "note": note,
        },
        department=case.receiving_department,
        actor=actor,
        to_complainant=False,
    )


def issue_result_letter(case: ArrearsComplaint, *, actor: Actor) -> Letter:
    """处理结果告知书, to the complainant, with a copy to the receiving department (art. 25(2))."""
    assert case.handling_department is not None
    return letter_issue(
        case=case,
        template="result_letter",
        variables={
            **_matter(case),
            "addressee": case.complainant_name,
            "request": case.request,
            "received_on": case.received_on,
            **case.result,
            "copy_to": [case.receiving_department.name],
            "tracking_url": tracking_url(case),
        },
        department=case.handling_department,
        actor=actor,
    )


def tracking_url(case: ArrearsComplaint) -> str:
    """The tracking page's address, without the secret."""
    return f"{settings.SITE_URL}/track/{case.reference}/"


def _to_complainant(case: ArrearsComplaint, template: str, variables: Mapping[str, object], actor: Actor) -> Letter:
    return letter_issue(
        case=case,
        template=template,
        variables={
            **_matter(case),
            "addressee": case.complainant_name,
            "tracking_url": tracking_url(case),
            **variables,
        },
        department=case.receiving_department,
        actor=actor,
    )


def _matter(case: ArrearsComplaint) -> dict[str, object]:
    return {
        "complainant": case.complainant_name,
        "respondent": case.respondent_name,
        "filed_on": case.submitted_on,
        "matter": case.contract_title,
        "amount": case.amount,
    }
