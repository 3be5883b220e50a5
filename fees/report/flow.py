"""The fee report's table of moves: every state, every action, who may take it and when.

A checked-in table (docs/flow/fee_report.csv) of (state, action, role, allowed) is compared with it by a test, and the
diagram in docs/ is drawn from it.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.cases.flow import Flow, move
from casework.parties.models import Role

KIND = "fee_report"
# The list of kinds of evidence that filers choose from.
EVIDENCE_KINDS = "fee.evidence"


class State(models.TextChoices):
    """Where a report stands."""

    DRAFT = "draft", _("Draft")
    REGISTERED = "registered", _("Registered, to be accepted or refused")
    ACCEPTED = "accepted", _("Accepted, to be assigned")
    REFUSED = "refused", _("Refused")
    REDIRECTED = "redirected", _("Redirected to another authority")
    MERGED = "merged", _("Merged into an earlier report")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    TRANSFERRED = "transferred", _("Assigned, receipt to be confirmed")
    VERIFYING = "verifying", _("Under verification")
    VIOLATION_FOUND = "violation_found", _("Violation found, to be put right")
    CONCLUDED = "concluded", _("Concluded, to be answered")
    FED_BACK = "fed_back", _("Answered")
    CLOSED = "closed", _("Closed")


FINAL_STATES = (State.REFUSED, State.REDIRECTED, State.MERGED, State.WITHDRAWN, State.CLOSED)
# A department has it and works on it.
HANDLED_STATES = (State.TRANSFERRED, State.VERIFYING, State.VIOLATION_FOUND, State.CONCLUDED, State.FED_BACK)


def has_handling_department(case: Any) -> bool:
    """Whether a department verified it: only there it can be taken up again."""
    return case.handling_department_id is not None


class FeeReportFlow(models.Model):
    """The moves of a report (国办函〔2025〕30号, point 2(5)). Each body is empty: services do the work around it."""

    class Meta:
        abstract = True

    @move(
        source=[State.DRAFT],
        target=State.REGISTERED,
        roles=(Role.COMPLAINANT, Role.RECEIVING_CLERK),
        label=_("Register"),
        tone="primary",
    )
    def submit(self) -> None:
        """It arrived, by whatever way."""

    @move(
        source=[State.REGISTERED],
        target=State.ACCEPTED,
        roles=(Role.RECEIVING_CLERK,),
        label=_("Accept"),
        tone="primary",
    )
    def accept(self) -> None:
        """It is to be looked into."""

    @move(
        source=[State.REGISTERED],
        target=State.REFUSED,
        roles=(Role.RECEIVING_CLERK,),
        label=_("Refuse"),
        tone="danger",
        confirm=_("A refusal ends the report and tells the reporter why. It can't be undone."),
    )
    def refuse(self) -> None:
        """On a ground of the list, with reasons."""

    @move(
        source=[State.REGISTERED, State.ACCEPTED],
        target=State.REDIRECTED,
        roles=(Role.RECEIVING_CLERK,),
        label=_("Redirect"),
        tone="danger",
        confirm=_("The report ends here. The reporter is told which authority is competent and why."),
    )
    def redirect(self) -> None:
        """Another way is the right one: a court, the petition office, the consumer line, an arrears complaint."""

    @move(
        source=[State.REGISTERED],
        target=State.MERGED,
        roles=(Role.RECEIVING_CLERK,),
        label=_("Merge into an earlier report"),
        tone="neutral",
        confirm=_("What is new goes to the earlier report, whose verification period begins anew. This one ends."),
    )
    def merge(self) -> None:
        """The same fact with something new (SAMR Order 121 art. 35)."""

    @move(
        source=[State.REGISTERED],
        target=State.WITHDRAWN,
        roles=(Role.COMPLAINANT,),
        label=_("Withdraw the report"),
        tone="danger",
        confirm=_("Withdrawing ends the report. You can report again at any time."),
    )
    def withdraw(self) -> None:
        """Before it is accepted; afterwards the authority looks into it whatever the reporter wants."""

    @move(
        source=[State.ACCEPTED],
        target=State.TRANSFERRED,
        roles=(Role.RECEIVING_CLERK,),
        label=_("Assign"),
        tone="primary",
    )
    def transfer(self) -> None:
        """To the department that the routes name."""

    @move(
        source=[State.TRANSFERRED, State.VERIFYING],
        target=State.ACCEPTED,
        roles=(Role.RECEIVING_CLERK,),
        label=_("Take back"),
        tone="neutral",
        confirm=_("The report comes back to your department and is to be assigned anew. Its clocks keep running."),
    )
    def take_back(self) -> None:
        """The sender agrees that another department is competent, or the common superior said so."""

    @move(
        source=[State.TRANSFERRED],
        target=State.VERIFYING,
        roles=(Role.HANDLING_CASEWORKER,),
        label=_("Confirm receipt and verify"),
        tone="primary",
    )
    def receive(self) -> None:
        """The verification period begins."""

    @move(
        source=[State.VERIFYING],
        target=State.VIOLATION_FOUND,
        roles=(Role.HANDLING_CASEWORKER,),
        label=_("Record a violation"),
        tone="primary",
        confirm=_("The finding is kept as it is written and ends the verification period."),
    )
    def find_violation(self) -> None:
        """With the categories of the list, the conduct and the sums."""

    @move(
        source=[State.VERIFYING],
        target=State.CONCLUDED,
        roles=(Role.HANDLING_CASEWORKER,),
        label=_("Record that none was found"),
        tone="neutral",
        confirm=_("The finding is kept as it is written and ends the verification period."),
    )
    def find_nothing(self) -> None:
        """There is no violation, or it can't be verified."""

    @move(
        source=[State.VIOLATION_FOUND],
        target=State.CONCLUDED,
        roles=(Role.HANDLING_CASEWORKER,),
        label=_("Conclude"),
        tone="primary",
    )
    def conclude(self) -> None:
        """Every order has its outcome."""

    @move(
        source=[State.CONCLUDED],
        target=State.FED_BACK,
        roles=(Role.HANDLING_CASEWORKER,),
        label=_("Answer the reporter"),
        tone="primary",
        confirm=_("The result letter goes to the reporter and to the department that registered the report."),
    )
    def feed_back(self) -> None:
        """The result to the reporter, and to the department that registered it."""

    @move(
        source=[State.FED_BACK],
        target=State.CLOSED,
        roles=(Role.RECEIVING_CLERK, Role.HANDLING_CASEWORKER),
        label=_("Close the report"),
        tone="primary",
        confirm=_("A closed report is reopened only for new facts."),
    )
    def close(self) -> None:
        """With a reason of the list."""

    @move(
        source=[State.CLOSED],
        target=State.VERIFYING,
        roles=(Role.RECEIVING_CLERK, Role.HANDLING_CASEWORKER),
        label=_("Reopen"),
        tone="neutral",
        confirm=_("The report is verified again because of the new facts; a new verification period begins."),
        conditions=(has_handling_department,),
    )
    def reopen(self) -> None:
        """New facts, and nothing else, reopen an ended report."""


FLOW = Flow(FeeReportFlow, State, FINAL_STATES)
