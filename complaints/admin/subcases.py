"""Side matters on the case page: the disputed size, the receivable to be confirmed, and what came of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.widgets import INPUT_CLASSES, RADIO_CLASSES

from casework.desk.acts import Act
from casework.desk.forms import long_text
from complaints.admin.actions import register_side_act
from complaints.admin.forms import ActionForm
from complaints.models import ArrearsComplaint, EnterpriseSize
from complaints.subcases import services
from complaints.subcases.models import SubCase
from complaints.subcases.selectors import (
    CONFIRMED,
    OUTCOMES,
    REFUSED,
    Kind,
    can_dispute_size,
    can_send_receivable,
    open_subcase,
    open_subcases,
)
from complaints.subcases.words import subcase_lines

GROUP = "subcases"
DROPPED = "dropped"
_INPUT = {"class": " ".join(INPUT_CLASSES)}
_OUTCOME_LABELS: dict[str, Any] = {
    **{size.value: size.label for size in EnterpriseSize},
    CONFIRMED: _("debt confirmed"),
    REFUSED: _("debt not confirmed"),
}


def subcases_context(complaint: ArrearsComplaint) -> dict[str, Any]:
    """The matters, newest first."""
    return {"subcases": subcase_lines(complaint)}


class SizeDisputeForm(ActionForm):
    """Who decides, and what is disputed."""

    asked_of = forms.CharField(
        label=_("department asked"),
        help_text=_("The one for SME promotion where the enterprise is located, at county level or above (art. 29)."),
        max_length=200,
        widget=forms.TextInput(attrs=_INPUT),
    )
    request = long_text(_("what is disputed"), help_text=_("What each side says on the size; it stands in the letter."))


class ReceivableForm(ActionForm):
    """What the respondent has to confirm."""

    request = long_text(
        _("what is to be confirmed"),
        help_text=_("The claim and the financing it serves; it stands in the letter."),
    )

    def prepare(self) -> None:
        """What the complainant wrote."""
        if (matter := open_subcase(self.complaint, Kind.RECEIVABLE)) is not None:
            self.initial["request"] = matter.request


class EndForm(ActionForm):
    """What came of it."""

    subcase = forms.TypedChoiceField(
        label=_("side matter"), coerce=int, widget=forms.RadioSelect(attrs={"class": " ".join(RADIO_CLASSES)}),
        error_messages={"required": _("Choose one of these.")},
    )  # fmt: skip
    outcome = forms.ChoiceField(
        label=_("result"),
        widget=forms.RadioSelect(attrs={"class": " ".join(RADIO_CLASSES)}),
        error_messages={"required": _("Choose one of these.")},
    )
    amount = forms.DecimalField(
        label=_("confirmed amount (yuan)"),
        max_digits=16,
        decimal_places=2,
        required=False,
        widget=forms.TextInput(attrs={**_INPUT, "inputmode": "decimal"}),
    )
    note = long_text(_("reasons"), help_text=_("Number and day of the answer, and what it rests on."), rows=3)

    def prepare(self) -> None:
        """The open matters and what can come of them."""
        matters = open_subcases(self.complaint)
        field, outcome = self.fields["subcase"], self.fields["outcome"]
        assert isinstance(field, forms.TypedChoiceField)
        assert isinstance(outcome, forms.ChoiceField)
        field.choices = [(matter.pk, f"{matter.get_kind_display()} · {matter.asked_of}") for matter in matters]
        if len(matters) == 1:
            self.initial["subcase"] = matters[0].pk
        possible = [code for matter in matters for code in OUTCOMES[matter.kind]]
        outcome.choices = [*((code, _OUTCOME_LABELS[code]) for code in possible), (DROPPED, _("dropped"))]
        if all(matter.kind != Kind.RECEIVABLE for matter in matters):
            del self.fields["amount"]

    def command(self) -> dict[str, Any]:
        """A dropped matter has no outcome."""
        given = super().command()
        return {**given, "outcome": "" if given["outcome"] == DROPPED else given["outcome"]}


def _register(
    name: str,
    label: Promise,
    form: type[ActionForm],
    command: Callable[..., SubCase],
    possible: Callable[[ArrearsComplaint], bool],
    intro: Promise,
    done: Promise,
) -> None:
    register_side_act(
        Act(
            name=name,
            label=label,
            tone="neutral",
            confirm="",
            form=form,
            command=command,
            intro=intro,
            done=done,
            allowed=lambda roles: bool(roles & services.WORKING_ROLES),
            possible=possible,
            group=GROUP,
        )
    )


_register(
    "begin_size_dispute",
    _("Have the size decided"),
    SizeDisputeForm,
    services.size_dispute_begin,
    can_dispute_size,
    _("The department for SME promotion decides a disputed size. The law sets no days; a default clock begins today."),
    _("The letter on the size is issued."),
)
_register(
    "begin_receivable",
    _("Ask to confirm the receivable"),
    ReceivableForm,
    services.receivable_send,
    can_send_receivable,
    _("The respondent has 30 days from the request to confirm the debt (Decree 802 art. 16(2))."),
    _("The letter on the receivable is issued."),
)
_register(
    "end_subcase",
    _("Record the result of a side matter"),
    EndForm,
    services.subcase_end,
    lambda complaint: bool(open_subcases(complaint)),
    _("A decided size is a finding for the assessment of the size; correct the assessment if its figures change."),
    _("The result is kept."),
)
