"""What every form about a case shares. A form asks and keeps what was typed; the rules are the services'."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import INPUT_CLASSES, RADIO_CLASSES, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from casework.cases.models import Case
from casework.cases.terms import terms_in_force
from casework.parties.models import User

LONG = 5000
INPUT = {"class": " ".join(INPUT_CLASSES)}


def long_text(label: Any, *, help_text: Any = "", required: bool = True, rows: int = 5) -> forms.CharField:
    """A text of several lines."""
    widget = UnfoldAdminTextareaWidget(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=LONG, widget=widget)


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A day, with the browser's calendar."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **INPUT})
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


def money_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DecimalField:
    """A sum in yuan."""
    widget = forms.NumberInput(attrs={"step": "0.01", **INPUT})
    return forms.DecimalField(
        label=label, required=required, help_text=help_text, max_digits=16, decimal_places=2, widget=widget
    )


def text_field(label: Any, *, length: int, required: bool = True, help_text: Any = "") -> forms.CharField:
    """A line of text."""
    return forms.CharField(
        label=label, max_length=length, required=required, help_text=help_text, widget=UnfoldAdminTextInputWidget
    )


def radio_field(label: Any, choices: Any = ()) -> forms.ChoiceField:
    """One of several, all in sight."""
    widget = forms.RadioSelect(attrs={"class": " ".join(RADIO_CLASSES)})
    return forms.ChoiceField(
        label=label, choices=choices, widget=widget, error_messages={"required": _("Choose one of these.")}
    )


class CaseForm(forms.Form):
    """What every act asks for: nothing but the version of the case that the person was looking at.

    Args:
        case: as it stands.
        user: who acts.
    """

    # Fields whose choices are entries of a list, shown with their source.
    term_fields: tuple[str, ...] = ()
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, case: Case, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = case.version
        self.case, self.user = case, user
        self.prepare()

    def prepare(self) -> None:
        """Fill in the choices that depend on the case."""

    def command(self) -> dict[str, Any]:
        """The service's arguments, without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def offer_terms(self, name: str, vocabulary: str) -> None:
        """Offer the entries in force today; the choice's label is the term, so that the page shows its source."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(term.code, term) for term in terms_in_force(vocabulary, timezone.localdate())]

    def show_errors(self, errors: dict[str, list[str]]) -> None:
        """Put a command's refusals at their fields; those without one stand above the form."""
        for name, texts in errors.items():
            for text in texts:
                self.add_error(name if name in self.fields else None, text)
