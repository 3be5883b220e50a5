"""The letter that asks the respondent for feedback. The code that opens the answer page never stands in it."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from casework.cases.actors import Actor
from casework.clocks.models import Deadline
from casework.documents.letters import letter_issue
from casework.documents.models import Letter
from complaints.letters import PROVISIONAL_NOTE
from complaints.models import ArrearsComplaint


def issue_feedback_request(case: ArrearsComplaint, *, questions: str, deadline: Deadline, actor: Actor) -> Letter:
    """关于请反馈有关情况的函, to the respondent (art. 25(3))."""
    assert case.handling_department is not None
    return letter_issue(
        case=case,
        template="feedback_request",
        variables={
            "addressee": case.respondent_name,
            "complainant": case.complainant_name,
            "received_on": case.received_on,
            "matter": case.contract_title,
            "amount": case.amount,
            "questions": questions,
            "due_on": deadline.due,
            "due_note": PROVISIONAL_NOTE if deadline.provisional else "",
            "reply_url": reply_url(),
        },
        department=case.handling_department,
        actor=actor,
        to_complainant=False,
    )


def reply_url() -> str:
    """The answer page's address, without a code."""
    return f"{settings.SITE_URL}{reverse('portal:respond')}"


def reply_link(code: str) -> str:
    """The address that fills the code in; in the fragment, which browsers never send, so that no log keeps it."""
    return f"{reply_url()}#{code}"
