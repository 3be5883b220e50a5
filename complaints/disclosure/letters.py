"""The letter that asks a body about its disclosure, or about a missing one."""

from __future__ import annotations

from casework.cases.actors import Actor
from casework.documents.letters import DEVELOPMENT_NOTICE, letter_issue
from casework.documents.models import Letter
from casework.parties.models import User
from complaints.disclosure.law import duty_of
from complaints.disclosure.mails import body_url
from complaints.disclosure.models import DisclosureCorrection

TEMPLATE = "disclosure_correction"


def issue_correction_letter(asked: DisclosureCorrection, *, user: User) -> Letter:
    """关于说明或者更正逾期未付信息的函; it belongs to no case, and no complainant is named in it."""
    row = asked.obligation
    body = row.body
    duty = duty_of(row.kind, asked.asked_on)
    said = row.current
    return letter_issue(
        case=None,
        template=TEMPLATE,
        variables={
            "addressee": body.subject.name,
            "reference": body.reference,
            "year": row.year,
            "disclosure_due_on": row.due_on,
            "duty": duty.label if duty else "",
            "duty_citation": duty.citation if duty else row.period.citation,
            "disclosed_on": f"{said.published_on:%Y-%m-%d}" if said else "",
            "disclosed_amount": said.amount if said else 0,
            "disclosed_contracts": said.contracts if said else 0,
            "reasons": asked.reasons,
            "due_on": asked.due_on,
            "reply_url": body_url(body),
            "development_notice": DEVELOPMENT_NOTICE if body.is_development else "",
        },
        department=body.department,
        actor=Actor.person(user),
        to_complainant=False,
    )
