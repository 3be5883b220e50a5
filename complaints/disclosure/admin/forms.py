"""The forms of the disclosures in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    INPUT_CLASSES,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from casework.fields import CreditCodeField
from casework.parties.models import Department, User
from casework.parties.validators import phone_validator
from casework.places import PlaceField
from casework.staff_rooms import own_departments
from complaints.disclosure.forms import DisclosureForm
from complaints.disclosure.models import OBLIGED_KINDS, DisclosureCorrection

_INPUT = " ".join(INPUT_CLASSES)
_DAY = {"type": "date", "class": _INPUT}
_LINES = UnfoldAdminTextareaWidget(attrs={"rows": 4})
FIRST_YEAR, YEARS_OFFERED = 2025, 3


def _text(label: Any, length: int, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, widget=UnfoldAdminTextInputWidget, **options)


def _long(label: Any, length: int = 2000, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, widget=_LINES, **options)


class DepartmentForm(forms.Form):
    """For one of the departments in which the user works."""

    department: Any = forms.ModelChoiceField(
        queryset=Department.objects.none(),
        label=_("responsible department"),
        widget=UnfoldAdminSelectWidget,
        empty_label=None,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = own_departments(user)  # type: ignore[attr-defined]


class ContactForm(forms.Form):
    """Who is asked at a body, and its authority in charge."""

    authority = _text(
        _("authority in charge"),
        120,
        required=False,
        help_text=_("Its superior organ, competent department or regulator (Decree 802 arts 22 and 31)."),
    )
    contact_name = _text(_("contact person"), 40)
    contact_phone = _text(_("phone"), 20, required=False, validators=[phone_validator])
    contact_email = forms.EmailField(
        label=_("e-mail"),
        help_text=_("Invitations, reminders and the access code go here."),
        widget=UnfoldAdminTextInputWidget(attrs={"type": "email"}),
    )


class BodyForm(ContactForm, DepartmentForm):
    """A new body on the list."""

    name = _text(_("full name"), 120)
    code = CreditCodeField(label=_("unified social credit code"))
    kind = forms.ChoiceField(
        label=_("kind"), choices=[(kind.value, kind.label) for kind in OBLIGED_KINDS], widget=UnfoldAdminSelectWidget
    )
    division = PlaceField(label=_("place"), help_text=_("Name or code of the place."))
    is_state_owned = forms.BooleanField(
        label=_("state-owned"),
        required=False,
        help_text=_("A state-owned large enterprise also reports to its authority in charge (Decree 802 art. 22)."),
    )

    field_order = (
        "department", "name", "code", "kind", "division", "is_state_owned", "authority", "contact_name",
        "contact_phone", "contact_email",
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        for name in ("code", "division"):
            self.fields[name].widget.attrs["class"] = _INPUT


class RetireForm(forms.Form):
    """The end of a body's place on the list."""

    reason = _text(_("why it is off the list"), 300)


class BodyFileForm(DepartmentForm):
    """A spreadsheet of bodies to try."""

    file = forms.FileField(
        label=_("spreadsheet"),
        help_text=_("xlsx or CSV, the heads in the first row."),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".xlsx,.csv"}),
    )


class YearForm(DepartmentForm):
    """A year to be opened, for all bodies of the list or those of a place."""

    year = forms.TypedChoiceField(label=_("year reported on"), coerce=int, widget=UnfoldAdminSelectWidget)
    division = PlaceField(
        label=_("only in this place"), required=False, help_text=_("Name or code. Empty: the whole list.")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        last = timezone.localdate().year - 1
        years = range(last, max(FIRST_YEAR, last - YEARS_OFFERED + 1) - 1, -1)
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]
        self.fields["division"].widget.attrs["class"] = _INPUT

    def place(self) -> Any:
        """The chosen place; None for the whole list."""
        return self.cleaned_data["division"] if self.data.get("division", "").strip() else None


class DeskForm(DisclosureForm):
    """The same questions as on the body's own page, in the admin's clothes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name == "medium":
                field.widget = UnfoldAdminSelectWidget(choices=field.choices)  # type: ignore[attr-defined]
            elif name != "nothing_overdue":
                field.widget.attrs["class"] = _INPUT


class QuestionForm(forms.Form):
    """What a body is asked about its disclosure."""

    reasons = _long(
        _("what is to be explained or corrected"),
        help_text=_("It goes into the letter or mail as it stands. Name no complainant (Decree 802 art. 25)."),
    )
    way = forms.ChoiceField(label=_("served"), choices=DisclosureCorrection.Way.choices, widget=UnfoldAdminSelectWidget)


class DeskExplainForm(forms.Form):
    """An explanation that came on paper or by telephone."""

    text = _long(_("explanation"))


class AcceptForm(forms.Form):
    """What settles a question."""

    note = _long(_("what settles it"))


class ForwardForm(forms.Form):
    """The proposal to hand it on."""

    authority = _text(_("authority"), 120, help_text=_("Full name of the addressee."))
    reasons = _long(_("why it is handed on"))


class ConfirmForm(forms.Form):
    """The document by which it is handed on."""

    document_number = _text(_("document number"), 60)
    document_date = forms.DateField(
        label=_("date of the document"), widget=forms.DateInput(format="%Y-%m-%d", attrs=_DAY),
        initial=timezone.localdate,
    )  # fmt: skip


class DeclineForm(forms.Form):
    """Why it isn't handed on."""

    reason = _text(_("why it was not handed on"), 500)
