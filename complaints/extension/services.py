"""Asking for more time, and deciding about it (Decree 802 art. 25(2))."""

from __future__ import annotations

from django.utils.translation import gettext as _

from casework.cases.actors import Actor
from casework.cases.commands import clock_extend
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.notify import Address, notify_complainant
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.clocks.models import Deadline
from casework.clocks.periods import PeriodCapError, due_days
from casework.clocks.selectors import current_calendar, pauses_of, rule_of
from complaints.commands import tell_department
from complaints.extension.letters import issue_extension_form
from complaints.extension.models import ExtensionRequest
from complaints.extension.selectors import HANDLING, decides, handling_clock
from complaints.models import ArrearsComplaint
from complaints.respondent.services import handling_case

Status = ExtensionRequest.Status


def extension_ask(
    *, complaint: ArrearsComplaint, actor: Actor, ground: str, reason: str, total_days: int, version: int | None = None
) -> ExtensionRequest:
    """Ask the head for more time, before the period has run out.

    Args:
        ground: `complex` or `special`, the two that the decree names.
        total_days: in all from the receipt of the material; at most what the rule allows.
    Raises:
        InvalidInput: by field: no reason, a length that the law doesn't allow, the period has run out, one is pending.
    """
    if ground not in ExtensionRequest.Ground.values:
        raise InvalidInput({"ground": [_("Choose one of these.")]})
    if not reason.strip():
        raise InvalidInput({"reason": [_("Give the reason of the extension.")]})
    with handling_case(complaint, actor, version) as case:
        assert actor.user is not None  # nobody works in a department without an account
        deadline = _running(case, actor)
        _check_length(deadline, total_days)
        if case.extension_requests.filter(status=Status.PENDING).exists():
            raise InvalidInput({"": [_("A request is waiting for the head's decision already.")]})
        request = ExtensionRequest.objects.create(
            complaint=case,
            ground=ground,
            reason=reason.strip(),
            total_days=total_days,
            due_before=deadline.due,
            asked_by=actor.user,
            asked_on=actor.today,
        )
        payload = {"total_days": total_days, "reason": request.reason, "ground": ground}
        event_record(case=case, verb=Verb.EXTENSION_ASKED, actor=actor, payload=payload)
        assert case.handling_department is not None
        tell_department(case, case.handling_department, Verb.EXTENSION_ASKED)
    return request


def extension_decide(
    *, complaint: ArrearsComplaint, actor: Actor, decision: str, note: str = "", version: int | None = None
) -> ExtensionRequest:
    """Approve or decline the pending request; approving extends the clock, issues the form and tells the complainant.

    Args:
        decision: `approved` or `declined`.
    Raises:
        ActionNotAllowed: not a head of the handling department, or the one who asked.
        InvalidInput: the period has run out, no reason for declining.
        CaseChanged: no request is pending.
    """
    if decision not in (Status.APPROVED, Status.DECLINED):
        raise InvalidInput({"decision": [_("Choose one of these.")]})
    if decision == Status.DECLINED and not note.strip():
        raise InvalidInput({"note": [_("Say why it is declined.")]})
    with handling_case(complaint, actor, version) as case:
        request = case.extension_requests.select_for_update(of=("self",)).filter(status=Status.PENDING).first()
        if request is None:
            raise CaseChanged
        if not decides(case, actor) or request.asked_by_id == (actor.user and actor.user.pk):
            raise ActionNotAllowed(_("Only a head of the handling department decides, and never on the own request."))
        request.status, request.decided_by, request.decided_on = decision, actor.user, actor.today
        request.decision_note = note.strip()
        if decision == Status.APPROVED:
            _approve(case, request, actor)
        else:
            event_record(
                case=case, verb=Verb.EXTENSION_DECLINED, actor=actor, payload={"reason": request.decision_note}
            )
        request.save()
        assert case.handling_department is not None
        verb = Verb.CLOCK_EXTENDED if decision == Status.APPROVED else Verb.EXTENSION_DECLINED
        tell_department(case, case.handling_department, verb, _due_payload(case))
    return request


def _approve(case: ArrearsComplaint, request: ExtensionRequest, actor: Actor) -> None:
    _running(case, actor)
    request.extension = clock_extend(
        case=case, code=HANDLING, total_days=request.total_days, reason=request.reason, approver=actor
    )
    request.letter = issue_extension_form(case, request=request, deadline=request.extension.deadline, actor=actor)
    notify_complainant(
        case=case,
        to=Address(case.contact_email, case.contact_name),
        verb=Verb.CLOCK_EXTENDED,
        payload={**_due_payload(case), "due_before": request.due_before, "reason": request.get_ground_display()},
        key=f"{case.reference}-extended-{request.pk}",
    )


def _due_payload(case: ArrearsComplaint) -> dict[str, object]:
    deadline = handling_clock(case)
    if deadline is None:
        return {}
    return {"period": deadline.period.name, "due": deadline.due, "provisional": deadline.provisional}


def _running(case: ArrearsComplaint, actor: Actor) -> Deadline:
    """The handling clock, on time: what has run out can't be made longer afterwards."""
    deadline = handling_clock(case)
    if deadline is None:
        raise CaseChanged
    if actor.today > deadline.due:
        raise InvalidInput({"": [_("The handling period has run out: it can't be extended any more.")]})
    return deadline


def _check_length(deadline: Deadline, total_days: int) -> None:
    try:
        _raw, due = due_days(
            rule_of(deadline.period),
            deadline.started_on,
            current_calendar(deadline.division),
            total_days,
            pauses_of(deadline),
        )
    except PeriodCapError as error:
        raise InvalidInput({"total_days": [str(error)]}) from error
    if due <= deadline.due:
        raise InvalidInput({"total_days": [_("This would not be longer than the period is already.")]})
