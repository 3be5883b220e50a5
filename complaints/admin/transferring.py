"""What is about arrears in the way of a case on its page: the class of the respondent, and the commands."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from casework.cases.terms import terms_in_force
from casework.cases.transfer.models import Hop, Ownership
from casework.desk import transferring
from casework.desk.acts import Act
from casework.desk.forms import text_field
from complaints.admin.actions import DESK, register_side_act
from complaints.admin.forms import ActionForm
from complaints.flow import State
from complaints.models import ArrearsComplaint
from complaints.transfer import services
from complaints.transfer.routes import RULES, SECTORS


def sector_choices() -> list[tuple[str, str]]:
    """The sectors in force, after an empty choice."""
    return [("", "—"), *((term.code, str(term)) for term in terms_in_force(SECTORS, timezone.localdate()))]


class ClassifyForm(ActionForm):
    """To whom the respondent belongs, and what it works in."""

    ownership = forms.ChoiceField(
        label=_("belongs to"), choices=[("", "—"), *Ownership.choices], widget=UnfoldAdminSelectWidget
    )
    sector = forms.ChoiceField(label=_("sector"), required=False, widget=UnfoldAdminSelectWidget)
    respondent_code = text_field(_("its unified social credit code"), length=18, required=False)

    def prepare(self) -> None:
        """The sectors in force, and what was set before."""
        field = self.fields["sector"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = sector_choices()
        self.initial["ownership"] = self.complaint.respondent_ownership
        self.initial["sector"] = self.complaint.respondent_sector
        self.initial["respondent_code"] = self.complaint.respondent_code


register_side_act(
    Act(
        name="classify",
        label=_("Set ownership, sector and code"),
        tone="neutral",
        confirm="",
        form=ClassifyForm,
        command=services.complaint_classify,
        intro=_("Who is in charge of the respondent handles the case (Decree 802 art. 25)."),
        done=_("What was found out about the respondent is set."),
        allowed=lambda roles: bool(roles & services.CLASSING_ROLES),
        possible=lambda complaint: not complaint.is_ended,
        group=transferring.GROUP,
    )
)
transferring.register_transfer_acts(
    DESK,
    RULES,
    ask_return=services.complaint_ask_return,
    decline_return=services.complaint_decline_return,
    designate=services.complaint_designate,
)


def hops_context(complaint: ArrearsComplaint, hops: list[Hop]) -> dict[str, Any]:
    """The way of the case, where it should go next, and the respondent's sector.

    Args:
        hops: as `load_hops` read them.
    """
    waits = complaint.state in (State.SUBMITTED, State.ACCEPTED)
    sectors = dict(sector_choices()) if complaint.respondent_sector else {}
    return {
        **transferring.hops_context(complaint, hops, waits=waits),
        "sector_name": sectors.get(complaint.respondent_sector, complaint.respondent_sector),
    }
