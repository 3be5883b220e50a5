"""The forms of feedback and measures. A form asks and keeps what was typed; the rules are the services'."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from unfold.widgets import CHECKBOX_CLASSES, INPUT_CLASSES, RADIO_CLASSES

from casework.desk.forms import long_text
from complaints.admin.forms import ActionForm
from complaints.measures.models import Measure
from complaints.measures.selectors import Outcome, interviews_without_minutes, open_measures, unanswered_request
from complaints.measures.services import VIOLATIONS
from complaints.respondent.selectors import possible_judgements

# Proposed in Chinese whatever language the caseworker reads: it stands in a letter.
_QUESTIONS = (
    "1.对投诉人主张的欠款，认可哪些部分，拟于何日付款；\n"
    "2.对哪些部分有争议，理由是什么，请指明合同条款和证明材料；\n"
    "3.未按期付款的原因。"
)


def _line(label: Any, *, length: int = 200, help_text: Any = "", required: bool = True) -> forms.CharField:
    widget = forms.TextInput(attrs={"class": " ".join(INPUT_CLASSES)})
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=length, widget=widget)


def _day(label: Any, *, help_text: Any = "", required: bool = True) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": " ".join(INPUT_CLASSES)})
    return forms.DateField(label=label, help_text=help_text, required=required, widget=widget)


def _choice(label: Any) -> forms.ChoiceField:
    widget = forms.RadioSelect(attrs={"class": " ".join(RADIO_CLASSES)})
    return forms.ChoiceField(label=label, widget=widget, error_messages={"required": _("Choose one of these.")})


class AskFeedbackForm(ActionForm):
    """What the respondent is asked."""

    questions = long_text(
        _("what is asked"),
        help_text=_("It stands in the letter and on the answer page. Name no contact data of the complainant."),
        rows=8,
    )

    def prepare(self) -> None:
        """What is asked in most cases."""
        self.initial["questions"] = _QUESTIONS


class RenewCodeForm(ActionForm):
    """A confirmation."""


class JudgeFeedbackForm(ActionForm):
    """Sufficient or not; or that nothing came."""

    judgement = _choice(_("judgement"))
    reasons = long_text(
        _("reasons"),
        help_text=_("What is missing or wrong, if it is not as required. The supervisory letter quotes it."),
        required=False,
    )

    def prepare(self) -> None:
        """What can be said now."""
        offer(self, "judgement", [(status.value, status.label) for status in possible_judgements(self.complaint)])


class SupervisoryLetterForm(ActionForm):
    """What is demanded."""

    demand = long_text(_("what the respondent has to do"), help_text=_("It stands in the supervisory letter."))

    def prepare(self) -> None:
        """What the unanswered request asked."""
        request = unanswered_request(self.complaint)
        if request is not None:
            self.initial["demand"] = request.questions


class InterviewForm(ActionForm):
    """Who must come, when and where, about what."""

    attendee = _line(_("who must come"), help_text=_("By post, such as the head of finance."))
    held_at = forms.DateTimeField(
        label=_("when"),
        widget=forms.DateTimeInput(
            format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "class": " ".join(INPUT_CLASSES)}
        ),
    )
    place = _line(_("where"))
    topics = long_text(_("what is talked about"))
    material = long_text(_("what to bring"), required=False, rows=3)
    note_taker = _line(_("who takes the minutes"), length=40, required=False)
    superior = _line(
        _("copy to the body above the respondent"), required=False, help_text=_("Leave it empty if there is none.")
    )


class MinutesForm(ActionForm):
    """What was said and promised."""

    measure = _choice(_("interview"))
    present = long_text(_("who took part"), rows=3)
    facts = long_text(_("facts put to the respondent"))
    statement = long_text(_("what the respondent said"))
    commitments = long_text(
        _("what it promised"), help_text=_("With days and amounts. Leave it empty if nothing."), required=False
    )

    def prepare(self) -> None:
        """The interviews that wait for their minutes."""
        offer(self, "measure", [(row.pk, measure_name(row)) for row in interviews_without_minutes(self.complaint)])

    def command(self) -> dict[str, Any]:
        """The interview as its id."""
        return with_id(super().command())


class CircularForm(ActionForm):
    """Facts, demands, addressees."""

    facts = long_text(_("facts"), help_text=_("What is proved. No trade secrets, no personal data (art. 25)."))
    demands = long_text(_("demands"))
    addressees = long_text(
        _("to whom besides the respondent"),
        help_text=_("One body a line, such as the one above the respondent."),
        rows=3,
    )
    due_on = _day(_("to be met by"), required=False)


class RectificationForm(ActionForm):
    """Finding, articles, correction."""

    term_fields = ("violations",)
    finding = long_text(_("finding"), help_text=_("The facts that are proved, with dates and amounts."))
    violations = forms.MultipleChoiceField(
        label=_("articles violated"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": " ".join(CHECKBOX_CLASSES)}),
        error_messages={"required": _("Choose at least one article of the list.")},
    )
    correction = long_text(_("what is to be corrected"))
    due_on = _day(_("to be done by"))

    def prepare(self) -> None:
        """The articles in force."""
        self.offer_terms("violations", VIOLATIONS)


class OutcomeForm(ActionForm):
    """What came of a measure."""

    measure = _choice(_("measure"))
    outcome = _choice(_("outcome"))
    note = long_text(
        _("what came of it"),
        help_text=_("What was done and what was not; the next measure rests on it."),
        required=False,
    )

    def prepare(self) -> None:
        """The open measures; the only one is chosen already."""
        rows = open_measures(self.complaint)
        offer(self, "measure", [(row.pk, measure_name(row)) for row in rows])
        offer(self, "outcome", [choice for choice in Outcome.choices if choice[0] != Outcome.OPEN])
        if len(rows) == 1:
            self.initial["measure"] = rows[0].pk

    def command(self) -> dict[str, Any]:
        """The measure as its id."""
        return with_id(super().command())


def offer(form: forms.Form, name: str, choices: list[tuple[Any, Any]]) -> None:
    """Set the choices of a field."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


def with_id(given: dict[str, Any]) -> dict[str, Any]:
    """The chosen measure as a number."""
    return {**given, "measure": int(given["measure"])}


def measure_name(measure: Measure) -> str:
    """A measure in one line: kind, day of issue, number of its letter."""
    number = measure.letter.number if measure.letter else ""
    return f"{measure.get_kind_display()} · {date_format(measure.issued_on, 'DATE_FORMAT')} · {number}"
