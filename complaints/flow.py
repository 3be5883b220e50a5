"""The arrears complaint's table of moves: every state, every action, who may take it and when.

A checked-in table (docs/flow/arrears.csv) of (state, action, role, allowed) is compared with it by a test, and the
diagram in docs/ is drawn from it.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.cases.flow import Flow, move
from casework.parties.models import Role

KIND = "arrears"
# The list of kinds of evidence that filers choose from.
EVIDENCE_KINDS = "arrears.evidence"


class State(models.TextChoices):
    """Where an arrears complaint stands."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted, under review")
    CORRECTION_REQUESTED = "correction_requested", _("Correction requested")
    ACCEPTED = "accepted", _("Accepted, to be transferred")
    REFUSED = "refused", _("Refused")
    TRANSFERRED = "transferred", _("Transferred, receipt to be confirmed")
    RECEIVED = "received", _("Received by the handling department")
    IN_HANDLING = "in_handling", _("In handling")
    RESOLVED = "resolved", _("Result fed back")
    FOLLOW_UP = "follow_up", _("Repayment plan under follow-up")
    CLOSED = "closed", _("Closed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    LAPSED = "lapsed", _("Lapsed: not corrected in time")
    TERMINATED = "terminated", _("Terminated")


FINAL_STATES = (State.REFUSED, State.CLOSED, State.WITHDRAWN, State.LAPSED, State.TERMINATED)
_BEFORE_RESULT = [
    State.SUBMITTED,
    State.CORRECTION_REQUESTED,
    State.ACCEPTED,
    State.TRANSFERRED,
    State.RECEIVED,
    State.IN_HANDLING,
]


_TERMINATION = _("A termination ends the case without a result and sends the decision to the complainant.")


def has_handling_department(case: Any) -> bool:
    """Whether a department has the case to handle; before its transfer, and after a return, none has."""
    return case.handling_department_id is not None


def has_no_handling_department(case: Any) -> bool:
    """Whether the case is still, or again, to be transferred."""
    return not has_handling_department(case)


class ArrearsFlow(models.Model):
    """The moves of an arrears complaint (Decree 802 arts 24-25). Each body is empty: services do the work around it."""

    class Meta:
        abstract = True

    @move(source=[State.DRAFT], target=State.SUBMITTED, roles=(Role.COMPLAINANT,), label=_("Submit"), tone="primary")
    def submit(self) -> None:
        """The complainant files it."""

    @move(
        source=[State.SUBMITTED],
        target=State.CORRECTION_REQUESTED,
        roles=(Role.RECEIVING_CLERK,),
        label=_("Ask for correction"),
        tone="neutral",
    )
    def request_correction(self) -> None:
        """Everything missing is asked for at once."""

    @move(
        source=[State.CORRECTION_REQUESTED],
        target=State.SUBMITTED,
        roles=(Role.COMPLAINANT,),
        label=_("Answer the correction request"),
        tone="primary",
    )
    def answer_correction(self) -> None:
        """With complete material the review begins anew."""

    @move(
        source=[State.CORRECTION_REQUESTED],
        target=State.LAPSED,
        roles=(Role.RECEIVING_CLERK,),
        label=_("Record that it lapsed"),
        tone="danger",
        confirm=_("The complainant did not answer in time. The case ends; a new complaint is possible at any time."),
    )
    def lapse(self) -> None:
        """No answer to the correction request in time, without good cause: taken as given up."""

    @move(
        source=[State.SUBMITTED],
        target=State.ACCEPTED,
        roles=(Role.RECEIVING_CLERK,),
        label=_("Accept"),
        tone="primary",
    )
    def accept(self) -> None:
        """Formal acceptance: the 10 working days to transfer begin (art. 25(1))."""

    @move(
        source=[State.SUBMITTED],
        target=State.REFUSED,
        roles=(Role.RECEIVING_CLERK,),
        label=_("Refuse"),
        tone="danger",
        confirm=_("A refusal ends the case and sends a refusal notice. It can't be undone."),
    )
    def refuse(self) -> None:
        """Refusal on a numbered ground, with reasons."""

    @move(
        source=[State.ACCEPTED],
        target=State.TRANSFERRED,
        roles=(Role.RECEIVING_CLERK,),
        label=_("Transfer"),
        tone="primary",
    )
    def transfer(self) -> None:
        """To the handling department (art. 25(1))."""

    @move(
        source=[State.TRANSFERRED, State.RECEIVED, State.IN_HANDLING],
        target=State.ACCEPTED,
        roles=(Role.RECEIVING_CLERK,),
        label=_("Take back"),
        tone="neutral",
        confirm=_("The case comes back to your department and is to be transferred anew. Its clocks keep running."),
    )
    def take_back(self) -> None:
        """The sender agrees to the return of a misrouted case; the clocks that run keep running."""

    @move(
        source=[State.TRANSFERRED],
        target=State.RECEIVED,
        roles=(Role.HANDLING_CASEWORKER,),
        label=_("Confirm receipt"),
        tone="primary",
    )
    def receive(self) -> None:
        """Receipt of the material starts the 30 days (art. 25(2))."""

    @move(
        source=[State.RECEIVED],
        target=State.IN_HANDLING,
        roles=(Role.HANDLING_CASEWORKER,),
        label=_("Begin handling"),
        tone="primary",
    )
    def start_handling(self) -> None:
        """A person takes it up."""

    @move(
        source=[State.IN_HANDLING],
        target=State.RESOLVED,
        roles=(Role.HANDLING_CASEWORKER,),
        label=_("Feed back the result"),
        tone="primary",
        confirm=_("The result letter goes to the complainant and to the receiving department."),
    )
    def resolve(self) -> None:
        """The written result to complainant and receiving department (art. 25(2))."""

    @move(
        source=[State.RECEIVED, State.IN_HANDLING],
        target=State.TERMINATED,
        roles=(Role.HANDLING_CASEWORKER,),
        label=_("Terminate"),
        tone="danger",
        confirm=_TERMINATION,
    )
    @move(
        source=[State.ACCEPTED, State.TRANSFERRED],
        target=State.TERMINATED,
        roles=(Role.RECEIVING_CLERK,),
        label=_("Terminate"),
        tone="danger",
        confirm=_TERMINATION,
    )
    def terminate(self) -> None:
        """The end without a result, on a ground of the list, by the department that has the case."""

    @move(
        source=[State.RESOLVED],
        target=State.FOLLOW_UP,
        roles=(Role.RECEIVING_CLERK, Role.HANDLING_CASEWORKER),
        label=_("Follow the repayment plan"),
        tone="primary",
    )
    def follow_up(self) -> None:
        """A signed plan keeps the case open until its last instalment."""

    @move(
        source=[State.RESOLVED, State.FOLLOW_UP],
        target=State.CLOSED,
        roles=(Role.RECEIVING_CLERK, Role.HANDLING_CASEWORKER),
        label=_("Close the case"),
        tone="primary",
        confirm=_("A closed case is reopened only for new facts."),
    )
    def close(self) -> None:
        """Closing with a reason of the list."""

    @move(
        source=[State.CLOSED, State.TERMINATED],
        target=State.IN_HANDLING,
        roles=(Role.RECEIVING_CLERK, Role.HANDLING_CASEWORKER),
        label=_("Reopen"),
        tone="neutral",
        confirm=_("The case is handled again because of the new facts; a new handling period begins."),
        conditions=(has_handling_department,),
    )
    def reopen(self) -> None:
        """New facts or reasons, and nothing else, reopen an ended case."""

    @move(
        source=[State.TERMINATED],
        target=State.ACCEPTED,
        roles=(Role.RECEIVING_CLERK,),
        label=_("Reopen for transfer"),
        tone="neutral",
        confirm=_("The case is to be transferred because of the new facts; a new time to transfer it begins."),
        conditions=(has_no_handling_department,),
    )
    def reopen_for_transfer(self) -> None:
        """New facts on a case that ended with no department to handle it: it takes its way from the acceptance."""

    @move(
        source=_BEFORE_RESULT,
        target=State.WITHDRAWN,
        roles=(Role.COMPLAINANT,),
        label=_("Withdraw the complaint"),
        tone="danger",
        confirm=_("Withdrawing ends the case. You can file a new complaint at any time."),
    )
    def withdraw(self) -> None:
        """The complainant ends it."""


FLOW = Flow(ArrearsFlow, State, FINAL_STATES)
ACTIONS = FLOW.actions
action_custom, action_edges = FLOW.custom, FLOW.edges
can_take, is_allowed = FLOW.can_take, FLOW.is_allowed
