"""The forms of the calendar: which year to change, its days and notice, and the last question before it is applied."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    CHECKBOX_CLASSES,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from casework.clocks.admin.places import PlaceField
from casework.clocks.calendar_changes import (
    LONGEST_NAME,
    CalendarTableError,
    DayException,
    change_fingerprint,
    exceptions_of,
    read_table,
    write_table,
)
from casework.clocks.models import CalendarChange

LARGEST_FILE = 200_000  # bytes; a year has at most a few dozen short rows
# Excel on a Chinese system saves in GBK, of which GB 18030 is the superset.
ENCODINGS = ("utf-8-sig", "gb18030")


class BeginForm(forms.Form):
    """Which year to change, and for whom."""

    year = forms.IntegerField(label=_("year"), widget=UnfoldAdminIntegerFieldWidget)
    division = PlaceField(
        label=_("division"),
        required=False,
        help_text=_("Empty: national. A region that has days off of its own: its code or name, such as 530000."),
    )


class DraftForm(forms.Form):
    """The days of a draft as a table, typed or from a file, and the notice that they come from.

    Args:
        change: the draft.
    """

    source_notice = forms.CharField(
        label=_("source notice"),
        max_length=200,
        required=False,
        help_text=_("Title and number of the notice, as it was published."),
        widget=UnfoldAdminTextInputWidget,
    )
    occasion = forms.CharField(
        label=_("occasion of the days that you click"),
        max_length=LONGEST_NAME,
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"list": "occasions", "autocomplete": "off"}),
    )
    table = forms.CharField(
        label=_("table of days"), required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 14})
    )
    file = forms.FileField(
        label=_("CSV file"),
        required=False,
        help_text=_("Takes the place of the whole table above."),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    days: list[DayException]

    def __init__(self, *args: Any, change: CalendarChange, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.change = change
        self.initial = {
            "source_notice": change.source_notice,
            "table": write_table(exceptions_of(change), chinese=get_language() != "en"),
            "seen": change_fingerprint(change),
            **self.initial,
        }

    def clean(self) -> dict[str, Any]:
        """Read the file, or else the table; the days stand in `days`."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        field = "file" if given.get("file") else "table"
        try:
            text = _text_of(given["file"]) if field == "file" else given.get("table", "")
            self.days = read_table(text, self.change.year, may_be_empty=field == "table")
        except CalendarTableError as error:
            self.add_error(field, error.faults)
        return given


class ConfirmForm(forms.Form):
    """The last question, and the mark of what the person was looking at."""

    seen = forms.CharField(widget=forms.HiddenInput)
    compared = forms.BooleanField(
        label=_("I have compared this with its source."),
        error_messages={"required": _("Compare it with its source first, then tick the box.")},
        widget=forms.CheckboxInput(attrs={"class": " ".join(CHECKBOX_CLASSES)}),
    )


def day_of(text: str, year: int) -> date | None:
    """A day of the year from a button's value; None for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year == year else None


def _text_of(file: Any) -> str:
    """A small file's text.

    Raises:
        CalendarTableError: too large, or no text.
    """
    if file.size > LARGEST_FILE:
        raise CalendarTableError([str(_("The file is too large for a table of days."))])
    content = file.read()
    for encoding in ENCODINGS:
        try:
            return str(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise CalendarTableError([str(_("The file is no text in UTF-8 or GB 18030."))])
