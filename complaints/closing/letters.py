"""The decision that ends a case without a result."""

from __future__ import annotations

from casework.cases.actors import Actor
from casework.cases.models import CitedTerm
from casework.cases.pages import tracking_url
from casework.documents.letters import letter_issue
from casework.documents.models import Letter
from casework.parties.models import Department
from complaints.letters import paid_sums
from complaints.models import ArrearsComplaint
from complaints.money.selectors import money_of


def issue_termination_decision(
    case: ArrearsComplaint, *, department: Department, term: CitedTerm, explanation: str, actor: Actor
) -> Letter:
    """终止决定, to the complainant; the respondent and the other department get a copy."""
    others = filter(None, {case.receiving_department, case.handling_department} - {department})
    return letter_issue(
        case=case,
        template="termination_decision",
        variables={
            "addressee": case.complainant_name,
            "complainant": case.complainant_name,
            "respondent": case.respondent_name,
            "filed_on": case.submitted_on,
            "accepted_on": case.accepted_on,
            "matter": case.contract_title,
            "amount": case.amount,
            "ground": term.label,
            # A citation without a title says that no rule names the ground: nothing that a decision could rest on.
            "ground_citation": term.citation if "《" in term.citation else "",
            "explanation": explanation,
            **paid_sums(money_of(case)),
            "tracking_url": tracking_url(case),
            "copy_to": [case.respondent_name, *(other.name for other in others)],
        },
        department=department,
        actor=actor,
    )
