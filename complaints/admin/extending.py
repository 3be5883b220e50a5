"""Extensions on the case page: asked by a caseworker, decided by the head."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import INPUT_CLASSES, RADIO_CLASSES

from casework.cases.access import HANDLING_ROLES
from casework.cases.extension.models import ExtensionRequest
from casework.desk.acts import Act
from casework.desk.forms import long_text
from casework.parties.models import Role
from complaints.admin.actions import register_side_act
from complaints.admin.forms import ActionForm
from complaints.admin.matters import extension_matter
from complaints.extension.selectors import decides, handling_clock, pending_request, requests_of
from complaints.extension.services import extension_ask, extension_decide
from complaints.models import ArrearsComplaint
from complaints.respondent.selectors import HANDLING_STATES, handles

GROUP = "extension"


def _radio(label: Any, choices: Any) -> forms.ChoiceField:
    widget = forms.RadioSelect(attrs={"class": " ".join(RADIO_CLASSES)})
    return forms.ChoiceField(
        label=label, choices=choices, widget=widget, error_messages={"required": _("Choose one of these.")}
    )


class AskExtensionForm(ActionForm):
    """Why, and how long in all."""

    ground = _radio(_("ground"), ExtensionRequest.Ground.choices)
    reason = long_text(_("reason"), help_text=_("It stands on the approval form."))
    total_days = forms.IntegerField(
        label=_("days in all from receipt"),
        min_value=1,
        help_text=_("The first period is included; the decree allows at most 90 days in all."),
        widget=forms.NumberInput(attrs={"class": " ".join(INPUT_CLASSES)}),
    )

    def prepare(self) -> None:
        """The longest that the rule allows is proposed."""
        clock = handling_clock(self.complaint)
        if clock is not None and clock.period.hard_cap:
            self.initial["total_days"] = clock.period.hard_cap


class DecideExtensionForm(ActionForm):
    """Approve or decline."""

    decision = _radio(
        _("decision"),
        [(ExtensionRequest.Status.APPROVED, _("Approve")), (ExtensionRequest.Status.DECLINED, _("Decline"))],
    )
    note = long_text(_("opinion"), help_text=_("Required when it is declined."), required=False, rows=3)


def extension_context(complaint: ArrearsComplaint) -> dict[str, Any]:
    """What the section shows."""
    return {"extension_requests": requests_of(complaint), "in_handling": complaint.state in HANDLING_STATES}


register_side_act(
    Act(
        name="ask_extension",
        label=_("Ask for an extension"),
        tone="neutral",
        confirm="",
        form=AskExtensionForm,
        command=extension_ask,
        intro=_("The head decides. Until then the period runs as it is (Decree 802 art. 25)."),
        done=_("The request is with the head."),
        allowed=lambda roles: bool(roles & set(HANDLING_ROLES)),
        possible=lambda complaint: (
            complaint.state in HANDLING_STATES
            and handling_clock(complaint) is not None
            and pending_request(complaint) is None
        ),
        group=GROUP,
        who=handles,
    )
)
register_side_act(
    Act(
        name="decide_extension",
        label=_("Decide on the extension"),
        tone="primary",
        confirm=_("An approval extends the period, issues the approval form and tells the complainant."),
        form=DecideExtensionForm,
        command=extension_decide,
        intro=_("Approve or decline the request. Nobody decides on the own request."),
        done=_("The decision is recorded."),
        allowed=lambda roles: Role.DEPARTMENT_HEAD in roles,
        possible=lambda complaint: complaint.state in HANDLING_STATES and pending_request(complaint) is not None,
        group=GROUP,
        about=extension_matter,
        who=lambda complaint, actor: (
            decides(complaint, actor)
            and ((request := pending_request(complaint)) is None or request.asked_by != actor.user)
        ),
    )
)
