"""Supervision of departments: inquiry, interview or circular for late cases, by a supervisor, and the answer.

Decree 802 art. 23(1) lets governments at province level and above call heads of departments and of local governments
to an interview. Art. 21 lists inquiry and circular among the means of governments at county level and above; that they
go to a department for its late cases is a default of this system.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.cases.actors import Actor
from casework.cases.commands import locked_case
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.notify import Notice
from casework.cases.outbox import outbox_put_many
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.clocks.models import OPEN_STATUSES, Deadline
from casework.parties.models import Department, Membership, Role, User
from casework.parties.perms import AnyUser, departments_with, division_prefixes_with
from complaints.measures.department_letters import issue_department_letter
from complaints.measures.models import DepartmentMeasure
from complaints.models import ArrearsComplaint

Kind = DepartmentMeasure.Kind
# Each case of a measure is locked in its transaction.
MOST_CASES = 50
PROVINCE_DIGITS = 2


@dataclass(frozen=True)
class LateDepartment:
    """A department with cases in which its own clock has run out."""

    department: Department
    count: int


@dataclass(frozen=True)
class Order:
    """What a supervisor decides.

    Attributes:
        text: what is asked or told.
        due_on: day by which the department answers; None for a circular that asks nothing.
        held_at, place: of an interview, else None and "".
        joint_with: who takes part, one name or several; "" for nobody.
    """

    kind: str
    text: str
    due_on: date | None = None
    held_at: datetime | None = None
    place: str = ""
    joint_with: str = ""


def supervised_departments(user: AnyUser) -> QuerySet[Department]:
    """The departments below the user's divisions, the own ones left out."""
    scope = Q(pk__in=[])
    for prefix in division_prefixes_with(user, Role.SUPERVISOR):
        scope |= Q(division__code__startswith=prefix)
    return Department.objects.filter(scope, is_active=True).exclude(pk__in=departments_with(user, Role.SUPERVISOR))


def late_departments(user: AnyUser, today: date | None = None) -> list[LateDepartment]:
    """The supervised departments that are late, the most cases first."""
    day = today or timezone.localdate()
    known = {department.pk: department for department in supervised_departments(user)}
    visible = ArrearsComplaint.objects.visible_to(user).filter(ended_on=None)
    counts: dict[int, int] = {}
    for field, clocks in (("handling_department", _late(Role.HANDLING_CASEWORKER, day)),
                          ("receiving_department", _late(Role.RECEIVING_CLERK, day))):  # fmt: skip
        rows = visible.filter(pk__in=clocks).values(field).annotate(count=Count("pk")).values_list(field, "count")
        for pk, count in rows:
            if pk in known:
                counts[pk] = counts.get(pk, 0) + count
    return [LateDepartment(known[pk], count) for pk, count in sorted(counts.items(), key=lambda row: (-row[1], row[0]))]


def late_cases(user: AnyUser, department: Department, today: date | None = None) -> QuerySet[ArrearsComplaint]:
    """The cases that the user sees in which a clock of this department has run out, the longest late first."""
    day = today or timezone.localdate()
    own = Q(handling_department=department, pk__in=_late(Role.HANDLING_CASEWORKER, day)) | Q(
        receiving_department=department, pk__in=_late(Role.RECEIVING_CLERK, day)
    )
    return ArrearsComplaint.objects.visible_to(user).filter(own, ended_on=None).order_by("next_due", "pk")


def _late(responsible: str, today: date) -> QuerySet[Deadline, dict[str, int]]:
    rows = Deadline.objects.filter(period__responsible=responsible, status__in=OPEN_STATUSES, due__lt=today)
    return rows.values("case")  # type: ignore[return-value]


def department_measure_issue(
    *, actor: Actor, department: Department, complaints: Collection[int], order: Order
) -> DepartmentMeasure:
    """Call a department to account for late cases: one letter, a line in each case, the head is told.

    Args:
        complaints: ids of late cases of this department.
    Raises:
        ActionNotAllowed: not a supervisor over this department.
        InvalidInput: no late case of it, a field missing, an interview below province level, or an inquiry about a case
            on which one of the same issuer still waits for its answer.
    """
    issuer = _issuer_over(actor.user, department)
    _check_order(order, issuer, actor)
    assert actor.user is not None
    chosen = set(late_cases(actor.user, department, actor.today).filter(pk__in=complaints).values_list("pk", flat=True))
    if not chosen or chosen != set(complaints) or len(chosen) > MOST_CASES:
        raise InvalidInput({"complaints": [_("Choose late cases of this department, at most %d.") % MOST_CASES]})
    with _locked(chosen, actor) as cases:
        if order.kind == Kind.INQUIRY:
            _refuse_second_inquiry(cases, issuer, actor.today)
        measure = DepartmentMeasure.objects.create(
            kind=order.kind,
            department=department,
            issuer=issuer,
            joint_with=order.joint_with.strip(),
            text=order.text.strip(),
            held_at=order.held_at,
            place=order.place.strip(),
            issued_by=actor.user,
            issued_on=actor.today,
            due_on=order.due_on,
        )
        measure.complaints.set(cases)
        measure.letter = issue_department_letter(measure, cases, actor=actor)
        measure.save(update_fields=["letter"])
        payload = {"measure": measure.pk, "department": department.name, "number": measure.letter.number}
        for case in cases:
            event_record(case=case, verb=Verb.DEPARTMENT_SUPERVISED, actor=actor, payload=payload)
        heads = Membership.objects.filter(department=department, role=Role.DEPARTMENT_HEAD, user__is_active=True)
        _tell(cases[0], Verb.DEPARTMENT_SUPERVISED, sorted(heads.values_list("user_id", flat=True)), measure)
    return measure


def department_measure_answer(*, measure: DepartmentMeasure, actor: Actor, answer: str) -> DepartmentMeasure:
    """The department's head answers, once.

    Raises:
        ActionNotAllowed: not a head of the department.
        InvalidInput: nothing is answered.
        CaseChanged: it was answered before.
    """
    if not can_answer(measure, actor):
        raise ActionNotAllowed
    if not answer.strip():
        raise InvalidInput({"answer": [_("Write the answer.")]})
    with _locked(set(measure.complaints.values_list("pk", flat=True)), actor) as cases:
        row = DepartmentMeasure.objects.select_for_update(of=("self",)).get(pk=measure.pk)
        if row.answered_on is not None:
            raise CaseChanged
        row.answer, row.answered_by, row.answered_on = answer.strip(), actor.user, actor.today
        row.save(update_fields=["answer", "answered_by", "answered_on"])
        payload = {"measure": row.pk, "department": row.department.name}
        for case in cases:
            event_record(case=case, verb=Verb.DEPARTMENT_ANSWERED, actor=actor, payload=payload)
        _tell(cases[0], Verb.DEPARTMENT_ANSWERED, [row.issued_by_id], row)
    return row


def can_answer(measure: DepartmentMeasure, actor: Actor) -> bool:
    """Whether the actor is a head of the department that was called to account."""
    heads = departments_with(actor.user, Role.DEPARTMENT_HEAD) if actor.user else frozenset()
    return measure.department_id in heads


def _issuer_over(user: User | None, department: Department) -> Department:
    """The department in which the user supervises this one; the nearest division where there are several."""
    held = Department.objects.filter(pk__in=departments_with(user, Role.SUPERVISOR) if user else ())
    over = [own for own in held.select_related("division") if _is_over(own, department)]
    if not over:
        raise ActionNotAllowed
    return max(over, key=lambda own: len(own.division.prefix))


def _is_over(own: Department, other: Department) -> bool:
    return own.pk != other.pk and other.division_id.startswith(own.division.prefix)


def _check_order(order: Order, issuer: Department, actor: Actor) -> None:
    errors = {}
    if order.kind not in Kind.values:
        errors["kind"] = [_("Choose one of these.")]
    if order.kind == Kind.INTERVIEW and len(issuer.division.prefix) > PROVINCE_DIGITS:
        errors["kind"] = [_("Only a province or the nation calls heads to an interview (Decree 802 art. 23(1)).")]
    if not order.text.strip():
        errors["text"] = [_("Fill in this field: the letter needs it.")]
    if order.kind == Kind.INTERVIEW and (order.held_at is None or order.held_at <= actor.moment):
        errors["held_at"] = [_("Choose a time to come.")]
    if order.kind == Kind.INTERVIEW and not order.place.strip():
        errors["place"] = [_("Fill in this field: the letter needs it.")]
    if order.kind == Kind.INQUIRY and order.due_on is None:
        errors["due_on"] = [_("Give the day by which the department answers.")]
    if order.due_on is not None and order.due_on <= actor.today:
        errors["due_on"] = [_("Choose a day to come.")]
    if errors:
        raise InvalidInput(errors)


def _refuse_second_inquiry(cases: list[ArrearsComplaint], issuer: Department, today: date) -> None:
    waiting = DepartmentMeasure.objects.filter(issuer=issuer, kind=Kind.INQUIRY, answered_on=None, due_on__gte=today)
    asked = sorted(case.reference for case in cases if waiting.filter(complaints=case).exists())
    if asked:
        text = _("An inquiry about %(references)s still waits for its answer.") % {"references": ", ".join(asked)}
        raise InvalidInput({"complaints": [text]})


@contextmanager
def _locked(pks: Collection[int], actor: Actor) -> Iterator[list[ArrearsComplaint]]:
    """The cases, locked in the order of their ids so that two measures never wait for each other."""
    with ExitStack() as stack:
        cases = [stack.enter_context(locked_case(ArrearsComplaint, pk, None)) for pk in sorted(pks)]
        for case in cases:
            case.updated_at = actor.moment
        yield cases


def _tell(case: ArrearsComplaint, verb: Verb, users: list[int], measure: DepartmentMeasure) -> None:
    """An inbox message that leads to the first of the cases, whose page leads to the measure."""
    if users:
        outbox_put_many([Notice(case, verb, {}, f"{verb}-{measure.pk}").inbox(users, "people")])
