"""Who handles a case: classing the respondent, and what becomes of a complaint that went to the wrong department."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from casework.cases.actors import Actor
from casework.cases.errors import InvalidInput
from casework.cases.terms import term_in_force
from casework.cases.timeline import event_record
from casework.cases.transfer.models import Ownership
from casework.cases.transfer.returns import (
    DECIDING_ROLES,
    DESIGNATING_ROLES,
    RETURNING_ROLES,
    return_ask,
    return_decline,
    return_designate,
    return_take_back,
)
from casework.cases.verbs import Verb
from casework.parties.models import Department, Role
from casework.parties.validators import clean_credit_code, validate_credit_code
from complaints.commands import flow_command, side_command, tell_complainant
from complaints.models import ArrearsComplaint
from complaints.transfer.routes import SECTORS

CLASSING_ROLES = frozenset({Role.RECEIVING_CLERK, Role.HANDLING_CASEWORKER})


def complaint_classify(
    *,
    complaint: ArrearsComplaint,
    actor: Actor,
    ownership: str,
    sector: str = "",
    respondent_code: str = "",
    version: int | None = None,
) -> ArrearsComplaint:
    """Say to whom the respondent belongs and what it works in: who is in charge of it handles the case (art. 25(1)).

    Args:
        ownership: a value of `Ownership`.
        sector: a code of the list `arrears.sector`; "" for none of them.
        respondent_code: its unified social credit code, where the complainant didn't know it or mistook it; "" leaves
            what is known.
    Raises:
        InvalidInput: not in the lists, or no such code.
    """
    if ownership not in Ownership.values:
        raise InvalidInput({"ownership": [_("Choose one of the list.")]})
    term = term_in_force(SECTORS, sector, actor.today)
    if sector and term is None:
        raise InvalidInput({"sector": [_("Choose one of the list.")]})
    code = _checked_code(respondent_code, complaint)
    with side_command(complaint, CLASSING_ROLES, actor, version) as case:
        case.respondent_ownership, case.respondent_sector = ownership, sector
        case.respondent_code = code or case.respondent_code
        classes = [str(Ownership(ownership).label), *([term.label] if term else []), *([code] if code else [])]
        payload = {"ownership": ownership, "sector": sector, "classes": classes}
        event_record(case=case, verb=Verb.CLASSIFIED, actor=actor, payload=payload)
    return case


def _checked_code(given: str, complaint: ArrearsComplaint) -> str:
    code = clean_credit_code(given)
    if not code:
        return ""
    try:
        validate_credit_code(code)
    except ValidationError as error:
        raise InvalidInput({"respondent_code": error.messages}) from error
    if code == complaint.complainant_code:
        raise InvalidInput({"respondent_code": [_("This is the code of the one who complains. Enter the debtor's.")]})
    return code


def complaint_ask_return(
    *, complaint: ArrearsComplaint, actor: Actor, reason: str, target: Department, version: int | None = None
) -> ArrearsComplaint:
    """Ask to return a misrouted case, within the time to object. Until it is decided the case stays.

    Args and raises: those of `return_ask`.
    """
    with side_command(complaint, RETURNING_ROLES, actor, version) as case:
        return_ask(case=case, reason=reason, target=target, actor=actor)
    return case


def complaint_take_back(
    *, complaint: ArrearsComplaint, actor: Actor, note: str = "", version: int | None = None
) -> ArrearsComplaint:
    """Agree to a return. The case is to be transferred anew within the old time; a handling clock that runs runs on.

    Raises:
        InvalidInput: no return is asked for, or the common superior has to decide first.
    """
    with flow_command(complaint, "take_back", actor, version) as case:
        return_take_back(case=case, note=note, actor=actor)
        tell_complainant(case, Verb.TAKEN_BACK)
    return case


def complaint_decline_return(
    *, complaint: ArrearsComplaint, actor: Actor, reason: str, version: int | None = None
) -> ArrearsComplaint:
    """Decline a return with reasons; the handling department keeps the case, or asks the common superior.

    Raises: those of `return_decline`.
    """
    with side_command(complaint, DECIDING_ROLES, actor, version) as case:
        return_decline(case=case, reason=reason, actor=actor)
    return case


def complaint_designate(
    *,
    complaint: ArrearsComplaint,
    actor: Actor,
    department: Department,
    reason: str,
    version: int | None = None,
) -> ArrearsComplaint:
    """Decide, as common superior, who handles the case. It binds: the sender carries it out.

    Args and raises: those of `return_designate`.
    """
    with side_command(complaint, DESIGNATING_ROLES, actor, version) as case:
        return_designate(case=case, department=department, reason=reason, actor=actor)
    return case
