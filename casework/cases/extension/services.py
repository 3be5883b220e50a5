"""Asking for more time, and deciding about it; within the transaction of the kind's own command, on a locked case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from casework.cases.actors import Actor
from casework.cases.commands import clock_extend
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.extension.models import ExtensionRequest
from casework.cases.extension.selectors import decides, open_clock, pending_request
from casework.cases.models import Case
from casework.cases.notify import tell_department
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.clocks.models import Deadline
from casework.clocks.periods import PeriodCapError, due_days
from casework.clocks.selectors import current_calendar, pauses_of, rule_of

Status = ExtensionRequest.Status


@dataclass(frozen=True)
class Extending:
    """How one clock of a kind of case is lengthened.

    Attributes:
        code: the clock.
        issue_form: issues the approval form and gives it back: (case, request, deadline, actor).
        tell: tells the complainant: (case, request, what is due now).
    """

    code: str
    issue_form: Callable[[Any, ExtensionRequest, Deadline, Actor], Any]
    tell: Callable[[Any, ExtensionRequest, dict[str, object]], None]


def extension_ask_on(
    *, case: Case, rules: Extending, actor: Actor, ground: str, reason: str, total_days: int
) -> ExtensionRequest:
    """Ask the head for more time, before the period has run out.

    Args:
        ground: a value of `ExtensionRequest.Ground`.
        total_days: in all from the start, in the rule's unit; at most what the rule allows.
    Raises:
        InvalidInput: by field: no reason, a length that the law doesn't allow, the period has run out, one is pending.
        CaseChanged: the clock doesn't run.
    """
    if ground not in ExtensionRequest.Ground.values:
        raise InvalidInput({"ground": [_("Choose one of these.")]})
    if not reason.strip():
        raise InvalidInput({"reason": [_("Give the reason of the extension.")]})
    assert actor.user is not None  # nobody works in a department without an account
    deadline = _running(case, rules.code, actor)
    _check_length(deadline, total_days)
    if pending_request(case, rules.code) is not None:
        raise InvalidInput({"": [_("A request is waiting for the head's decision already.")]})
    request = ExtensionRequest.objects.create(
        case=case,
        code=rules.code,
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


def extension_decide_on(
    *, case: Case, rules: Extending, actor: Actor, decision: str, note: str = ""
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
    pending = case.extension_requests.filter(code=rules.code, status=Status.PENDING)
    request = pending.select_for_update(of=("self",)).first()
    if request is None:
        raise CaseChanged
    if not decides(case, actor) or request.asked_by_id == (actor.user and actor.user.pk):
        raise ActionNotAllowed(_("Only a head of the handling department decides, and never on the own request."))
    request.status, request.decided_by, request.decided_on = decision, actor.user, actor.today
    request.decision_note = note.strip()
    if decision == Status.APPROVED:
        _approve(case, request, rules, actor)
    else:
        payload = {"reason": request.decision_note}
        event_record(case=case, verb=Verb.EXTENSION_DECLINED, actor=actor, payload=payload)
    request.save()
    assert case.handling_department is not None
    verb = Verb.CLOCK_EXTENDED if decision == Status.APPROVED else Verb.EXTENSION_DECLINED
    tell_department(case, case.handling_department, verb, _due_payload(case, rules.code))
    return request


def extension_end(*, case: Case, actor: Actor) -> None:
    """Decline what is undecided, by nobody: there is no period left to extend. In the caller's transaction."""
    pending = ExtensionRequest.objects.filter(case=case, status=Status.PENDING)
    pending.update(status=Status.DECLINED, decided_on=actor.today)


def _approve(case: Case, request: ExtensionRequest, rules: Extending, actor: Actor) -> None:
    _running(case, rules.code, actor)
    request.extension = clock_extend(
        case=case, code=rules.code, total_days=request.total_days, reason=request.reason, approver=actor
    )
    request.letter = rules.issue_form(case, request, request.extension.deadline, actor)
    rules.tell(case, request, _due_payload(case, rules.code))


def _due_payload(case: Case, code: str) -> dict[str, object]:
    deadline = open_clock(case, code)
    if deadline is None:
        return {}
    return {"period": deadline.period.name, "due": deadline.due, "provisional": deadline.provisional}


def _running(case: Case, code: str, actor: Actor) -> Deadline:
    """The clock, on time: what has run out can't be made longer afterwards."""
    deadline = open_clock(case, code)
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
