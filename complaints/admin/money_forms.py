"""The forms of parts, payments and plans. A form asks and keeps what was typed; the rules are the services'."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import INPUT_CLASSES, RADIO_CLASSES, SELECT_CLASSES

from casework.desk.forms import long_text
from casework.fields import DateField, YuanField
from complaints.admin.forms import ActionForm
from complaints.money.models import RecordedPayment
from complaints.money.selectors import answerable_payments, money_of
from complaints.money.services import Part, Promise
from complaints.respondent.models import AnsweredPart
from complaints.respondent.selectors import answered_parts

_INPUT = " ".join(INPUT_CLASSES)
SPARE_ROWS = 3
_KINDS = [("undisputed", gettext_lazy("undisputed")), ("disputed", gettext_lazy("disputed"))]


def _day(label: Any, *, help_text: Any = "") -> DateField:
    field = DateField(label=label, help_text=help_text)
    field.widget.attrs["class"] = _INPUT
    return field


def _yuan(label: Any, *, help_text: Any = "") -> YuanField:
    field = YuanField(label=label, help_text=help_text, max_digits=16, decimal_places=2)
    field.widget.attrs["class"] = _INPUT
    return field


def _file(label: Any) -> forms.FileField:
    return forms.FileField(
        label=label, required=False, help_text=gettext_lazy("PDF, image, Office or OFD. Optional, but better with it.")
    )


def _named_input(name: str, **attrs: str) -> forms.TextInput:
    """An input without a label of its own."""
    return forms.TextInput(attrs={"class": _INPUT, "aria-label": name, "placeholder": name, **attrs})


class PartWidget(forms.MultiWidget):
    """The four inputs of a part in one row, each with its name for screen readers."""

    def __init__(self) -> None:
        text = _named_input(_("name of the part, such as price of the goods"))
        amount = _named_input(_("amount (yuan)"), inputmode="decimal")
        kind = forms.Select(
            choices=_KINDS, attrs={"class": " ".join(SELECT_CLASSES), "aria-label": _("disputed or not")}
        )
        why = _named_input(_("reason of the dispute"))
        super().__init__([text, amount, kind, why])

    def decompress(self, value: Part | None) -> list[Any]:
        """A part as the four inputs show it."""
        if value is None:
            return ["", "", "undisputed", ""]
        return [value.label, f"{value.amount:,.2f}", "disputed" if value.disputed else "undisputed", value.reason]


class PartField(forms.MultiValueField):
    """A part of the claim; an empty row is no part."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            fields=(
                forms.CharField(max_length=200, required=False),
                YuanField(max_digits=16, decimal_places=2, required=False),
                forms.ChoiceField(choices=_KINDS),
                forms.CharField(max_length=1000, required=False),
            ),
            widget=PartWidget(),
            require_all_fields=False,
            required=False,
            **kwargs,
        )

    def compress(self, data_list: list[Any]) -> Part | None:
        """The part that was typed.

        Raises:
            ValidationError: a name without an amount, or the other way round.
        """
        if not data_list or not any((data_list[0], data_list[1], data_list[3])):
            return None
        label, amount, kind, reason = data_list
        if not label or amount is None:
            raise ValidationError(_("A part needs a name and an amount."))
        return Part(label, amount, kind == "disputed", reason)


class SplitClaimForm(ActionForm):
    """The parts of the claim; first as recorded, else as the respondent answered."""

    def prepare(self) -> None:
        """A row for each part, and some to spare."""
        known = _known_parts(self)
        for number in range(1, len(known) + SPARE_ROWS + 1):
            self.fields[f"part_{number}"] = PartField(label=_("part %(number)s") % {"number": number})
            self.initial[f"part_{number}"] = known[number - 1] if number <= len(known) else None

    def command(self) -> dict[str, Any]:
        """The rows that hold something."""
        rows = [value for name, value in self.cleaned_data.items() if name.startswith("part_")]
        return {"parts": [row for row in rows if row is not None]}


def _known_parts(form: SplitClaimForm) -> list[Part]:
    recorded = [Part(row.label, row.amount, row.disputed, row.reason) for row in money_of(form.complaint).parts]
    if recorded:
        return recorded
    disputed = AnsweredPart.Position.DISPUTED
    return [Part(row.label, row.amount, row.position == disputed, row.reason) for row in answered_parts(form.complaint)]


class RecordPaymentForm(ActionForm):
    """Day, amount, proof."""

    paid_on = _day(gettext_lazy("paid on"))
    amount = _yuan(
        gettext_lazy("amount (yuan)"),
        help_text=gettext_lazy("What was paid of the claimed principal. Interest is not part of the claim."),
    )
    remark = forms.CharField(
        label=gettext_lazy("remark"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Such as the way of payment. It stands in the result letter."),
        widget=forms.TextInput(attrs={"class": _INPUT}),
    )
    proof = _file(gettext_lazy("proof"))

    def command(self) -> dict[str, Any]:
        """The proof as a list of uploads."""
        return with_uploads(super().command(), "proof")


class AnswerPaymentForm(ActionForm):
    """What the complainant said to a payment, when it was not said on the tracking page."""

    payment = forms.ChoiceField(
        label=gettext_lazy("payment"), widget=forms.RadioSelect(attrs={"class": " ".join(RADIO_CLASSES)})
    )
    arrived = forms.ChoiceField(
        label=gettext_lazy("what the complainant says"),
        choices=[("yes", gettext_lazy("It arrived")), ("no", gettext_lazy("It did not arrive"))],
        widget=forms.RadioSelect(attrs={"class": " ".join(RADIO_CLASSES)}),
    )
    note = long_text(
        gettext_lazy("how the complainant told you"),
        help_text=gettext_lazy("Who, when, by phone or in writing. It stands in the timeline."),
        rows=3,
    )

    def prepare(self) -> None:
        """The payments that wait for an answer, then those confirmed; the only one is chosen already."""
        rows = answerable_payments(self.complaint)
        field = self.fields["payment"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(row.pk, f"{payment_name(row)} · {row.get_status_display()}") for row in rows]
        if len(rows) == 1:
            self.initial["payment"] = rows[0].pk

    def command(self) -> dict[str, Any]:
        """The payment as its id, the answer as a truth value."""
        given = super().command()
        return {**given, "payment": int(given["payment"]), "arrived": given["arrived"] == "yes"}


class SignPlanForm(ActionForm):
    """The day of the signatures, the instalments, the signed paper."""

    signed_on = _day(gettext_lazy("signed on"))
    instalments = long_text(
        gettext_lazy("instalments"),
        help_text=gettext_lazy("One a line: day and amount in yuan, such as 2026-12-31 50000.00"),
        rows=6,
    )
    document = _file(gettext_lazy("the signed plan"))

    def clean_instalments(self) -> list[Promise]:
        """The lines as promises.

        Raises:
            ValidationError: names each line that is no day with an amount.
        """
        lines = [line.strip() for line in self.cleaned_data["instalments"].splitlines() if line.strip()]
        promises, faults = [], []
        for line in lines:
            try:
                promises.append(_promise(line))
            except ValidationError:
                faults.append(_("Not a day and an amount: %(line)s") % {"line": line})
        if faults:
            raise ValidationError(faults)
        return promises

    def command(self) -> dict[str, Any]:
        """The paper as a list of uploads."""
        return with_uploads(super().command(), "document")


def _promise(line: str) -> Promise:
    day, _space, amount = line.replace("　", " ").partition(" ")
    due_on, yuan = DateField().clean(day), YuanField(max_digits=16, decimal_places=2).clean(amount)
    return Promise(due_on, yuan)


def with_uploads(given: dict[str, Any], name: str) -> dict[str, Any]:
    """A form's file as the list that the services take."""
    upload = given.pop(name, None)
    return {**given, "uploads": [upload] if upload else []}


def payment_name(payment: RecordedPayment) -> str:
    """A payment in one line."""
    return f"{date_format(payment.paid_on, 'DATE_FORMAT')} · {payment.amount:,.2f}"
