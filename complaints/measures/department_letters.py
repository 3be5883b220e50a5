"""The letters to departments about their late cases; they belong to no single case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from casework.cases.actors import Actor
from casework.clocks.models import OPEN_STATUSES, Deadline
from casework.documents.letters import DEVELOPMENT_NOTICE, letter_issue
from casework.documents.models import Letter
from casework.parties.models import Department, Role
from complaints.measures.models import DepartmentMeasure
from complaints.models import ArrearsComplaint

Kind = DepartmentMeasure.Kind
TEMPLATES = {
    Kind.INQUIRY: "department_inquiry",
    Kind.INTERVIEW: "department_interview",
    Kind.CIRCULAR: "department_circular",
}


def issue_department_letter(
    measure: DepartmentMeasure, complaints: Sequence[ArrearsComplaint], *, actor: Actor
) -> Letter:
    """函询, 约谈通知 or 通报, with each late case in a row: reference, parties, what was due when."""
    variables: dict[str, object] = {
        "addressee": measure.department.name,
        "reference": complaints[0].reference,
        "cases": [_row(complaint, measure.department, actor.today) for complaint in complaints],
        "case_count": len(complaints),
        "text": measure.text,
        "joint_with": measure.joint_with,
        "development_notice": DEVELOPMENT_NOTICE if any(row.is_development for row in complaints) else "",
    }
    if measure.due_on is not None:
        variables["due_on"] = measure.due_on
    if measure.kind == Kind.INTERVIEW:
        variables |= {"held_at": measure.held_at, "place": measure.place}
    return letter_issue(
        case=None,
        template=TEMPLATES[Kind(measure.kind)],
        variables=variables,
        department=measure.issuer,
        actor=actor,
        to_complainant=False,
    )


def _row(complaint: ArrearsComplaint, department: Department, today: date) -> dict[str, object]:
    late = _longest_late(complaint, department, today)
    return {
        "reference": complaint.reference,
        "complainant": complaint.complainant_name,
        "respondent": complaint.respondent_name,
        "period": late.period.name,
        "due_on": late.due,
        "days_late": (today - late.due).days,
    }


def _longest_late(complaint: ArrearsComplaint, department: Department, today: date) -> Deadline:
    """Of the clocks that this department has to meet."""
    roles = [
        role
        for role, pk in (
            (Role.HANDLING_CASEWORKER, complaint.handling_department_id),
            (Role.RECEIVING_CLERK, complaint.receiving_department_id),
        )
        if pk == department.pk
    ]
    rows = complaint.deadlines.filter(status__in=OPEN_STATUSES, due__lt=today, period__responsible__in=roles)
    return rows.select_related("period").order_by("due", "pk")[0]
