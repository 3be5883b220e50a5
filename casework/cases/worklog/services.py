"""Who works on a case, notes and tasks: the same for every kind of case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from casework.cases.access import HANDLING_ROLES, RECEIVING_ROLES, officer_role, roles_on
from casework.cases.actors import Actor
from casework.cases.commands import CaseType, locked_running_case
from casework.cases.errors import ActionNotAllowed, InvalidInput
from casework.cases.models import Case
from casework.cases.notify import tell_department, tell_people
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.cases.worklog.models import Note, Task
from casework.parties.models import Department, Role, User

WORKING_ROLES = frozenset({Role.RECEIVING_CLERK, Role.HANDLING_CASEWORKER})
REMINDING_ROLES = frozenset({Role.RECEIVING_CLERK, Role.SUPERVISOR})


def case_assign(*, case: CaseType, actor: Actor, assignee: User, version: int | None = None) -> CaseType:
    """Say who works on the case: a person of the department whose turn it is. The person is told.

    Raises:
        InvalidInput: nobody of that department.
    """
    with locked_running_case(type(case), case.pk, WORKING_ROLES, actor, version) as locked:
        if not people_for(locked).filter(pk=assignee.pk).exists():
            raise InvalidInput({"assignee": [_("Choose a person of the department that has the case.")]})
        locked.assigned_to = assignee
        event_record(case=locked, verb=Verb.ASSIGNED, actor=actor, payload={"person": str(assignee)})
        if assignee != actor.user:
            tell_people(locked, [assignee], Verb.ASSIGNED)
    return locked


def people_for(case: Case) -> QuerySet[User]:
    """Those who can be given the case: of the handling department once it has it, before that of the receiving one."""
    department = responsible_department(case)
    roles = {*(RECEIVING_ROLES if case.handling_department_id is None else HANDLING_ROLES)}
    if officer := officer_role(case.kind):
        roles.add(officer)
    rows = User.objects.filter(is_active=True, memberships__department=department, memberships__role__in=roles)
    return rows.distinct().order_by("username")


def responsible_department(case: Case) -> Department:
    """The department whose turn it is."""
    return case.handling_department or case.receiving_department


def case_remind(*, case: CaseType, actor: Actor, text: str = "", version: int | None = None) -> CaseType:
    """Remind the responsible department of the case, in the inboxes of those who work there.

    Args:
        text: what it is reminded of; stands in the timeline.
    """
    with locked_running_case(type(case), case.pk, REMINDING_ROLES, actor, version) as locked:
        department = responsible_department(locked)
        payload = {"department_id": department.pk, "department": department.name, "text": text.strip()}
        event_record(case=locked, verb=Verb.REMINDED, actor=actor, payload=payload)
        tell_department(locked, department, Verb.REMINDED)
    return locked


def note_add(*, case: Case, actor: Actor, text: str, version: int | None = None) -> Note:
    """Write a note for colleagues. It changes nothing that others decide on, so it asks for no version.

    Raises:
        InvalidInput: an empty note.
    """
    author = _worker(case, actor)
    if not text.strip():
        raise InvalidInput({"text": [_("Write the note.")]})
    return Note.objects.create(case=case, text=text.strip(), author=author, at=actor.moment)


def task_add(
    *,
    case: Case,
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
    author = _worker(case, actor)
    errors = {}
    if not title.strip():
        errors["title"] = [_("Say what is to be done.")]
    if due_on is not None and due_on < actor.today:
        errors["due_on"] = [_("This day lies in the past.")]
    if assigned_to is not None and not people_for(case).filter(pk=assigned_to.pk).exists():
        errors["assigned_to"] = [_("Choose a person of the department that has the case.")]
    if errors:
        raise InvalidInput(errors)
    return Task.objects.create(
        case=case,
        title=title.strip(),
        due_on=due_on,
        assigned_to=assigned_to,
        created_by=author,
        created_at=actor.moment,
    )


def tasks_finish(*, case: Case, actor: Actor, tasks: Sequence[Task], version: int | None = None) -> int:
    """Mark tasks of a case as done; what somebody else finished before stays theirs.

    Returns:
        how many were open.
    """
    author = _worker(case, actor)
    with transaction.atomic():
        chosen = Task.objects.filter(case=case, pk__in=[task.pk for task in tasks], done_at=None)
        return chosen.update(done_by=author, done_at=actor.moment)


def _worker(case: Case, actor: Actor) -> User:
    if actor.user is None or not roles_on(actor, case) & WORKING_ROLES:
        raise ActionNotAllowed
    return actor.user
