"""The reviewer's work: checked conditions, what silence means, who does it, notes, tasks and reminders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from casework.cases.access import HANDLING_ROLES, RECEIVING_ROLES, roles_on
from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.terms import terms_in_force
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.clocks.services import OPEN_STATUSES
from casework.parties.models import Department, Role, User
from complaints.commands import flow_command, side_command, tell_complainant, tell_department, tell_people
from complaints.flow import State
from complaints.models import ArrearsComplaint
from complaints.review.models import ConditionCheck, Note, Task
from complaints.services import CORRECTION

REVIEWING_ROLES = frozenset({Role.RECEIVING_CLERK})
WORKING_ROLES = frozenset({Role.RECEIVING_CLERK, Role.HANDLING_CASEWORKER})
REMINDING_ROLES = frozenset({Role.RECEIVING_CLERK, Role.SUPERVISOR})
Verdict = ConditionCheck.Verdict


@dataclass(frozen=True)
class Finding:
    """What the reviewer found about one condition."""

    verdict: str
    remark: str = ""


def complaint_check_conditions(
    *, complaint: ArrearsComplaint, actor: Actor, findings: Mapping[str, Finding], version: int | None = None
) -> ArrearsComplaint:
    """Keep what was found about conditions of acceptance (`arrears.condition`); later findings replace earlier ones.

    Args:
        findings: by code of the condition; those left out stay as they are.
    Raises:
        InvalidInput: an unknown condition or finding, or one not met without a remark.
        CaseChanged: the complaint is no longer under review.
    """
    terms = {term.code: term for term in terms_in_force("arrears.condition", actor.today)}
    _check_findings(findings, set(terms))
    with side_command(complaint, REVIEWING_ROLES, actor, version) as case:
        if case.state != State.SUBMITTED or actor.user is None:
            raise CaseChanged
        for code, finding in findings.items():
            kept = {
                "condition_version": terms[code].version,
                "verdict": finding.verdict,
                "remark": finding.remark.strip(),
            }
            by = {"checked_by": actor.user, "checked_at": actor.moment}
            ConditionCheck.objects.update_or_create(complaint=case, condition=code, defaults={**kept, **by})
        said = [f"{terms[code].label}：{Verdict(found.verdict).label}" for code, found in findings.items()]
        event_record(case=case, verb=Verb.CHECKED, actor=actor, payload={"findings": said})
    return case


def _check_findings(findings: Mapping[str, Finding], known: set[str]) -> None:
    errors: dict[str, list[str]] = {}
    if not findings:
        errors[""] = [_("Say what you found about at least one condition.")]
    for code, finding in findings.items():
        if code not in known or finding.verdict not in Verdict.values:
            errors[code] = [_("Choose one of the list.")]
        elif finding.verdict == Verdict.NOT_MET and not finding.remark.strip():
            errors[code] = [_("Say which fact of the case shows that the condition is not met.")]
    if errors:
        raise InvalidInput(errors)


def complaint_lapse(
    *, complaint: ArrearsComplaint, actor: Actor, reason: str, version: int | None = None
) -> ArrearsComplaint:
    """Take silence after a correction request for giving the complaint up; only when the time to answer is over.

    Args:
        reason: what shows that the request arrived and that no good cause for the silence is known.
    Raises:
        InvalidInput: no reason, or the complainant still has time.
    """
    if not reason.strip():
        raise InvalidInput({"reason": [_("Say how the request arrived and that no good cause is known.")]})
    with flow_command(complaint, "lapse", actor, version) as case:
        if not correction_ran_out(case, actor.today):
            raise InvalidInput({"": [_("The complainant still has time to answer.")]})
        event_record(case=case, verb=Verb.LAPSED, actor=actor, payload={"reason": reason.strip()})
        tell_complainant(case, Verb.LAPSED)
    return case


def correction_ran_out(complaint: ArrearsComplaint, today: date) -> bool:
    """Whether the time to answer the correction request is over."""
    running = complaint.deadlines.filter(code=CORRECTION, status__in=OPEN_STATUSES)
    return running.filter(due__lt=today).exists()


def complaint_assign(
    *, complaint: ArrearsComplaint, actor: Actor, assignee: User, version: int | None = None
) -> ArrearsComplaint:
    """Say who works on the case: a person of the department whose turn it is. The person is told.

    Raises:
        InvalidInput: nobody of that department.
    """
    with side_command(complaint, WORKING_ROLES, actor, version) as case:
        if not people_for(case).filter(pk=assignee.pk).exists():
            raise InvalidInput({"assignee": [_("Choose a person of the department that has the case.")]})
        case.assigned_to = assignee
        event_record(case=case, verb=Verb.ASSIGNED, actor=actor, payload={"person": str(assignee)})
        if assignee != actor.user:
            tell_people(case, [assignee], Verb.ASSIGNED)
    return case


def people_for(complaint: ArrearsComplaint) -> QuerySet[User]:
    """Those who can be given the case: of the handling department once it has it, before that of the receiving one."""
    department, roles = responsible_department(complaint), RECEIVING_ROLES
    if complaint.handling_department_id is not None:
        roles = HANDLING_ROLES
    rows = User.objects.filter(is_active=True, memberships__department=department, memberships__role__in=roles)
    return rows.distinct().order_by("username")


def responsible_department(complaint: ArrearsComplaint) -> Department:
    """The department whose turn it is."""
    return complaint.handling_department or complaint.receiving_department


def complaint_remind(
    *, complaint: ArrearsComplaint, actor: Actor, text: str = "", version: int | None = None
) -> ArrearsComplaint:
    """Remind the responsible department of the case, in the inboxes of those who work there.

    Args:
        text: what it is reminded of; stands in the timeline.
    """
    with side_command(complaint, REMINDING_ROLES, actor, version) as case:
        department = responsible_department(case)
        payload = {"department_id": department.pk, "department": department.name, "text": text.strip()}
        event_record(case=case, verb=Verb.REMINDED, actor=actor, payload=payload)
        tell_department(case, department, Verb.REMINDED)
    return case


def note_add(*, complaint: ArrearsComplaint, actor: Actor, text: str, version: int | None = None) -> Note:
    """Write a note for colleagues. It changes nothing that others decide on, so it asks for no version.

    Raises:
        InvalidInput: an empty note.
    """
    author = _worker(complaint, actor)
    if not text.strip():
        raise InvalidInput({"text": [_("Write the note.")]})
    return Note.objects.create(complaint=complaint, text=text.strip(), author=author, at=actor.moment)


def task_add(
    *,
    complaint: ArrearsComplaint,
    actor: Actor,
    title: str,
    due_on: date | None = None,
    assigned_to: User | None = None,
    version: int | None = None,
) -> Task:
    """Write down what is to be done, by whom and by when; as a note, it asks for no version.

    Raises:
        InvalidInput: no title, a day in the past, or a person who doesn't work on the case.
    """
    author = _worker(complaint, actor)
    errors = {}
    if not title.strip():
        errors["title"] = [_("Say what is to be done.")]
    if due_on is not None and due_on < actor.today:
        errors["due_on"] = [_("This day lies in the past.")]
    if assigned_to is not None and not people_for(complaint).filter(pk=assigned_to.pk).exists():
        errors["assigned_to"] = [_("Choose a person of the department that has the case.")]
    if errors:
        raise InvalidInput(errors)
    return Task.objects.create(
        complaint=complaint,
        title=title.strip(),
        due_on=due_on,
        assigned_to=assigned_to,
        created_by=author,
        created_at=actor.moment,
    )


def tasks_finish(
    *, complaint: ArrearsComplaint, actor: Actor, tasks: Sequence[Task], version: int | None = None
) -> int:
    """Mark tasks of a case as done; what somebody else finished before stays theirs.

    Returns:
        how many were open.
    """
    author = _worker(complaint, actor)
    with transaction.atomic():
        chosen = Task.objects.filter(complaint=complaint, pk__in=[task.pk for task in tasks], done_at=None)
        return chosen.update(done_by=author, done_at=actor.moment)


def _worker(complaint: ArrearsComplaint, actor: Actor) -> User:
    if actor.user is None or not roles_on(actor, complaint) & WORKING_ROLES:
        raise ActionNotAllowed
    return actor.user
