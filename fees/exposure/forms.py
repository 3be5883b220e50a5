"""The public question for typical cases."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from casework.parties.places import PlaceField
from fees.exposure.selectors import batches, violation_kinds


class CasesForm(forms.Form):
    """Words and filters, in a GET form so that an answer has an address."""

    words = forms.CharField(label=_("words"), max_length=100, required=False)
    category = forms.ChoiceField(label=_("kind of violation"), required=False)
    division = PlaceField(label=_("place"), required=False, help_text=_("With the places in it. Name or code."))
    batch = forms.ChoiceField(label=_("batch"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        kinds = [(term.code, _shown(term)) for term in violation_kinds(timezone.localdate())]
        self.fields["category"].choices = [("", _("all")), *kinds]  # type: ignore[attr-defined]
        self.fields["batch"].choices = [("", _("all")), *((name, name) for name in batches())]  # type: ignore[attr-defined]
        self.fields["words"].widget.attrs |= {"type": "search", "autocomplete": "off"}

    def wanted(self) -> dict[str, str]:
        """What a valid form asks `published_cases` for."""
        given = self.cleaned_data
        place = given["division"].code if self.data.get("division", "").strip() else ""
        return {"words": given["words"], "category": given["category"], "batch": given["batch"], "division": place}


def _shown(term: Any) -> str:
    is_english = (get_language() or "").startswith("en")
    return str(term.label_en or term.label) if is_english else str(term.label)
