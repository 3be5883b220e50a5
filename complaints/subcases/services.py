"""The commands of side matters: ask who decides, keep what came of it. Each matter has its own clock on the case."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import override

from casework.cases.access import HANDLING_ROLES, RECEIVING_ROLES, roles_on
from casework.cases.actors import Actor
from casework.cases.commands import clock_cancel, clock_meet, clock_start, locked_case
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.notify import notify_department
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.clocks.models import OPEN_STATUSES, Deadline
from casework.parties.models import Role
from complaints.models import ArrearsComplaint
from complaints.subcases import letters
from complaints.subcases.models import SubCase
from complaints.subcases.selectors import (
    CLOCKS,
    CONFIRMED,
    OUTCOMES,
    RECEIVABLE_CLOCK,
    REFUSED,
    SIZE_CLOCK,
    Kind,
    Status,
    can_dispute_size,
    can_request_receivable,
    can_send_receivable,
    open_subcase,
    open_subcases,
)
from complaints.subcases.words import outcome_words

WORKING_ROLES = frozenset({*RECEIVING_ROLES, *HANDLING_ROLES})


def size_dispute_begin(
    *, complaint: ArrearsComplaint, actor: Actor, asked_of: str, request: str, version: int | None = None
) -> SubCase:
    """Ask the department for SME promotion where the enterprise is located to decide its size (Decree 802 art. 29(2)).

    Args:
        asked_of: that department, at county level or above.
        request: what is disputed, and what each side says.
    Raises:
        InvalidInput: a field is empty.
        CaseChanged: one is open already, or the case has ended.
    """
    _require(asked_of=asked_of, request=request)
    with locked_case(ArrearsComplaint, complaint.pk, version) as case:
        _check(case, actor, can_dispute_size)
        deadline = clock_start(case=case, code=SIZE_CLOCK, on=actor.today, actor=actor)
        letter = letters.issue_size_dispute_request(
            case, asked_of=asked_of.strip(), request=request.strip(), deadline=deadline, actor=actor
        )
        matter = _begin(case, Kind.SIZE_DISPUTE, asked_of, request, actor)
        matter.letter = letter
        matter.save(update_fields=["letter"])
        case.updated_at = actor.moment
    return matter


def receivable_request(
    *, complaint: ArrearsComplaint, actor: Actor, request: str, version: int | None = None
) -> SubCase:
    """The complainant requests the confirmation of the debt: the 30 days run from this day (Decree 802 art. 16(2)).

    The department then sends the letter with `receivable_send`.

    Raises:
        ActionNotAllowed: not the complainant.
        CaseChanged: one is open already, or the case is not accepted or has ended.
    """
    _require(request=request)
    with locked_case(ArrearsComplaint, complaint.pk, version) as case:
        if Role.COMPLAINANT not in roles_on(actor, case):
            raise ActionNotAllowed
        if not can_request_receivable(case):
            raise CaseChanged
        clock_start(case=case, code=RECEIVABLE_CLOCK, on=actor.today, actor=actor)
        matter = _begin(case, Kind.RECEIVABLE, case.respondent_name, request, actor)
        notify_department(
            case=case,
            department=case.handling_department or case.receiving_department,
            verb=Verb.SUBCASE_BEGUN,
            payload={"asked_of": case.respondent_name},
            key=f"{case.reference}-subcase-{matter.pk}",
        )
        case.updated_at = actor.moment
    return matter


def receivable_send(*, complaint: ArrearsComplaint, actor: Actor, request: str, version: int | None = None) -> SubCase:
    """Send the respondent the letter on confirming the debt; the complainant's open request, or a new matter.

    A clock that runs from the complainant's request runs on.

    Raises:
        InvalidInput: nothing is asked.
        CaseChanged: the letter went out before, or the case is not accepted or has ended.
    """
    _require(request=request)
    with locked_case(ArrearsComplaint, complaint.pk, version) as case:
        _check(case, actor, can_send_receivable)
        deadline = _running(case) or clock_start(case=case, code=RECEIVABLE_CLOCK, on=actor.today, actor=actor)
        matter = open_subcase(case, Kind.RECEIVABLE) or _begin(
            case, Kind.RECEIVABLE, case.respondent_name, request, actor
        )
        matter.letter = letters.issue_receivable_confirmation(
            case, request=request.strip(), requested_on=matter.begun_on, deadline=deadline, actor=actor
        )
        matter.save(update_fields=["letter"])
        case.updated_at = actor.moment
    return matter


def subcase_end(
    *,
    complaint: ArrearsComplaint,
    actor: Actor,
    subcase: int,
    outcome: str,
    note: str,
    amount: Decimal | None = None,
    version: int | None = None,
) -> SubCase:
    """Keep what came of a side matter, or drop it; also after the case has ended.

    Args:
        subcase: its id.
        outcome: a size class, `confirmed`, `refused`, or "" for a matter that is dropped.
        amount: the confirmed amount in yuan, for `confirmed` and nothing else.
        note: reasons and number of the decision.
    Raises:
        InvalidInput: not an open matter of this case, an outcome of another kind, no reasons, or a wrong amount.
        ActionNotAllowed: not one who works on the case.
    """
    _require(note=note)
    with locked_case(ArrearsComplaint, complaint.pk, version) as case:
        _check(case, actor, lambda _case: True)
        matter = next((row for row in open_subcases(case) if row.pk == subcase), None)
        if matter is None:
            raise InvalidInput({"subcase": [_("Choose one of these.")]})
        _check_outcome(matter, outcome, amount)
        matter.status = Status.DECIDED if outcome else Status.DROPPED
        matter.outcome, matter.outcome_amount, matter.outcome_note = outcome, amount, note.strip()
        matter.decided_by, matter.decided_on = actor.user, actor.today
        matter.save()
        _stop_clock(case, matter, actor)
        # The timeline is kept in Chinese, whatever language the caseworker reads.
        with override("zh-hans"):
            words = outcome_words(matter)
        payload = {"kind": matter.kind, "outcome": outcome, "amount": amount, "words": words}
        event_record(case=case, verb=Verb.SUBCASE_ENDED, actor=actor, payload=payload)
        case.updated_at = actor.moment
    return matter


def _begin(case: ArrearsComplaint, kind: str, asked_of: str, request: str, actor: Actor) -> SubCase:
    matter = SubCase.objects.create(
        complaint=case,
        kind=kind,
        number=SubCase.objects.filter(complaint=case, kind=kind).count() + 1,
        asked_of=asked_of.strip(),
        request=request.strip(),
        begun_by=actor.user,
        begun_on=actor.today,
    )
    payload = {"kind": kind, "number": matter.number, "asked_of": matter.asked_of}
    event_record(case=case, verb=Verb.SUBCASE_BEGUN, actor=actor, payload=payload)
    return matter


def _running(case: ArrearsComplaint) -> Deadline | None:
    return case.deadlines.filter(code=RECEIVABLE_CLOCK, status__in=OPEN_STATUSES).first()


def _stop_clock(case: ArrearsComplaint, matter: SubCase, actor: Actor) -> None:
    # A refusal answers the request too, but it doesn't confirm: the law asks for the confirmation.
    if matter.status == Status.DECIDED and matter.outcome != REFUSED:
        clock_meet(case=case, code=CLOCKS[Kind(matter.kind)], on=actor.today, actor=actor)
    else:
        clock_cancel(case=case, code=CLOCKS[Kind(matter.kind)], actor=actor)


def _check(case: ArrearsComplaint, actor: Actor, possible: Callable[[ArrearsComplaint], bool]) -> None:
    if not roles_on(actor, case) & WORKING_ROLES:
        raise ActionNotAllowed
    if not possible(case):
        raise CaseChanged


def _check_outcome(matter: SubCase, outcome: str, amount: Decimal | None) -> None:
    if outcome and outcome not in OUTCOMES[matter.kind]:
        raise InvalidInput({"outcome": [_("This can't come of this matter.")]})
    if (outcome == CONFIRMED) != (amount is not None):
        raise InvalidInput({"amount": [_("Give the confirmed amount, and only for a confirmation.")]})
    if amount is not None and amount <= 0:
        raise InvalidInput({"amount": [_("Give an amount above zero.")]})


def _require(**texts: str) -> None:
    if missing := [name for name, text in texts.items() if not text.strip()]:
        raise InvalidInput({name: [_("Fill in this field.")] for name in missing})
