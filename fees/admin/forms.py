"""The forms of a version's steps, and of an entry."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    CHECKBOX_CLASSES,
    INPUT_CLASSES,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from fees.catalogue.contents import complete_entry, needs_reason, settle_status
from fees.catalogue.kinds import CheckKind, own_columns
from fees.catalogue.models import CatalogueEntry, CatalogueVersion, VersionCheck
from fees.catalogue.notation import read_standard, write_standard
from fees.catalogue.selectors import version_before
from fees.catalogue.standards import StandardError, standard_to_json
from fees.catalogue.topics import industry_choices, matter_choices

_DAY = {"type": "date", "class": " ".join(INPUT_CLASSES)}
_TICK = {"class": " ".join(CHECKBOX_CLASSES)}


def _day_field(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs=_DAY), **options)


class HeadForm(forms.ModelForm):
    """Day and source of a draft."""

    effective_from = _day_field(_("in force from"))

    class Meta:
        model = CatalogueVersion
        fields = ("effective_from", "source_title", "source_url", "citation", "certainty")
        widgets = {
            "source_title": UnfoldAdminTextInputWidget,
            "source_url": UnfoldAdminTextInputWidget,
            "citation": UnfoldAdminTextInputWidget,
            "certainty": UnfoldAdminSelectWidget,
        }


class CheckRecordForm(forms.Form):
    """One check of a draft."""

    kind = forms.ChoiceField(label=_("check"), choices=CheckKind.choices, widget=UnfoldAdminSelectWidget)
    outcome = forms.ChoiceField(
        label=_("outcome"), choices=VersionCheck.Outcome.choices, widget=UnfoldAdminSelectWidget
    )
    document = forms.CharField(
        label=_("opinion or its number"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget
    )
    remark = forms.CharField(
        label=_("reason or remark"),
        max_length=1000,
        required=False,
        help_text=_("Needed where no check was made."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )
    checked_on = _day_field(_("day of the check"), initial=timezone.localdate)
    revision = forms.IntegerField(widget=forms.HiddenInput)


class SeenForm(forms.Form):
    """The last question before a step, and which revision the person was looking at."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    compared = forms.BooleanField(
        label=_("I have compared this with its source."),
        error_messages={"required": _("Compare it with its source first, then tick the box.")},
        widget=forms.CheckboxInput(attrs=_TICK),
    )


class FileForm(forms.Form):
    """A spreadsheet to try."""

    file = forms.FileField(
        label=_("spreadsheet"),
        help_text=_("xlsx or CSV, the heads in the first row. It takes the place of all entries of the draft."),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".xlsx,.csv"}),
    )


class EntryForm(forms.ModelForm):
    """An entry of a draft; its standard and the columns of its kind are written as in a spreadsheet."""

    computable = forms.CharField(
        label=_("standard as data"),
        required=False,
        strip=True,
        help_text=_("One line for each way of charging; leave it empty where the text allows none."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )
    own_columns = forms.CharField(
        label=_("columns of this kind"),
        required=False,
        help_text=_("One line for each: the head of the column, a colon, the words."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )
    industries = forms.MultipleChoiceField(label=_("industries"), required=False)
    matters = forms.MultipleChoiceField(label=_("business matters"), required=False)

    class Meta:
        model = CatalogueEntry
        fields = (
            "kind", "division", "parent_item", "name", "sub_items", "key", "position", "payee", "payer", "legal_basis",
            "standard_text", "service_content", "service_standard", "charge_level", "approval_prerequisite",
            "enterprise_related", "fund_management", "collection_rule", "refund_rule", "industries", "matters",
            "valid_from", "valid_to", "status", "change_reason",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["computable"].initial = write_standard(self.instance.lines)
        self.fields["own_columns"].initial = _write_details(self.instance)
        self.fields["industries"].choices = industry_choices()  # type: ignore[attr-defined]
        self.fields["matters"].choices = matter_choices()  # type: ignore[attr-defined]
        self.fields["key"].required = False

    def clean_computable(self) -> str:
        """The notation, read into the entry."""
        text: str = self.cleaned_data["computable"]
        try:
            self.instance.standard = standard_to_json(read_standard(text))
        except StandardError as error:
            raise ValidationError(str(error)) from error
        return text

    def clean(self) -> dict[str, Any]:
        """The columns of the kind, read into the entry."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if "kind" in given:
            codes = {
                head: column.code for column in own_columns(given["kind"]) for head in (*column.heads, column.code)
            }
            lines = [
                line.partition("：" if "：" in line else ":") for line in given.get("own_columns", "").splitlines()
            ]
            if unknown := [head.strip() for head, _colon, _words in lines if head.strip() not in codes]:
                self.add_error("own_columns", _("Unknown: %(words)s.") % {"words": ", ".join(unknown)})
            else:
                self.instance.details = {codes[head.strip()]: words.strip() for head, _colon, words in lines}
        return given

    def _post_clean(self) -> None:
        # The key may be left out: it is derived once the other fields stand in the entry.
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        entry = self.instance
        complete_entry(entry)
        before = version_before(entry.version)
        settle_status(entry, before.entries.filter(key=entry.key).first() if before else None)
        if needs_reason(entry):
            self.add_error("change_reason", _("Give the reason of the change."))


def _write_details(entry: CatalogueEntry) -> str:
    heads = (
        {column.code: (column.heads or (column.code,))[0] for column in own_columns(entry.kind)} if entry.kind else {}
    )
    return "\n".join(f"{heads.get(code, code)}：{words}" for code, words in entry.details.items())
