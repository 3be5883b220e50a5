"""The form of the public deadline calculator."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.clocks.calculator import Answer, Refused, calculate, rules_to_choose
from casework.clocks.rule_words import question_words, subject_words
from casework.fields import DateField
from casework.parties.models import Division


class DeadlineForm(forms.Form):
    """Rule, start, place and extension; the answer is computed while it is checked.

    Attributes:
        answer: after `is_valid()`.
    """

    rule = forms.ChoiceField(label=_("period"))
    start = DateField(
        label=_("day of the event"), help_text=_("The day from which the period runs, such as the day of acceptance.")
    )
    division = forms.ChoiceField(
        label=_("province"), required=False, help_text=_("Some have a rule of their own, or days off of their own.")
    )
    total_days = forms.IntegerField(
        label=_("extended to, days in all"),
        required=False,
        min_value=1,
        max_value=32767,
        help_text=_("Only if the period was extended: how long it lasts in all."),
        widget=forms.NumberInput(attrs={"class": "amount", "autocomplete": "off"}),
    )
    answer: Answer

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("rule", [("", _("Choose")), *_rules_by_subject()])
        provinces = Division.objects.filter(level=Division.Level.PROVINCE).values_list("code", "name")
        self._offer("division", [("", _("Whole country")), *provinces])

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        field.widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        """Compute; what the rules refuse stands at the field at fault."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.answer = calculate(given["rule"], given["start"], given["division"], given["total_days"])
            except Refused as error:
                self.add_error(error.field, error.message)
        return given


def _rules_by_subject() -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices in groups by what the rules are about."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for period in rules_to_choose(timezone.localdate()):
        groups.setdefault(subject_words(period), []).append((period.code, question_words(period)))
    return list(groups.items())
