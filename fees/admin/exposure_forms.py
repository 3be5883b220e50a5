"""The forms of a typical case: beginning one, its text, and the steps."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    CHECKBOX_CLASSES,
    INPUT_CLASSES,
    UnfoldAdminSelect2Widget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from casework.fields import YuanField
from casework.parties.models import Department, User
from casework.parties.perms import departments_with
from casework.parties.places import PlaceField
from fees.exposure.models import MASKING_CHOICES, TypicalCase
from fees.exposure.perms import WRITERS
from fees.exposure.prefill import categories_of
from fees.exposure.selectors import violation_kinds
from fees.exposure.services import WRITTEN

_TICK = {"class": " ".join(CHECKBOX_CLASSES)}
_DAY = {"type": "date", "class": " ".join(INPUT_CLASSES)}
_SUM: dict[str, Any] = {"required": False, "min_value": 0, "max_digits": 16, "decimal_places": 2}


def _text(rows: int) -> forms.Textarea:
    return UnfoldAdminTextareaWidget(attrs={"rows": rows})


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs=_DAY)


class BeginForm(forms.Form):
    """From a report, or from the facts only."""

    reference = forms.CharField(
        label=_("reference of the report"),
        required=False,
        max_length=24,
        help_text=_("What is known of it is filled in. Empty: a case without a report in this system."),
        widget=UnfoldAdminTextInputWidget,
    )
    department = forms.ModelChoiceField(
        label=_("department that publishes"),
        queryset=Department.objects.none(),
        required=False,
        help_text=_("For a case without a report."),
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["department"]
        assert isinstance(field, forms.ModelChoiceField)
        own = Department.objects.filter(pk__in=departments_with(user, *WRITERS), is_active=True)
        field.queryset = own
        field.initial = own.first()

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not (given.get("reference") or given.get("department")):
            self.add_error("department", _("Choose the department, or give the reference of a report."))
        return given


class TextForm(forms.ModelForm):
    """Everything that is written about a case."""

    division = PlaceField(label=_("place"), help_text=_("Name or code."))
    unlawful_amount = YuanField(label=_("unlawful amount (yuan)"), **_SUM)
    refunded_amount = YuanField(label=_("refunded (yuan)"), **_SUM)
    fine = YuanField(label=_("fine (yuan)"), **_SUM)
    masking = forms.ChoiceField(
        label=_("how the payee is named"),
        choices=MASKING_CHOICES,
        help_text=_("Place and kind: such as a certain association of Jiangsu. Kind: such as a certain association."),
        widget=UnfoldAdminSelectWidget,
    )
    categories = forms.MultipleChoiceField(
        label=_("kinds of violation"), widget=forms.CheckboxSelectMultiple(attrs=_TICK)
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = TypicalCase
        fields = WRITTEN
        widgets = {
            "title": UnfoldAdminTextInputWidget,
            "payee_name": UnfoldAdminTextInputWidget,
            "masking_reason": UnfoldAdminTextInputWidget,
            "hidden_names": _text(3),
            "period_from": _day(),
            "period_to": _day(),
            "payers": UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric"}),
            "legal_basis": _text(4),
            "document_number": UnfoldAdminTextInputWidget,
            "document_date": _day(),
            "narrative": _text(10),
            "batch": UnfoldAdminTextInputWidget,
            "is_grave": forms.CheckboxInput(attrs=_TICK),
        }

    field_order = (
        "title", "batch", "is_grave", "division", "payee_name", "masking", "masking_reason", "hidden_names",
        "categories", "period_from", "period_to", "payers", "unlawful_amount", "refunded_amount", "fine",
        "legal_basis", "document_number", "document_date", "narrative",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("division", "unlawful_amount", "refunded_amount", "fine"):
            # These fields bring classes of the public pages.
            self.fields[name].widget.attrs["class"] = UnfoldAdminTextInputWidget().attrs["class"]
        case: TypicalCase = self.instance
        self.initial["division"] = case.division.full_name
        self.initial["categories"] = [row.code for row in case.categories.all()]
        self.initial["revision"] = case.revision
        field = self.fields["categories"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = _kinds(case)

    def values(self) -> dict[str, Any]:
        """What the service writes."""
        return {name: self.cleaned_data[name] for name in WRITTEN}

    def show_errors(self, errors: dict[str, list[str]]) -> None:
        """Put a refusal at its fields; what has none stands above the form."""
        for name, texts in errors.items():
            for text in texts:
                self.add_error(name if name in self.fields else None, text)


def _kinds(case: TypicalCase) -> list[tuple[str, str]]:
    """The list in force, with the wording of the report's finding where that is another."""
    kinds = {term.code: term.label for term in violation_kinds(timezone.localdate())}
    kinds |= {row.code: row.label for row in (categories_of(case.report) if case.report else ())}
    return [(code, f"{code} {label}") for code, label in sorted(kinds.items())]


class ReadForm(forms.Form):
    """The last question before a step, and which text the person was looking at."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    read = forms.BooleanField(
        label=_("I have read the preview as everybody will read it."),
        error_messages={"required": _("Read the preview first, then tick the box.")},
        widget=forms.CheckboxInput(attrs=_TICK),
    )


class ReturnForm(forms.Form):
    """Back to those who write it."""

    remarks = forms.CharField(label=_("what is to be changed"), max_length=1000, widget=_text(3))


class WithdrawForm(forms.Form):
    """Out of the public."""

    reason = forms.CharField(label=_("reason of the withdrawal"), max_length=500, widget=_text(3))
    sure = forms.BooleanField(
        label=_("The case is to disappear from the public pages for good."),
        error_messages={"required": _("Tick the box: a withdrawal can't be undone.")},
        widget=forms.CheckboxInput(attrs=_TICK),
    )


class AskForm(forms.Form):
    """Another department to publish it together."""

    department = forms.ModelChoiceField(
        label=_("joint department"),
        queryset=Department.objects.filter(is_active=True),
        widget=UnfoldAdminSelect2Widget,
    )


class AnswerForm(forms.Form):
    """The joint department's answer to the text as it stands."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    remark = forms.CharField(
        label=_("remarks"),
        max_length=1000,
        required=False,
        help_text=_("Needed where your department declines."),
        widget=_text(2),
    )
