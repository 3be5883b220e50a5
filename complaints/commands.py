"""The frame of a complaint's commands: a move of the flow, a change beside it, and telling those concerned."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from casework.cases.actors import Actor
from casework.cases.commands import case_end, case_move, locked_case, locked_running_case
from casework.cases.extension.services import extension_end
from casework.cases.notify import Address, notify_complainant, occasion
from casework.cases.notify import tell_department as tell_department
from casework.cases.notify import tell_people as tell_people
from casework.cases.verbs import Verb
from casework.parties.models import Role
from complaints.flow import FINAL_STATES, FLOW, State
from complaints.models import ArrearsComplaint
from complaints.money.tasks import tasks_end
from complaints.respondent.selectors import HANDLING_STATES
from complaints.respondent.services import feedback_end


@contextmanager
def flow_command(
    complaint: ArrearsComplaint, action: str, actor: Actor, version: int | None
) -> Iterator[ArrearsComplaint]:
    """Lock, check the table of moves and move; the body does the rest in the same transaction or undoes all."""
    with locked_case(ArrearsComplaint, complaint.pk, version) as case:
        was_handled = case.state in HANDLING_STATES
        case_move(case=case, flow=FLOW, action=action, actor=actor)
        yield case
        if was_handled and case.state not in HANDLING_STATES:
            feedback_end(case=case, actor=actor)
            extension_end(case=case, actor=actor)
        if case.state in FINAL_STATES:
            case_end(case=case, actor=actor)
            tasks_end(case=case, actor=actor)


@contextmanager
def side_command(
    complaint: ArrearsComplaint, roles: Collection[Role], actor: Actor, version: int | None
) -> Iterator[ArrearsComplaint]:
    """Lock a case that runs, for what one of these roles may do beside the moves of the flow."""
    with locked_running_case(ArrearsComplaint, complaint.pk, roles, actor, version) as case:
        yield case


def tell_complainant(case: ArrearsComplaint, verb: Verb) -> None:
    """By mail (`templates/mail/<verb>.txt`) and in the inbox of the account that filed."""
    notify_complainant(
        case=case,
        to=Address(case.contact_email, case.contact_name, case.contact_phone),
        verb=verb,
        payload={"state": State(case.state).value, "amount": str(case.amount)},
        key=occasion(case, verb),
    )
