"""The credit record's table of moves: every state, every action, who may take it and when.

A checked-in table (docs/flow/credit_record.csv) of (state, action, role, allowed) is compared with it by a test, and
the diagram in docs/ is drawn from it.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.cases.flow import Flow, move
from casework.parties.models import Role

KIND = "credit_record"


class State(models.TextChoices):
    """Where a record stands."""

    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("Proposed, the subject is to be heard")
    NOTICED = "noticed", _("Prior notice given")
    SUBMITTED = "submitted", _("Put forward for decision")
    IN_FORCE = "in_force", _("In force, not published")
    PUBLISHED = "published", _("In force and published")
    DROPPED = "dropped", _("Dropped")
    REPAIRED = "repaired", _("Repaired")
    EXPIRED = "expired", _("Expired")
    ANNULLED = "annulled", _("Annulled")


FINAL_STATES = (State.DROPPED, State.REPAIRED, State.EXPIRED, State.ANNULLED)
BEFORE_DECISION = (State.PROPOSED, State.NOTICED, State.SUBMITTED)
# Only in these does a record have an effect: publication, sharing, measures.
EFFECTIVE = (State.IN_FORCE, State.PUBLISHED)
OFFICER, HEAD = (Role.CREDIT_OFFICER,), (Role.DEPARTMENT_HEAD,)


class CreditRecordFlow(models.Model):
    """The moves of a record (Decree 802 art. 26; NDRC Order 36; 国办发〔2020〕49号 points 6-8). Each body is empty."""

    class Meta:
        abstract = True

    @move(
        source=[State.DRAFT],
        target=State.PROPOSED,
        roles=(Role.RECEIVING_CLERK, Role.HANDLING_CASEWORKER, Role.CREDIT_OFFICER),
        label=_("Propose"),
        tone="primary",
    )
    def propose(self) -> None:
        """With the finding of a competent authority; without one there is no record."""

    @move(
        source=[State.PROPOSED],
        target=State.NOTICED,
        roles=OFFICER,
        label=_("Give prior notice"),
        tone="primary",
        confirm=_("The notice tells the subject facts, basis and rights. It can't be taken back."),
    )
    def give_notice(self) -> None:
        """Facts, basis, intended measures and rights, before anything is decided (国办发〔2020〕49号 point 8)."""

    @move(
        source=[State.NOTICED],
        target=State.SUBMITTED,
        roles=OFFICER,
        label=_("Put forward for decision"),
        tone="primary",
    )
    def put_forward(self) -> None:
        """When the subject was heard, or let its time pass."""

    @move(
        source=[State.SUBMITTED],
        target=State.NOTICED,
        roles=HEAD,
        label=_("Send back"),
        tone="neutral",
    )
    def send_back(self) -> None:
        """Something is missing or has to be looked at again."""

    @move(
        source=[State.SUBMITTED],
        target=State.IN_FORCE,
        roles=HEAD,
        label=_("Decide: enter the record"),
        tone="primary",
        confirm=_("The record takes effect with its measures. Decision and repair notice go to the subject together."),
    )
    def decide(self) -> None:
        """By another person than those who proposed and put it forward."""

    @move(
        source=[State.PROPOSED, State.NOTICED, State.SUBMITTED],
        target=State.DROPPED,
        roles=HEAD,
        label=_("Drop"),
        tone="danger",
        confirm=_("There will be no record. The subject is told if it had notice."),
    )
    def drop(self) -> None:
        """The conditions are not met, or the subject convinced."""

    @move(
        source=[State.IN_FORCE],
        target=State.PUBLISHED,
        roles=OFFICER,
        label=_("Publish"),
        tone="primary",
        confirm=_("Everybody can read the record from now on, and the platforms of its class get it."),
    )
    def publish(self) -> None:
        """As decided, within the limits of the class."""

    @move(
        source=[State.IN_FORCE, State.PUBLISHED],
        target=State.REPAIRED,
        roles=HEAD,
        label=_("Grant repair"),
        tone="primary",
        confirm=_("Publication, sharing and measures end today, and the platforms are told to withdraw the record."),
    )
    def repair(self) -> None:
        """The conditions are met: everything ends together (NDRC Order 36 art. 3)."""

    @move(
        source=[State.NOTICED, State.SUBMITTED, State.IN_FORCE, State.PUBLISHED],
        target=State.ANNULLED,
        roles=HEAD,
        label=_("Annul"),
        tone="danger",
        confirm=_("The record ends as if it had not been: publication and measures stop, the platforms are told."),
    )
    def annul(self) -> None:
        """Its finding was set aside, or it was wrong."""

    @move(
        source=[State.IN_FORCE, State.PUBLISHED],
        target=State.EXPIRED,
        roles=(),
        label=_("Expire"),
    )
    def expire(self) -> None:
        """The longest period is over: the system does it, nobody else, and nobody prevents it."""


FLOW = Flow(CreditRecordFlow, State, FINAL_STATES)
