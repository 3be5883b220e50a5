"""The way of a case on its page: class of the respondent, hops, return, designation; and the routes' own list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelect2Widget, UnfoldAdminSelectWidget

from casework.cases.actors import Actor
from casework.cases.terms import terms_in_force
from casework.desk.acts import Act
from casework.desk.forms import long_text
from casework.parties.admin_perms import SYSTEM, RolePermissions
from casework.parties.models import Department
from casework.staff_site import StaffModelAdmin
from complaints.admin.actions import register_side_act
from complaints.admin.forms import ActionForm
from complaints.admin.matters import return_matter
from complaints.flow import State
from complaints.models import ArrearsComplaint, RespondentType
from complaints.transfer import services
from complaints.transfer.hops import pending_return, standing_hop
from complaints.transfer.models import Hop, Ownership, Route
from complaints.transfer.routes import handling_departments_for, suggestion_for
from complaints.transfer.superiors import is_common_superior


def sector_choices() -> list[tuple[str, str]]:
    """The sectors in force, after an empty choice."""
    return [("", "—"), *((term.code, str(term)) for term in terms_in_force("arrears.sector", timezone.localdate()))]


class ClassifyForm(ActionForm):
    """To whom the respondent belongs, and what it works in."""

    ownership = forms.ChoiceField(
        label=_("belongs to"), choices=[("", "—"), *Ownership.choices], widget=UnfoldAdminSelectWidget
    )
    sector = forms.ChoiceField(label=_("sector"), required=False, widget=UnfoldAdminSelectWidget)

    def prepare(self) -> None:
        """The sectors in force, and what was set before."""
        field = self.fields["sector"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = sector_choices()
        self.initial["ownership"] = self.complaint.respondent_ownership
        self.initial["sector"] = self.complaint.respondent_sector


class DepartmentForm(ActionForm):
    """A department that can have the case."""

    department_field = ""

    def prepare(self) -> None:
        """Those that handle complaints there."""
        field = self.fields[self.department_field]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = handling_departments_for(self.complaint).order_by("division_id", "name")


class AskReturnForm(DepartmentForm):
    """Why not here, and where instead."""

    department_field = "target"
    target = forms.ModelChoiceField(
        label=_("department that should handle it"),
        queryset=Department.objects.none(),
        empty_label=_("Choose a department"),
        widget=UnfoldAdminSelect2Widget,
    )
    reason = long_text(_("reason"), help_text=_("Which rule or fact makes the other department competent."), rows=3)


class DeclineReturnForm(ActionForm):
    """Why the department keeps it."""

    reason = long_text(_("reason"), help_text=_("The department can then ask the common superior."), rows=3)


class DesignateForm(DepartmentForm):
    """Who handles it."""

    department_field = "department"
    department = forms.ModelChoiceField(
        label=_("handling department"),
        queryset=Department.objects.none(),
        empty_label=_("Choose a department"),
        widget=UnfoldAdminSelect2Widget,
    )
    reason = long_text(_("reason"), rows=3)


def _may_ask_return(complaint: ArrearsComplaint) -> bool:
    hop = standing_hop(complaint)
    is_free = hop is not None and hop.status != Hop.Status.RETURN_ASKED and hop.designated_id is None
    return is_free and complaint.state in services.RETURNABLE


def _waits_for_sender(complaint: ArrearsComplaint) -> bool:
    hop = pending_return(complaint)
    return hop is not None and hop.escalated_on is None


def _waits_for_superior(complaint: ArrearsComplaint) -> bool:
    hop = pending_return(complaint)
    return hop is not None and hop.escalated_on is not None and hop.designated_id is None


def _is_superior(complaint: ArrearsComplaint, actor: Actor) -> bool:
    hop = pending_return(complaint)
    return hop is not None and is_common_superior(actor.user, hop)


register_side_act(
    Act(
        name="classify",
        label=_("Set ownership and sector"),
        tone="neutral",
        confirm="",
        form=ClassifyForm,
        command=services.complaint_classify,
        intro=_("Who is in charge of the respondent handles the case (Decree 802 art. 25)."),
        done=_("Ownership and sector are set."),
        allowed=lambda roles: bool(roles & services.CLASSING_ROLES),
        possible=lambda complaint: not complaint.is_ended,
        group="hops",
    )
)
register_side_act(
    Act(
        name="ask_return",
        label=_("Ask for the return"),
        tone="neutral",
        confirm=_("Until the sender agrees the case stays with your department."),
        form=AskReturnForm,
        command=services.complaint_ask_return,
        intro=_("Within five working days of the transfer, with the reason and the department that is competent."),
        done=_("The return is asked for."),
        allowed=lambda roles: bool(roles & services.RETURNING_ROLES),
        possible=_may_ask_return,
        group="hops",
    )
)
register_side_act(
    Act(
        name="decline_return",
        label=_("Decline the return"),
        tone="neutral",
        confirm="",
        form=DeclineReturnForm,
        command=services.complaint_decline_return,
        intro=_("The handling department keeps the case."),
        done=_("The return is declined."),
        allowed=lambda roles: bool(roles & services.DECIDING_ROLES),
        possible=_waits_for_sender,
        group="hops",
        about=return_matter,
    )
)
register_side_act(
    Act(
        name="designate",
        label=_("Designate the handling department"),
        tone="primary",
        confirm=_("The designation binds both departments."),
        form=DesignateForm,
        command=services.complaint_designate,
        intro=_("The departments don't agree, or the case goes round: the common superior decides."),
        done=_("The department is designated."),
        allowed=lambda roles: bool(roles & services.DESIGNATING_ROLES),
        possible=_waits_for_superior,
        group="hops",
        about=return_matter,
        who=_is_superior,
    )
)


def hops_context(complaint: ArrearsComplaint, hops: list[Hop]) -> dict[str, Any]:
    """The way of the case, and where it should go next.

    Args:
        hops: as `load_hops` read them.
    """
    waits = complaint.state in (State.SUBMITTED, State.ACCEPTED)
    sectors = dict(sector_choices()) if complaint.respondent_sector else {}
    return {
        "hops": hops,
        "sector_name": sectors.get(complaint.respondent_sector, complaint.respondent_sector),
        "suggestion": suggestion_for(complaint, timezone.localdate()) if waits else None,
    }


class RouteForm(forms.ModelForm):
    """A route's criteria from the lists that complaints use."""

    respondent_type = forms.ChoiceField(
        label=_("kind of party"), required=False, choices=[("", "—"), *RespondentType.choices],
        widget=UnfoldAdminSelectWidget,
    )  # fmt: skip
    sector = forms.ChoiceField(
        label=_("sector"), required=False, choices=sector_choices, widget=UnfoldAdminSelectWidget
    )

    class Meta:
        model = Route
        fields = (
            "respondent_type", "ownership", "sector", "division", "department", "reason", "citation", "certainty",
            "effective_from", "effective_to",
        )  # fmt: skip


@admin.register(Route)
class RouteAdmin(RolePermissions, StaffModelAdmin):
    """Where complaints go. A route never changes and never goes: it gets an end, and another one begins."""

    view_roles = add_roles = change_roles = SYSTEM
    form = RouteForm
    list_display = (
        "department", "respondent_type", "ownership", "sector", "division", "reason", "certainty", "effective_from",
        "effective_to",
    )  # fmt: skip
    list_filter = ("ownership", "certainty")
    search_fields = ("department__name", "reason", "citation")
    list_select_related = ("department", "division")
    autocomplete_fields = ("division", "department")

    def get_readonly_fields(self, request: Any, obj: Any = None) -> tuple[str, ...]:
        """Only the end of an existing route is open."""
        return tuple(name for name in RouteForm.Meta.fields if name != "effective_to") if obj else ()
