"""The public question for records."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from casework.credit.catalogue.models import SeverityClass
from casework.credit.record.publication import Wanted
from casework.parties.models import SubjectType
from casework.parties.validators import clean_credit_code, validate_credit_code
from casework.places import PlaceField

# Eight or more letters and digits, six of them digits: somebody types a code, perhaps a wrong one.
_LIKE_A_CODE = re.compile(r"(?=(?:[A-Z]*[0-9]){6})[0-9A-Z]{8,30}", re.ASCII)


class AnyPlaceField(PlaceField):
    """A place, or none: then every one is meant."""

    def clean(self, value: Any) -> Any:
        """The division; None without one."""
        return super().clean(value) if str(value or "").strip() else None


class RecordsForm(forms.Form):
    """Name or code and filters, in a GET form so that an answer has an address."""

    who = forms.CharField(
        label=_("name or unified social credit code"),
        max_length=100,
        required=False,
        help_text=_("Part of the name, or the whole code."),
    )
    division = AnyPlaceField(label=_("place"), required=False, help_text=_("With the places in it. Name or code."))
    severity = forms.ChoiceField(label=_("severity"), required=False)
    kind = forms.ChoiceField(label=_("kind of subject"), required=False, choices=[("", _("all")), *SubjectType.choices])

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["severity"].choices = [("", _("all")), *severity_choices()]  # type: ignore[attr-defined]
        self.fields["who"].widget.attrs |= {"type": "search", "autocomplete": "off"}

    def clean_who(self) -> str:
        """A code is compared as a whole, so a misread one is refused instead of being answered with nothing."""
        text = str(self.cleaned_data["who"]).strip()
        if _LIKE_A_CODE.fullmatch(clean_credit_code(text)):
            validate_credit_code(text)
        return text

    def wanted(self) -> Wanted:
        """What a valid form asks for."""
        given = self.cleaned_data
        code = clean_credit_code(given["who"])
        is_code = bool(_LIKE_A_CODE.fullmatch(code))
        return Wanted(
            code=code if is_code else "",
            words="" if is_code else given["who"],
            severity=given["severity"],
            division=given["division"].code if given["division"] else "",
            kind=given["kind"],
        )


def severity_choices() -> list[tuple[str, str]]:
    """Each class that ever was, in the wording of its newest version: records of an older one are still in force."""
    is_english = (get_language() or "").startswith("en")
    newest = SeverityClass.objects.order_by("most_months", "code", "version")
    words = {row.code: (row.label_en or row.label) if is_english else row.label for row in newest}
    return list(words.items())
