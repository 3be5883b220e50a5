"""The frame of a report's commands: a move of the flow, a change beside it, and telling the reporter."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from casework.cases.actors import Actor
from casework.cases.commands import case_end, case_move, locked_case, locked_running_case
from casework.cases.extension.services import extension_end
from casework.cases.notify import Address, notify_complainant, occasion
from casework.cases.verbs import Verb
from casework.parties.models import Role
from fees.report.flow import FINAL_STATES, FLOW, State
from fees.report.models import FeeReport


@contextmanager
def flow_command(report: FeeReport, action: str, actor: Actor, version: int | None) -> Iterator[FeeReport]:
    """Lock, check the table of moves and move; the body does the rest in the same transaction or undoes all."""
    with locked_case(FeeReport, report.pk, version) as case:
        was_verified = case.state == State.VERIFYING
        case_move(case=case, flow=FLOW, action=action, actor=actor)
        yield case
        if was_verified:
            extension_end(case=case, actor=actor)
        if case.state in FINAL_STATES:
            case_end(case=case, actor=actor)


@contextmanager
def side_command(report: FeeReport, roles: Collection[Role], actor: Actor, version: int | None) -> Iterator[FeeReport]:
    """Lock a report that runs, for what one of these roles may do beside the moves of the flow."""
    with locked_running_case(FeeReport, report.pk, roles, actor, version) as case:
        yield case


def tell_reporter(case: FeeReport, verb: Verb) -> None:
    """By mail (`templates/mail/<verb>.txt`) and in the inbox of the account that reported; never with names."""
    notify_complainant(
        case=case,
        to=Address(case.contact_email, case.contact_name, case.contact_phone),
        verb=verb,
        payload={"item": case.item},
        key=occasion(case, verb),
    )
