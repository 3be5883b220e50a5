"""The forms of the monitoring in the admin."""

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
from casework.parties.models import NATION, Department, User
from casework.parties.places import PlaceField
from casework.parties.validators import phone_validator
from fees.catalogue.topics import industry_choices
from fees.monitoring.admin.common import own_departments
from fees.monitoring.models import Alarm
from fees.monitoring.quarters import Quarter
from fees.monitoring.sources import quarters_visible_to

_INPUT = " ".join(INPUT_CLASSES)
_DAY = {"type": "date", "class": _INPUT}
_LINES = UnfoldAdminTextareaWidget(attrs={"rows": 3})
QUARTERS_OFFERED = 4


def _day_field(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs=_DAY), **options)


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
    """Who is asked at a point."""

    contact_name = forms.CharField(label=_("contact person"), max_length=40, widget=UnfoldAdminTextInputWidget)
    contact_phone = forms.CharField(
        label=_("phone"), max_length=20, required=False, validators=[phone_validator], widget=UnfoldAdminTextInputWidget
    )
    contact_email = forms.EmailField(
        label=_("e-mail"),
        help_text=_("Invitations, reminders and the access code go here."),
        widget=UnfoldAdminTextInputWidget(attrs={"type": "email"}),
    )


class PointForm(ContactForm, DepartmentForm):
    """A new point."""

    name = forms.CharField(label=_("enterprise"), max_length=120, widget=UnfoldAdminTextInputWidget)
    credit_code = CreditCodeField(label=_("unified social credit code"))
    division = PlaceField(label=_("where it lies"), help_text=_("Name or code of the place."))
    industry = forms.ChoiceField(label=_("industry"), widget=UnfoldAdminSelectWidget)
    active_from = _day_field(_("active from"), initial=timezone.localdate)

    field_order = (
        "department", "name", "credit_code", "division", "industry", "active_from", "contact_name", "contact_phone",
        "contact_email",
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["industry"].choices = [("", "—"), *industry_choices()]  # type: ignore[attr-defined]
        for name in ("credit_code", "division"):
            self.fields[name].widget.attrs["class"] = _INPUT


class RetireForm(forms.Form):
    """The end of a point."""

    on = _day_field(_("last day"), initial=timezone.localdate)
    reason = forms.CharField(label=_("reason of the retirement"), max_length=300, widget=UnfoldAdminTextInputWidget)


class PointFileForm(DepartmentForm):
    """A spreadsheet of points to try."""

    file = forms.FileField(
        label=_("spreadsheet"),
        help_text=_("xlsx or CSV, the heads in the first row."),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".xlsx,.csv"}),
    )


def _quarter_choices(quarters: list[Quarter]) -> list[tuple[str, str]]:
    return [(f"{quarter.year}-{quarter.number}", str(quarter)) for quarter in quarters]


def _quarter(text: str) -> Quarter:
    year, number = text.split("-")
    return Quarter(int(year), int(number))


class RoundForm(DepartmentForm):
    """A new round, about one of the last quarters."""

    quarter = forms.TypedChoiceField(label=_("quarter"), coerce=_quarter, widget=UnfoldAdminSelectWidget)
    due_on = _day_field(
        _("due day of the returns"),
        required=False,
        help_text=_("The day itself still counts. Empty: the usual number of days."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        quarters = [Quarter.of(timezone.localdate()).before]
        while len(quarters) < QUARTERS_OFFERED:
            quarters.append(quarters[-1].before)
        self.fields["quarter"].choices = _quarter_choices(quarters)  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why a return is opened again."""

    reason = forms.CharField(
        label=_("what the point is to put right"), max_length=300, widget=_LINES, help_text=_("It goes into the mail.")
    )


class AlarmResultForm(forms.Form):
    """What came of an alarm."""

    outcome = forms.ChoiceField(
        label=_("outcome"),
        choices=[(status.value, status.label) for status in (Alarm.Status.REPORTED, Alarm.Status.UNFOUNDED)],
        widget=UnfoldAdminSelectWidget,
    )
    result = forms.CharField(
        label=_("what came of it"),
        max_length=2000,
        widget=_LINES,
        help_text=_("Where it was handed on: to whom, and the reference there."),
    )


class FiguresForm(forms.Form):
    """The figures' quarter and place, in a GET form so that an answer has an address."""

    quarter = forms.TypedChoiceField(
        label=_("quarter"), coerce=_quarter, required=False, widget=UnfoldAdminSelectWidget, empty_value=None
    )
    division = PlaceField(label=_("place"), required=False, help_text=_("Name or code; places below count too."))

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        self.quarters = quarters_visible_to(user)
        self.fields["quarter"].choices = _quarter_choices(self.quarters)  # type: ignore[attr-defined]
        self.fields["division"].widget.attrs["class"] = _INPUT

    def wanted(self) -> tuple[Quarter | None, str]:
        """Quarter (the newest without a choice; None where there is none) and division's code of a valid form."""
        given = self.cleaned_data
        quarter = given["quarter"] or (self.quarters[0] if self.quarters else None)
        return quarter, given["division"].code if given["division"] else NATION
