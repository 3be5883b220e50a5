"""One form for each action. A form asks and keeps what was typed; the rules are the services'."""

from __future__ import annotations

from typing import cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    CHECKBOX_CLASSES,
    INPUT_CLASSES,
    RADIO_CLASSES,
    UnfoldAdminSelectWidget,
)

from casework.cases.access import HANDLING_ROLES
from casework.desk.forms import CaseForm, long_text
from casework.parties.models import User
from complaints.models import ArrearsComplaint


class ActionForm(CaseForm):
    """A form about an arrears complaint."""

    @property
    def complaint(self) -> ArrearsComplaint:
        """The case as it stands."""
        return cast(ArrearsComplaint, self.case)


class RequestCorrectionForm(ActionForm):
    """Everything that is missing, at once."""

    term_fields = ("items",)
    items = forms.MultipleChoiceField(
        label=_("what is missing"),
        help_text=_("Ask for everything at once: the complainant is asked only this time."),
        widget=forms.CheckboxSelectMultiple(attrs={"class": " ".join(CHECKBOX_CLASSES)}),
        error_messages={"required": _("Choose at least one item that is missing.")},
    )
    note = long_text(
        _("explanation"), help_text=_("What exactly is to be added. It stands in the notice."), required=False
    )

    def prepare(self) -> None:
        """The list of material."""
        self.offer_terms("items", "arrears.material")


class LapseForm(ActionForm):
    """What shows that silence means giving up."""

    reason = long_text(
        _("reasons"),
        help_text=_(
            "How the correction request arrived, and that no good cause for the silence is known. The complainant "
            "reads it."
        ),
        rows=3,
    )


class AcceptForm(ActionForm):
    """A confirmation."""


class RefuseForm(ActionForm):
    """A numbered ground, and reasons in words."""

    term_fields = ("ground",)
    ground = forms.ChoiceField(
        label=_("ground"),
        widget=forms.RadioSelect(attrs={"class": " ".join(RADIO_CLASSES)}),
        error_messages={"required": _("Choose a ground of the list.")},
    )
    explanation = long_text(
        _("reasons"),
        help_text=_("The facts of this case that meet the ground. They stand in the refusal notice word by word."),
    )

    def prepare(self) -> None:
        """The grounds in force."""
        self.offer_terms("ground", "arrears.refusal")


class ReceiveForm(ActionForm):
    """The day from which the 30 days run."""

    received_on = forms.DateField(
        label=_("material received on"),
        help_text=_("The handling period runs from this day; the day itself is not counted (art. 25)."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": " ".join(INPUT_CLASSES)}),
    )

    def prepare(self) -> None:
        """Today, and no day that can't be."""
        today = timezone.localdate()
        self.initial["received_on"] = today
        limits = {"max": today.isoformat()}
        if self.complaint.transferred_on:
            limits["min"] = self.complaint.transferred_on.isoformat()
        self.fields["received_on"].widget.attrs.update(limits)


class StartHandlingForm(ActionForm):
    """Who does it."""

    assignee = forms.ModelChoiceField(
        label=_("caseworker"),
        queryset=User.objects.none(),
        empty_label=None,
        help_text=_("A person of the handling department. The case stands in that person's queue."),
        widget=UnfoldAdminSelectWidget,
    )

    def prepare(self) -> None:
        """The people of the handling department; the one who acts comes first."""
        field = self.fields["assignee"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = (
            User.objects.filter(
                is_active=True,
                memberships__department=self.complaint.handling_department_id,
                memberships__role__in=HANDLING_ROLES,
            )
            .distinct()
            .order_by("username")
        )
        self.initial["assignee"] = self.user.pk


class ResolveForm(ActionForm):
    """The written result (Decree 802 art. 25(2))."""

    findings = long_text(_("facts found"), help_text=_("What the inquiry showed, with dates and amounts."))
    result = long_text(_("result"), help_text=_("What was achieved, part by part: paid, agreed, refused."))
    unresolved = long_text(
        _("what stays open"),
        help_text=_("Leave it empty if nothing does. The letter names the legal routes for it."),
        required=False,
        rows=3,
    )


class CloseForm(ActionForm):
    """A reason of the list."""

    term_fields = ("reason",)
    reason = forms.ChoiceField(
        label=_("closing reason"),
        widget=forms.RadioSelect(attrs={"class": " ".join(RADIO_CLASSES)}),
        error_messages={"required": _("Choose a reason of the list.")},
    )

    def prepare(self) -> None:
        """The reasons in force."""
        self.offer_terms("reason", "arrears.closing")
