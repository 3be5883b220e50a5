"""What every form about a case shares. A form asks and keeps what was typed; the rules are the services'."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextareaWidget

from casework.cases.models import Case
from casework.cases.terms import terms_in_force
from casework.parties.models import User

LONG = 5000


def long_text(label: Any, *, help_text: Any = "", required: bool = True, rows: int = 5) -> forms.CharField:
    """A text of several lines."""
    widget = UnfoldAdminTextareaWidget(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=LONG, widget=widget)


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
