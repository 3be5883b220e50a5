"""The form of a rule version: lists as plain text, divisions by name, events in words."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from casework.clocks.admin.places import PlaceField
from casework.clocks.models import StatutoryPeriod
from casework.clocks.rule_words import event_choices, responsible_choices

LONGEST_LEAD = 366
_SEPARATORS = re.compile(r"[\s,，、;；]+")


class ListField(forms.Field):
    """A list written as text, its entries separated by commas or spaces."""

    widget = UnfoldAdminTextInputWidget

    def prepare_value(self, value: Any) -> Any:
        """The list as text."""
        return ", ".join(str(item) for item in value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the entries, not how they are written."""
        return bool(super().has_changed(self.prepare_value(initial), data))

    def to_python(self, value: Any) -> list[Any]:
        """The entries in order, each once."""
        entries = [entry for entry in _SEPARATORS.split(str(value or "")) if entry]
        return list(dict.fromkeys(self.entry(text) for text in entries))

    def entry(self, text: str) -> Any:
        """One entry."""
        return text


class LeadsField(ListField):
    """Days before the end on which to warn, the longest first."""

    def to_python(self, value: Any) -> list[int]:
        """Whole numbers of days."""
        return sorted(super().to_python(value), reverse=True)

    def entry(self, text: str) -> int:
        """One number of days.

        Raises:
            ValidationError: it is none.
        """
        if not text.isdecimal() or not 0 < int(text[:5]) <= LONGEST_LEAD:
            raise ValidationError(_("“%(text)s” is no number of days from 1 to 366."), params={"text": text})
        return int(text)


class EventsField(ListField):
    """Codes of events that the case's commands know."""

    def __init__(self, *, known: set[str], **options: Any) -> None:
        super().__init__(**options)
        self.known = known

    def entry(self, text: str) -> str:
        """One event.

        Raises:
            ValidationError: no command knows it, so the clock would never stop.
        """
        if text not in self.known:
            raise ValidationError(
                _("“%(text)s” is no event that the system knows. Choose from: %(known)s."),
                params={"text": text, "known": ", ".join(sorted(self.known))},
            )
        return text


class PeriodForm(forms.ModelForm):
    """A draft of a version. Version number, status and who did what are the services' to set."""

    division = PlaceField(
        label=_("division"), required=False, help_text=_("Empty: national. A province may be stricter.")
    )
    warning_leads = LeadsField(
        label=_("warnings, days before"), required=False, help_text=_("Numbers of days, such as 7, 3, 1.")
    )

    class Meta:
        model = StatutoryPeriod
        fields = (
            "code", "division", "name", "amount", "unit", "due_month", "due_day", "hard_cap", "start_day_excluded",
            "roll_forward", "pausable", "starts_on", "stops_on", "responsible", "warning_leads", "effective_from",
            "effective_to", "citation", "certainty",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A published version is only read: its fields aren't those of a form.
        if "starts_on" in self.fields:
            self._offer_what_is_known()

    def _offer_what_is_known(self) -> None:
        """Events and people that the published versions and their words name: no other would ever happen or answer."""
        rows = list(
            StatutoryPeriod.objects.filter(status=StatutoryPeriod.Status.PUBLISHED).values_list(
                "starts_on", "stops_on", "responsible"
            )
        )
        starts = {start: start for start, _stops, _role in rows} | dict(event_choices())
        roles = {role: role for _start, _stops, role in rows} | dict(responsible_choices())
        known = {event for _start, stops, _role in rows for event in stops} | set(starts)
        labelled = [(code, code if words == code else f"{words} · {code}") for code, words in starts.items()]
        self.fields["starts_on"] = _choice(self.fields["starts_on"], labelled)
        self.fields["responsible"] = _choice(self.fields["responsible"], list(roles.items()))
        self.fields["stops_on"] = EventsField(
            label=self.fields["stops_on"].label,
            known=known,
            help_text=_("Codes, separated by commas. Known: %(known)s") % {"known": ", ".join(sorted(known))},
        )

    def clean_amount(self) -> int:
        """A period has at least one day."""
        amount = int(self.cleaned_data["amount"])
        if amount < 1:
            raise ValidationError(_("A period has at least one day."))
        return amount


def _choice(field: forms.Field, choices: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=field.label,
        help_text=field.help_text,
        choices=[("", "—"), *choices],
        widget=UnfoldAdminSelectWidget,
    )
