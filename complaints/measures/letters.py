"""The letters of the measures against a respondent (Decree 802 art. 25(3)), from the handling department."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from casework.cases.actors import Actor
from casework.cases.models import CitedTerm
from casework.clocks.models import Deadline
from casework.documents.letters import letter_issue
from casework.documents.models import Letter
from complaints.letters import PROVISIONAL_NOTE
from complaints.models import ArrearsComplaint
from complaints.respondent.letters import reply_url
from complaints.respondent.models import FeedbackRequest


def issue_supervisory_letter(
    case: ArrearsComplaint, *, request: FeedbackRequest, demand: str, deadline: Deadline, actor: Actor
) -> Letter:
    """督办书: which feedback is missing since when, what to do by when, and what follows otherwise."""
    variables = {
        "transferred_on": case.transferred_on,
        "asked_on": request.asked_on,
        "asked_number": request.letter.number if request.letter else "",
        "feedback_due_on": request.due_on,
        "shortcoming": request.judgement,
        "demand": demand,
        "due_on": deadline.due,
        "due_note": PROVISIONAL_NOTE if deadline.provisional else "",
        "reply_url": reply_url(),
        "copy_to": [case.receiving_department.name],
    }
    return _to_respondent(case, "supervisory_letter", variables, actor)


def issue_interview_notice(
    case: ArrearsComplaint, *, supervisory_number: str, given: Mapping[str, object], at: datetime, actor: Actor
) -> Letter:
    """约谈通知书: who must come, when and where, about what, with which material."""
    copies = [str(given["superior"])] if given["superior"] else []
    names = ("attendee", "place", "topics", "material", "note_taker")
    variables = {
        **{name: given[name] for name in names},
        "held_at": at,
        "supervisory_number": supervisory_number,
        "copy_to": [*copies, case.receiving_department.name],
    }
    return _to_respondent(case, "interview_notice", variables, actor)


def issue_interview_minutes(
    case: ArrearsComplaint, *, given: Mapping[str, object], at: datetime, actor: Actor
) -> Letter:
    """约谈纪要: the facts put, what the respondent said, what it promised by when."""
    variables = {**given, "held_at": at, "copy_to": [case.receiving_department.name]}
    return _to_respondent(case, "interview_minutes", variables, actor)


def issue_circular(
    case: ArrearsComplaint,
    *,
    supervisory_number: str,
    facts: str,
    demands: str,
    addressees: list[str],
    actor: Actor,
) -> Letter:
    """通报: facts, demands, to the bodies named and to the respondent."""
    variables = {
        "addressee": "、".join([case.respondent_name, *addressees]),
        "respondent": case.respondent_name,
        "supervisory_number": supervisory_number,
        "facts": facts,
        "demands": demands,
        "copy_to": [case.receiving_department.name],
    }
    return _to_respondent(case, "circular", variables, actor)


def issue_rectification_order(
    case: ArrearsComplaint,
    *,
    supervisory_number: str,
    finding: str,
    violations: list[CitedTerm],
    correction: str,
    due_on: date,
    actor: Actor,
) -> Letter:
    """责令整改通知书: the finding, the articles violated, what to correct by when, how to report."""
    variables = {
        "supervisory_number": supervisory_number,
        "finding": finding,
        "violations": [{"label": term.label, "citation": term.citation} for term in violations],
        "correction": correction,
        "due_on": due_on,
        "copy_to": [case.receiving_department.name],
    }
    return _to_respondent(case, "rectification_order", variables, actor)


def _to_respondent(case: ArrearsComplaint, template: str, variables: Mapping[str, object], actor: Actor) -> Letter:
    assert case.handling_department is not None
    return letter_issue(
        case=case,
        template=template,
        variables={
            "addressee": case.respondent_name,
            "complainant": case.complainant_name,
            "matter": case.contract_title,
            "amount": case.amount,
            **variables,
        },
        department=case.handling_department,
        actor=actor,
        to_complainant=False,
    )
