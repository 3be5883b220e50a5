"""Writing a typical case: draft, approval by a second person, consent of joint departments, publication, withdrawal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from casework.cases.actors import Actor
from casework.cases.commands import locked_case
from casework.cases.errors import ActionNotAllowed, CaseChanged, CaseNotFound, InvalidInput
from casework.cases.models import Case
from casework.cases.outbox import NewMessage, outbox_put_many
from casework.cases.terms import term_in_force
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.parties.models import Department, Membership, Role, User
from fees.exposure.guards import exposure_faults, joint_faults, report_fault, text_faults
from fees.exposure.masking import Masking, mask_organisation
from fees.exposure.models import CaseCategory, JointDepartment, TypicalCase
from fees.exposure.perms import may_answer, may_approve, may_withdraw, may_write, may_write_for
from fees.exposure.prefill import categories_of, facts_of
from fees.report.models import FeeReport

Status = TypicalCase.Status
OPEN = (Status.DRAFT, Status.SUBMITTED, Status.APPROVED)
WRITTEN = (
    "division", "title", "payee_name", "masking", "masking_reason", "hidden_names", "period_from", "period_to",
    "payers", "unlawful_amount", "refunded_amount", "fine", "legal_basis", "document_number", "document_date",
    "narrative", "batch", "is_grave",
)  # fmt: skip
VIOLATIONS = "fee.violation"


def exposure_draft(
    *, actor: Actor, report: FeeReport | None = None, department: Department | None = None, is_development: bool = False
) -> TypicalCase:
    """Begin a case from a report, with what is known of it filled in, or from its facts only.

    Args:
        department: that writes a case without a report; with one it is the report's handling department.
    Raises:
        CaseNotFound: the actor may not see the report.
        ActionNotAllowed: the actor doesn't write for the department.
        InvalidInput: the report can't be made public, or is being made so already.
    """
    with transaction.atomic():
        if report is not None:
            report = _report_to_expose(report, actor)
            department = report.handling_department
            is_development = report.is_development
        user = _person(actor)
        if department is None or not may_write_for(user, department.pk):
            raise ActionNotAllowed
        known = facts_of(report) if report else {"division": department.division}
        case = TypicalCase(
            report=report, department=department, drafted_by=user, is_development=is_development, **known
        )
        case.published_name = published_name(case)
        case.save()
        if report is not None:
            _put_categories(case, categories_of(report))
    return case


def exposure_edit(
    *,
    typical_case: TypicalCase,
    actor: Actor,
    values: Mapping[str, Any],
    categories: Collection[str],
    revision: int | None = None,
) -> TypicalCase:
    """Change a case that is not public yet. It is a draft again: approval and consents of before are stale.

    Args:
        values: the fields that change, of those in `WRITTEN`.
        categories: codes of the list `fee.violation`.
        revision: of the text that the actor was looking at.
    Raises:
        InvalidInput: a value is wrong, or gives away what must stay hidden; by field.
    """
    with _locked(typical_case, OPEN, revision) as case:
        _allow(may_write, actor, case)
        for name, value in values.items():
            if name not in WRITTEN:
                raise KeyError(name)
            setattr(case, name, value)
        _back_to_draft(case)
        case.revision, case.drafted_by = case.revision + 1, _person(actor)
        case.published_name = published_name(case)
        _check(case)
        case.save()
        _put_categories(case, _chosen(case, categories, actor))
    return case


def exposure_submit(*, typical_case: TypicalCase, actor: Actor, revision: int | None = None) -> TypicalCase:
    """Lay a draft before the second person and the joint departments.

    Raises:
        InvalidInput: something is missing or gives away what must stay hidden.
    """
    with _locked(typical_case, (Status.DRAFT,), revision) as case:
        _allow(may_write, actor, case)
        _refuse(exposure_faults(case))
        case.status, case.submitted_by, case.return_remarks = Status.SUBMITTED, _person(actor), ""
        case.save()
        for row in case.joint.select_related("department").exclude(state=JointDepartment.State.RELEASED):
            _ask_again(case, row, actor)
    return case


def exposure_approve(*, typical_case: TypicalCase, actor: Actor, revision: int | None = None) -> TypicalCase:
    """The head agrees to the text; whoever wrote it last can't.

    Raises:
        ActionNotAllowed: the actor doesn't head the department, or wrote it.
        InvalidInput: something speaks against it by now.
    """
    with _locked(typical_case, (Status.SUBMITTED,), revision) as case:
        _allow(may_approve, actor, case)
        if case.drafted_by_id == _person(actor).pk:
            raise ActionNotAllowed(_("You wrote this text last. A second person has to approve it."))
        _refuse(exposure_faults(case))
        case.status, case.approved_by, case.approved_revision = Status.APPROVED, _person(actor), case.revision
        case.save()
    return case


def exposure_return(
    *, typical_case: TypicalCase, actor: Actor, remarks: str, revision: int | None = None
) -> TypicalCase:
    """Give a case back to those who write it, with what is to be done.

    Raises:
        InvalidInput: no remarks.
    """
    with _locked(typical_case, (Status.SUBMITTED, Status.APPROVED), revision) as case:
        _allow(may_approve, actor, case)
        _need(remarks, "remarks", _("Say what is to be changed."))
        _back_to_draft(case)
        case.return_remarks = remarks.strip()
        case.save()
    return case


def joint_ask(*, typical_case: TypicalCase, actor: Actor, department: Department) -> JointDepartment:
    """Ask a department to publish the case together; its heads are written to as soon as the case is submitted.

    Raises:
        InvalidInput: it is the department itself, or it is asked already.
    """
    with _locked(typical_case, OPEN) as case:
        _allow(may_write, actor, case)
        if department.pk == case.department_id:
            raise InvalidInput({"department": [_("This is the department that publishes the case.")]})
        row = case.joint.filter(department=department).first() or JointDepartment(
            typical_case=case, department=department, state=JointDepartment.State.RELEASED
        )
        if row.state in (JointDepartment.State.ASKED, JointDepartment.State.AGREED):
            raise InvalidInput({"department": [_("This department is asked already.")]})
        _put_question(case, row, actor)
    return row


def joint_release(*, joint: JointDepartment, actor: Actor) -> JointDepartment:
    """Publish without a department after all."""
    with _locked(joint.typical_case, OPEN) as case:
        _allow(may_write, actor, case)
        row = case.joint.get(pk=joint.pk)
        row.state = JointDepartment.State.RELEASED
        row.save()
    return row


def joint_answer(
    *, joint: JointDepartment, actor: Actor, agrees: bool, remark: str = "", revision: int | None = None
) -> JointDepartment:
    """The head of the joint department agrees to the text as it stands, or declines with a reason.

    Raises:
        CaseChanged: the text changed meanwhile, is not submitted, or the department is no longer asked.
    """
    with _locked(joint.typical_case, (Status.SUBMITTED, Status.APPROVED), revision) as case:
        row = case.joint.get(pk=joint.pk)
        if not may_answer(_person(actor), row):
            raise ActionNotAllowed
        if row.state == JointDepartment.State.RELEASED:
            raise CaseChanged
        if not agrees:
            _need(remark, "remark", _("Say why your department declines."))
        row.state = JointDepartment.State.AGREED if agrees else JointDepartment.State.DECLINED
        row.revision, row.remark = case.revision, remark.strip()
        row.answered_by, row.answered_at = actor.user, actor.moment  # type: ignore[assignment]
        row.save()
    return row


def exposure_publish(*, typical_case: TypicalCase, actor: Actor, revision: int | None = None) -> TypicalCase:
    """Make an approved case public, with an event on its report and a message to the joint departments.

    Raises:
        InvalidInput: a joint department has not agreed to this text, or something else speaks against it by now.
    """
    with _with_report(typical_case) as report, _locked(typical_case, (Status.APPROVED,), revision) as case:
        _allow(may_write, actor, case)
        faults = exposure_faults(case)
        if missing := joint_faults(case):
            faults.setdefault("", []).extend(missing)
        _refuse(faults)
        case.status, case.published_by, case.published_on = Status.PUBLISHED, _person(actor), actor.today
        case.save()
        if report is not None:
            event_record(case=report, verb=Verb.EXPOSED, actor=actor, payload={"title": case.title, "id": case.pk})
        _tell_joint(case)
    return case


def exposure_withdraw(*, typical_case: TypicalCase, actor: Actor, reason: str) -> TypicalCase:
    """Take a public case back; its address then says so, and nothing else of it.

    Raises:
        InvalidInput: no reason.
    """
    with _locked(typical_case, (Status.PUBLISHED,)) as case:
        _allow(may_withdraw, actor, case)
        _need(reason, "reason", _("Say why the case is withdrawn."))
        case.status, case.withdrawn_by, case.withdrawn_on = Status.WITHDRAWN, _person(actor), actor.today
        case.withdrawn_reason = reason.strip()
        case.save()
    return case


def published_name(case: TypicalCase) -> str:
    """The payee as everybody will read it."""
    if case.masking == Masking.NAMED:
        return case.payee_name.strip()
    return mask_organisation(case.payee_name, case.division.full_name if case.masking == Masking.PLACE_KEPT else "")


def _report_to_expose(report: FeeReport, actor: Actor) -> FeeReport:
    """The report, locked: it can't be reopened while the case begins."""
    if not Case.objects.visible_to(_person(actor)).filter(pk=report.pk).exists():
        raise CaseNotFound
    Case.objects.select_for_update(of=("self",)).get(pk=report.pk)
    fresh = FeeReport.objects.get(pk=report.pk)
    if fault := report_fault(fresh):
        raise InvalidInput({"": [fault]})
    if fresh.typical_cases.exclude(status=Status.WITHDRAWN).exists():
        raise InvalidInput({"": [_("This report is being made public already.")]})
    return fresh


@contextmanager
def _locked(typical_case: TypicalCase, statuses: Collection[str], revision: int | None = None) -> Iterator[TypicalCase]:
    """The row, locked; CaseChanged when it is in none of the statuses or the text is another by now."""
    with transaction.atomic():
        rows = TypicalCase.objects.select_for_update(of=("self",))
        case = rows.select_related("department", "division__parent__parent").filter(pk=typical_case.pk).first()
        if case is None:
            raise CaseNotFound
        if case.status not in statuses or revision not in (None, case.revision):
            raise CaseChanged
        yield case


@contextmanager
def _with_report(typical_case: TypicalCase) -> Iterator[FeeReport | None]:
    """The case's report, locked before the case itself, as every command on a report does; None without one."""
    if typical_case.report_id is None:
        with transaction.atomic():
            yield None
    else:
        with locked_case(FeeReport, typical_case.report_id, None) as report:
            yield report


def _person(actor: Actor) -> User:
    if actor.user is None:
        raise ActionNotAllowed
    return actor.user


def _allow(asked: Callable[[User, TypicalCase], bool], actor: Actor, case: TypicalCase) -> None:
    if not asked(_person(actor), case):
        raise ActionNotAllowed


def _need(text: str, field: str, words: str) -> None:
    if not text.strip():
        raise InvalidInput({field: [words]})


def _refuse(faults: Mapping[str, list[str]]) -> None:
    if faults:
        raise InvalidInput(faults)


def _check(case: TypicalCase) -> None:
    """What a field may hold, and what it may not give away."""
    try:
        case.clean_fields()
        case.clean()
    except ValidationError as error:
        raise InvalidInput(error.message_dict) from error
    _refuse(text_faults(case))


def _back_to_draft(case: TypicalCase) -> None:
    case.status = Status.DRAFT
    case.submitted_by = case.approved_by = case.approved_revision = None  # type: ignore[assignment]


def _chosen(case: TypicalCase, codes: Collection[str], actor: Actor) -> list[CaseCategory]:
    """The categories of these codes: as the finding named them, otherwise as they are in force."""
    named = {row.code: row for row in (categories_of(case.report) if case.report else ())}
    rows = []
    for code in dict.fromkeys(codes):
        term = named.get(code) or term_in_force(VIOLATIONS, code, actor.today)
        if term is None:
            raise InvalidInput({"categories": [_("No such kind of violation is in force: %(code)s") % {"code": code}]})
        rows.append(CaseCategory(code=code, version=term.version, label=term.label, citation=term.citation))
    return rows


def _put_categories(case: TypicalCase, rows: Collection[CaseCategory]) -> None:
    case.categories.all().delete()
    for row in rows:
        row.typical_case = case
    CaseCategory.objects.bulk_create(rows)


def _ask_again(case: TypicalCase, row: JointDepartment, actor: Actor) -> None:
    """An answer to another text asks for a new one; an answer to this text stands."""
    if row.revision != case.revision:
        _put_question(case, row, actor)


def _put_question(case: TypicalCase, row: JointDepartment, actor: Actor) -> None:
    row.state, row.revision, row.remark = JointDepartment.State.ASKED, None, ""
    row.asked_by, row.asked_at = _person(actor), actor.moment
    row.answered_by, row.answered_at = None, None  # type: ignore[assignment]
    row.save()
    if case.status != Status.DRAFT:
        _write_to_heads(case, row)


def _write_to_heads(case: TypicalCase, row: JointDepartment) -> None:
    address = reverse("admin:fees_typicalcase_change", args=[case.pk])
    context = {"title": case.title, "by": case.department.name, "url": f"{settings.SITE_URL}{address}"}
    outbox_put_many(
        [
            NewMessage(
                "email", f"exposure-ask-{row.pk}-{row.asked_at:%Y%m%d%H%M%S%f}-{head.pk}",
                {"to": head.email, "name": str(head), "template": "exposure_asked", "context": context},
            )
            for head in _heads(row.department) if head.email
        ]
    )  # fmt: skip


def _tell_joint(case: TypicalCase) -> None:
    """In the inbox: without the report, which is not theirs to see."""
    messages = []
    for row in case.joint.filter(state=JointDepartment.State.AGREED).select_related("department"):
        key = f"exposed-{case.pk}-d{row.department_id}"
        content = {"verb": str(Verb.EXPOSED), "payload": {"title": case.title}, "key": key}
        users = [head.pk for head in _heads(row.department)]
        messages += [NewMessage("inbox", f"inbox-{key}", {**content, "users": users})] if users else []
    outbox_put_many(messages)


def _heads(department: Department) -> list[User]:
    rows = Membership.objects.filter(department=department, role=Role.DEPARTMENT_HEAD, user__is_active=True)
    return [row.user for row in rows.select_related("user").order_by("user_id")]
