"""What comes after the result, on the case page: the complainant's satisfaction, new facts, and why it was closed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import RADIO_CLASSES

from casework.cases.models import CitedTerm
from casework.cases.worklog.services import WORKING_ROLES
from casework.desk.acts import Act
from casework.desk.forms import long_text
from complaints.admin.actions import SPECS, ActionSpec, register_side_act
from complaints.admin.forms import ActionForm
from complaints.admin.matters import facts_matter
from complaints.closing import services
from complaints.closing.selectors import can_be_reopened
from complaints.flow import State
from complaints.models import ArrearsComplaint

_LISTS = {State.CLOSED: "arrears.closing", State.TERMINATED: "arrears.termination"}


class TerminateForm(ActionForm):
    """A ground of the list, and the facts that meet it."""

    term_fields = ("ground",)
    ground = forms.ChoiceField(
        label=_("ground"),
        widget=forms.RadioSelect(attrs={"class": " ".join(RADIO_CLASSES)}),
        error_messages={"required": _("Choose a ground of the list.")},
    )
    explanation = long_text(
        _("reasons"), help_text=_("The facts of this case that meet the ground. They stand in the decision.")
    )

    def prepare(self) -> None:
        """The grounds in force."""
        self.offer_terms("ground", "arrears.termination")


class FollowUpForm(ActionForm):
    """A confirmation."""


class ReopenForm(ActionForm):
    """What is new, in the words of who decides."""

    note = long_text(_("note"), help_text=_("It stands in the timeline."), required=False, rows=3)


class DeclineFactsForm(ActionForm):
    """Why nothing is new."""

    reason = long_text(_("reasons"), help_text=_("The complainant reads them."), rows=4)


SPECS["terminate"] = ActionSpec(
    TerminateForm,
    services.complaint_terminate,
    _("For a case that can't come to a result. The complainant gets the decision, the respondent a copy."),
    _("The complaint is terminated. The decision is issued."),
)
SPECS["follow_up"] = ActionSpec(
    FollowUpForm,
    services.complaint_follow_up,
    _("The case stays open until the last instalment of the signed plan is confirmed."),
    _("The plan is followed up."),
)
SPECS["reopen"] = ActionSpec(
    ReopenForm,
    services.complaint_reopen,
    _("The new facts merge into the case. The handling period runs anew from the day on which they were told."),
    _("The case is reopened."),
    facts_matter,
)
SPECS["reopen_for_transfer"] = ActionSpec(
    ReopenForm,
    services.complaint_reopen_for_transfer,
    _("The new facts merge into the case. The time to transfer runs anew from the day on which they were told."),
    _("The case is reopened. It is to be transferred."),
)
register_side_act(
    Act(
        name="decline_facts",
        label=_("No new facts"),
        tone="neutral",
        confirm="",
        form=DeclineFactsForm,
        command=services.new_facts_decline,
        intro=_("The case stays as it is. The complainant is told and reads your reasons."),
        done=_("The complainant is told."),
        allowed=lambda roles: bool(roles & WORKING_ROLES),
        possible=can_be_reopened,
        group="closing",
        about=facts_matter,
    )
)


def closing_context(complaint: ArrearsComplaint) -> dict[str, Any]:
    """What the section shows."""
    code = complaint.closing_reason or complaint.decision_ground
    vocabulary = _LISTS.get(State(complaint.state))
    terms = CitedTerm.objects.filter(vocabulary=vocabulary, code=code).order_by("-version") if vocabulary else []
    return {
        "end_term": next(iter(terms), None),
        "satisfaction": getattr(complaint, "satisfaction", None),
        "new_facts": list(complaint.new_facts.select_related("decided_by").order_by("-id")),
    }
