"""The forms of the respondent's page: the code, and the answer part by part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from casework.fields import DateField, YuanField
from complaints.respondent.models import AnsweredPart
from complaints.respondent.services import MOST_PARTS, Part

FIRST_PARTS, MORE_PARTS = 1, 2


class CodeForm(forms.Form):
    """The one-time code; its name is the one that the page's script fills from the address."""

    secret = forms.CharField(
        label=_("reply code"),
        max_length=60,
        help_text=_(
            "20 letters and digits that came apart from the letter; capitals, spaces and hyphens don't matter."
        ),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "code"}
        ),
    )


class PartForm(forms.Form):
    """A part of the claim."""

    label = forms.CharField(
        label=_("part of the claim"), max_length=200, help_text=_("For example: price of the second delivery.")
    )
    amount = YuanField(label=_("amount (yuan)"), max_digits=16, decimal_places=2)
    position = forms.ChoiceField(
        label=_("your position"), choices=AnsweredPart.Position.choices, widget=forms.RadioSelect
    )
    pay_by = DateField(label=_("if accepted: paid by"), required=False)
    reason = forms.CharField(
        label=_("if disputed: why"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            is_choice = isinstance(field, forms.ChoiceField)
            field.error_messages["required"] = _("Choose one of these.") if is_choice else _("Fill this in.")

    def part(self) -> Part:
        """The part as the command takes it."""
        given = self.cleaned_data
        return Part(given["label"], given["amount"], given["position"], given["reason"], given["pay_by"])


class ReplyForm(forms.Form):
    """Who answers, what is said, and the parts. A part left wholly empty doesn't count, except the first."""

    contact_name = forms.CharField(label=_("contact person"), max_length=40)
    contact_phone = forms.CharField(
        label=_("phone"), max_length=20, widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"})
    )
    statement = forms.CharField(
        label=_("your answer to the questions"), max_length=5000, widget=forms.Textarea(attrs={"rows": 8})
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        for field in self.fields.values():
            field.error_messages["required"] = _("Fill this in.")
        self.parts = [PartForm(data, prefix=f"part-{place}") for place in range(self._how_many(data))]
        for place, part in enumerate(self.parts):
            part.empty_permitted, part.use_required_attribute = place > 0, False

    @staticmethod
    def _how_many(data: Mapping[str, Any] | None) -> int:
        given = str(data.get("parts", "")) if data else ""
        count = int(given) if given.isdecimal() and len(given) < 4 else FIRST_PARTS
        more = MORE_PARTS if data and "more_parts" in data else 0
        return max(FIRST_PARTS, min(count + more, MOST_PARTS))

    def is_valid(self) -> bool:
        """Form and parts, all of them looked at."""
        return all([super().is_valid(), *(part.is_valid() for part in self.parts)])

    @property
    def faulty_fields(self) -> list[BoundField]:
        """The fields with errors, in the page's order."""
        bound = [self["statement"], *(field for part in self.parts for field in part)]
        return [field for field in (*bound, self["contact_name"], self["contact_phone"]) if field.errors]

    @property
    def has_faults(self) -> bool:
        """Whether the summary of errors is shown."""
        return bool(self.is_bound and (self.errors or self.faulty_fields))

    def ask_no_more(self) -> None:
        """Show what was typed without judging it: another button than "send" was pressed."""
        for form in (self, *self.parts):
            form.full_clean()
            form.errors.clear()

    def given(self) -> dict[str, Any]:
        """What the command takes."""
        return {**self.cleaned_data, "parts": [part.part() for part in self.parts if part.has_changed()]}

    def show_errors(self, errors: dict[str, list[str]]) -> None:
        """Put a command's refusals at their fields; the place counts the parts that were filled in."""
        filled = [part for part in self.parts if part.has_changed()]
        for name, texts in errors.items():
            words = name.split("-")
            for text in texts:
                if len(words) == 3 and int(words[1]) < len(filled):
                    filled[int(words[1])].add_error(words[2], text)
                elif name != "files":
                    self.add_error(name if name in self.fields else None, text)
