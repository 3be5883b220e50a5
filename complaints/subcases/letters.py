"""The letters of side matters, from the department that has the case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.translation import override

from casework.cases.actors import Actor
from casework.clocks.models import Deadline
from casework.documents.letters import letter_issue
from casework.documents.models import Letter
from complaints.letters import PROVISIONAL_NOTE
from complaints.models import ArrearsComplaint, EnterpriseSize


def issue_size_dispute_request(
    case: ArrearsComplaint, *, asked_of: str, request: str, deadline: Deadline, actor: Actor
) -> Letter:
    """企业规模类型认定函: whose size at which day is disputed, what each side says, by when an answer is asked."""
    variables = {
        "addressee": asked_of,
        "complainant_uscc": case.complainant_code,
        "stated_size": _stated_size(case),
        "signed_on": case.signed_on,
        "dispute": request,
    }
    return _issue(case, "size_dispute_request", variables, deadline, actor)


def issue_receivable_confirmation(
    case: ArrearsComplaint, *, request: str, requested_on: date, deadline: Deadline, actor: Actor
) -> Letter:
    """应收账款确权函: which receivable, requested when, and that 30 days run from the request (art. 16(2))."""
    variables = {
        "addressee": case.respondent_name,
        "amount": case.amount,
        "request": request,
        "requested_on": requested_on,
        "copy_to": [case.complainant_name],
    }
    return _issue(case, "receivable_confirmation", variables, deadline, actor, to_complainant=True)


def _stated_size(case: ArrearsComplaint) -> str:
    """In Chinese, whatever language the caseworker reads; "" for a complainant who isn't sure."""
    with override("zh-hans"):
        is_sure = case.complainant_size != EnterpriseSize.UNSURE
        return str(EnterpriseSize(case.complainant_size).label) if is_sure else ""


def _issue(
    case: ArrearsComplaint,
    template: str,
    variables: Mapping[str, object],
    deadline: Deadline,
    actor: Actor,
    *,
    to_complainant: bool = False,
) -> Letter:
    common = {
        "complainant": case.complainant_name,
        "respondent": case.respondent_name,
        "matter": case.contract_title,
        "due_on": deadline.due,
        "due_note": PROVISIONAL_NOTE if deadline.provisional else "",
    }
    return letter_issue(
        case=case,
        template=template,
        variables={**common, **variables},
        department=case.handling_department or case.receiving_department,
        actor=actor,
        to_complainant=to_complainant,
    )
