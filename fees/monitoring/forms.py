"""The questionnaire of a monitoring point: a row for each payment, and what holds for the whole return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.fields import CreditCodeField, DateField, YuanField
from casework.parties.places import PlaceField
from fees.monitoring.answers import MOST_ROWS, ROW_FIELDS, clean_rows
from fees.monitoring.models import QuarterlyReturn
from fees.monitoring.verdicts import Payment
from fees.payees import PayeeType
from fees.verdict.forms import LONGEST_ITEM

_QUANTITY: dict[str, Any] = {"inputmode": "decimal", "class": "amount", "autocomplete": "off"}


class EnterForm(forms.Form):
    """Reference and access code."""

    reference = forms.CharField(
        label=gettext_lazy("reference of the monitoring point"),
        max_length=40,
        help_text=gettext_lazy("Such as JC2026-000123-7; it stands in the mail."),
        widget=forms.TextInput(attrs={"class": "code", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    # Named as the case's secret is: the page's script takes it from the address of the mail.
    secret = forms.CharField(
        label=gettext_lazy("access code"),
        max_length=60,
        help_text=gettext_lazy("20 characters; hyphens and small letters don't matter."),
        widget=forms.TextInput(
            attrs={"class": "code", "autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}
        ),
    )


class OwnPlaceField(PlaceField):
    """A place; empty is the enterprise's own, and costs no query."""

    def clean(self, value: Any) -> Any:
        """The division, or None."""
        return super().clean(value) if str(value or "").strip() else None


class PaymentForm(forms.Form):
    """One payment of the quarter."""

    item = forms.CharField(
        label=gettext_lazy("what was charged"),
        max_length=LONGEST_ITEM,
        help_text=gettext_lazy("As it stands on the receipt or notice."),
    )
    payee = forms.CharField(label=gettext_lazy("who charged it"), max_length=200)
    payee_type = forms.ChoiceField(
        label=gettext_lazy("kind of payee"), choices=[("", gettext_lazy("Please choose")), *PayeeType.choices]
    )
    amount = YuanField(
        label=gettext_lazy("amount in yuan"), max_digits=16, decimal_places=2, min_value=0,
        help_text=gettext_lazy("Several payments of the same kind to the same payee may stand as one sum."),
    )  # fmt: skip
    charged_on = DateField(
        label=gettext_lazy("day of the charge"), help_text=gettext_lazy("Of a sum: the day of its last payment.")
    )
    quantity = forms.DecimalField(
        label=gettext_lazy("quantity"), required=False, min_value=0, max_digits=16, decimal_places=4,
        widget=forms.TextInput(attrs=_QUANTITY), help_text=gettext_lazy("With it the amount can be checked."),
    )  # fmt: skip
    unit = forms.CharField(
        label=gettext_lazy("unit"), max_length=40, required=False,
        help_text=gettext_lazy("As the list has it, such as case or month."),
        widget=forms.TextInput(attrs={"class": "short"}),
    )  # fmt: skip
    division = OwnPlaceField(
        label=gettext_lazy("where"), required=False, help_text=gettext_lazy("Empty: where your enterprise lies.")
    )
    payee_code = CreditCodeField(label=gettext_lazy("payee's credit code"), required=False)
    note = forms.CharField(label=gettext_lazy("note"), max_length=300, required=False)

    FOLDED = ("quantity", "unit", "division", "payee_code", "note")

    def __init__(self, *args: Any, row: QuarterlyReturn, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        quarter = row.round.quarter
        days = {"min": quarter.first_day.isoformat(), "max": quarter.last_day.isoformat()}
        self.fields["charged_on"].widget.attrs |= days

    def folded(self) -> list[forms.BoundField]:
        """What may be left out."""
        return [self[name] for name in self.FOLDED]

    def asked(self) -> list[forms.BoundField]:
        """What has to be told."""
        return [self[name] for name in self.fields if name not in self.FOLDED]

    @property
    def is_unfolded(self) -> bool:
        """Whether something stands in what may be left out, or is wrong with it."""
        return any(field.errors or field.value() for field in self.folded())

    def clean_amount(self) -> Any:
        """More than nothing."""
        amount = self.cleaned_data["amount"]
        if amount is not None and amount <= 0:
            raise ValidationError(_("Enter the amount that was charged, more than 0."))
        return amount

    def clean_quantity(self) -> Any:
        """More than nothing, where it is told."""
        quantity = self.cleaned_data["quantity"]
        if quantity is not None and quantity <= 0:
            raise ValidationError(_("Enter a quantity of more than 0, or leave it empty."))
        return quantity

    def clean_charged_on(self) -> Any:
        """A day of the quarter that is asked about."""
        day, quarter = self.cleaned_data["charged_on"], self.row.round.quarter
        if not quarter.first_day <= day <= quarter.last_day:
            raise ValidationError(
                _("This day doesn't lie in the quarter: give one from %(first)s to %(last)s."),
                params={"first": quarter.first_day.isoformat(), "last": quarter.last_day.isoformat()},
            )
        return day

    def payment(self) -> Payment:
        """The payment of a valid form."""
        given = dict(self.cleaned_data)
        place = given.pop("division")
        return Payment(**given, division=place.code if place else self.row.point.division_id)


class Questionnaire:
    """The whole page: rows and the rest, from what was typed or from the draft.

    Args:
        rows: as typed, `ROW_FIELDS` as text.
        data: of the whole return: `nothing_paid`, `remark`.
    """

    def __init__(self, row: QuarterlyReturn, rows: list[dict[str, str]], *, nothing_paid: bool, remark: str) -> None:
        self.row, self.rows, self.nothing_paid, self.remark = row, rows, nothing_paid, remark[:1000]
        self.forms: list[PaymentForm] = []
        self.faults: list[str] = []

    @classmethod
    def of_draft(cls, row: QuarterlyReturn) -> Questionnaire:
        """As it was left."""
        return cls(row, clean_rows(row.draft_rows), nothing_paid=row.nothing_paid, remark=row.remark)

    @classmethod
    def of_post(cls, row: QuarterlyReturn, post: Mapping[str, Any]) -> Questionnaire:
        """As it was sent, empty rows included."""
        count = str(post.get("rows", ""))
        size = min(int(count), MOST_ROWS) if count.isascii() and count.isdigit() and len(count) < 4 else 0
        rows = [{name: str(post.get(f"{place}-{name}", "")) for name in ROW_FIELDS} for place in range(size)]
        return cls(row, rows, nothing_paid="nothing_paid" in post, remark=str(post.get("remark", "")))

    def show(self, empty: int = 0) -> Questionnaire:
        """Make the forms without judging them.

        Args:
            empty: how many empty rows follow.
        """
        blank: dict[str, str] = dict.fromkeys(ROW_FIELDS, "")
        rows = [*self.rows, *[blank] * empty][:MOST_ROWS]
        self.forms = [PaymentForm(initial=cells, prefix=str(place), row=self.row) for place, cells in enumerate(rows)]
        return self

    def judge(self) -> bool:
        """Make the forms and check all rows that are not empty; whether the return may be submitted."""
        self.rows = clean_rows(self.rows)
        self.forms = [self._bound(place, cells) for place, cells in enumerate(self.rows)]
        valid = [form.is_valid() for form in self.forms]
        if self.nothing_paid and self.forms:
            self.faults.append(_("You list payments and say that nothing was paid. Untick the box or remove the rows."))
        if not self.nothing_paid and not self.forms:
            self.faults.append(_("List what was paid, or tick that nothing was."))
        return all(valid) and not self.faults

    def _bound(self, place: int, cells: Mapping[str, str]) -> PaymentForm:
        data = {f"{place}-{name}": text for name, text in cells.items()}
        return PaymentForm(data, prefix=str(place), row=self.row)

    def check_row(self, place: int) -> PaymentForm | None:
        """Show all rows, judge the one at a place; None where there is none."""
        self.show()
        if not 0 <= place < len(self.rows):
            return None
        form = self.forms[place] = self._bound(place, self.rows[place])
        form.is_valid()
        return form

    @property
    def payments(self) -> list[Payment]:
        """The payments of a return that was judged right."""
        return [form.payment() for form in self.forms]

    @property
    def is_full(self) -> bool:
        """Whether no more rows fit."""
        return len(self.forms) >= MOST_ROWS
