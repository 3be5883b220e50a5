"""The forms of the public table and of a body's own pages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from casework.cases.errors import InvalidInput
from casework.fields import PastDateField, YuanField
from casework.places import PlaceField
from complaints.disclosure.answers import Figures, check_figures
from complaints.disclosure.law import media_of
from complaints.disclosure.models import OBLIGED_KINDS, DisclosureObligation
from complaints.disclosure.publishing import PUBLIC_STATUSES, STATUS_WORDS, public_years

_CODE: dict[str, Any] = {"class": "code", "autocapitalize": "characters", "spellcheck": "false"}
_COUNT: dict[str, Any] = {"inputmode": "numeric", "class": "amount", "autocomplete": "off"}


class TableForm(forms.Form):
    """Words and filters, in a GET form so that an answer has an address."""

    words = forms.CharField(label=gettext_lazy("name or credit code"), max_length=100, required=False)
    year = forms.TypedChoiceField(label=gettext_lazy("year"), coerce=int, empty_value=None, required=False)
    division = PlaceField(
        label=gettext_lazy("place"), required=False, help_text=gettext_lazy("With the places in it. Name or code.")
    )
    kind = forms.ChoiceField(label=gettext_lazy("kind"), required=False)
    status = forms.ChoiceField(label=gettext_lazy("status"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        every = ("", gettext_lazy("all"))
        self._choose("year", [every, *((year, str(year)) for year in public_years())])
        self._choose("kind", [every, *((kind.value, kind.label) for kind in OBLIGED_KINDS)])
        self._choose("status", [every, *((status.value, STATUS_WORDS[status]) for status in PUBLIC_STATUSES)])
        self.fields["words"].widget.attrs |= {"type": "search", "autocomplete": "off"}

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def wanted(self) -> dict[str, Any]:
        """What a valid form asks `public_rows` for."""
        given = dict(self.cleaned_data)
        given["division"] = given["division"].code if self.data.get("division", "").strip() else ""
        return given


class EnterForm(forms.Form):
    """Reference and access code."""

    reference = forms.CharField(
        label=gettext_lazy("reference of the body"),
        max_length=40,
        help_text=gettext_lazy("Such as GS2027-000123-7; it stands in the mail."),
        widget=forms.TextInput(attrs=_CODE),
    )
    # Named as the case's secret is: the page's script takes it from the address of the mail.
    secret = forms.CharField(
        label=gettext_lazy("access code"),
        max_length=60,
        help_text=gettext_lazy("20 characters; hyphens and small letters don't matter."),
        widget=forms.TextInput(attrs={**_CODE, "autocomplete": "off"}),
    )


class DisclosureForm(forms.Form):
    """What a body discloses about a year; the same on its own page and at the desk."""

    nothing_overdue = forms.BooleanField(
        label=gettext_lazy(
            "Nothing was overdue: at the year's end we owed no small or medium enterprise anything late."
        ),
        required=False,
    )
    contracts = forms.IntegerField(
        label=gettext_lazy("contracts with overdue payments"),
        min_value=0,
        max_value=10_000_000,
        widget=forms.TextInput(attrs=_COUNT),
        help_text=gettext_lazy(
            "Contracts with small and medium enterprises, unpaid after the due day at the year's end."
        ),
    )
    amount = YuanField(label=gettext_lazy("overdue amount (yuan)"), min_value=0, max_digits=16, decimal_places=2)
    disputed = YuanField(
        label=gettext_lazy("of it disputed (yuan)"),
        required=False,
        min_value=0,
        max_digits=16,
        decimal_places=2,
        help_text=gettext_lazy("Empty: nothing is disputed. What isn't disputed has to be paid in time (art. 15)."),
    )
    longest_days = forms.IntegerField(
        label=gettext_lazy("longest overdue (days)"),
        min_value=0,
        max_value=36_500,
        widget=forms.TextInput(attrs=_COUNT),
    )
    medium = forms.ChoiceField(label=gettext_lazy("published in"))
    place = forms.CharField(
        label=gettext_lazy("where exactly"),
        max_length=300,
        help_text=gettext_lazy("The address of the page, or the newspaper with its date and page."),
    )
    published_on = PastDateField(label=gettext_lazy("published on"))
    reported_to = forms.CharField(
        label=gettext_lazy("reported to"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Your competent department or regulator, if you reported already (art. 22)."),
    )
    reported_on = PastDateField(label=gettext_lazy("reported on"), required=False)
    note = forms.CharField(
        label=gettext_lazy("note"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For the department; it is not published."),
    )

    def __init__(self, *args: Any, row: DisclosureObligation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        if self.is_bound and self.data.get("nothing_overdue"):
            for name in ("contracts", "amount", "longest_days"):
                self.fields[name].required = False
        medium = self.fields["medium"]
        assert isinstance(medium, forms.ChoiceField)
        medium.choices = media_of(row.kind)
        if not row.body.reports_upwards:
            del self.fields["reported_to"], self.fields["reported_on"]

    def clean(self) -> dict[str, Any]:
        """The rules between the fields are the service's."""
        given = super().clean() or {}
        if not self.errors:
            try:
                check_figures(self.figures(), self.row, timezone.localdate())
            except InvalidInput as refusal:
                for name, texts in refusal.errors.items():
                    self.add_error(name if name in self.fields else None, list(texts))
        return given

    def figures(self) -> Figures:
        """What a form without errors says."""
        given = self.cleaned_data
        return Figures(
            nothing_overdue=given["nothing_overdue"],
            contracts=given["contracts"] or 0,
            amount=given["amount"] or Decimal(0),
            disputed=given["disputed"] or Decimal(0),
            longest_days=given["longest_days"] or 0,
            medium=given["medium"],
            place=given["place"],
            published_on=given["published_on"],
            reported_to=given.get("reported_to", ""),
            reported_on=given.get("reported_on"),
            note=given["note"],
        )


class ExplainForm(forms.Form):
    """The explanation that answers a question."""

    text = forms.CharField(
        label=gettext_lazy("explanation"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Why the figures are right, or why they were not published yet."),
    )


def begun(row: DisclosureObligation) -> dict[str, Any]:
    """What the form begins with: the draft as it was typed, else what stands, else the usual medium."""
    if row.draft:
        return {**row.draft, "nothing_overdue": bool(row.draft.get("nothing_overdue"))}
    said = row.current
    if said is None:
        return {"medium": media_of(row.kind)[0][0]}
    return {name: getattr(said, name) for name in DisclosureForm.base_fields}
