"""The form of the public interest calculator: a GET form, so that every answer has an address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.fields import DateField, YuanField
from complaints.payment import labels, limits
from complaints.payment.inputs import Allocation, Inputs, inputs_from

_ROW = re.compile(r"(payment|deposit)-([0-9]{1,3})-")
_YES_NO = (("", _("Not known")), ("yes", _("Yes")), ("no", _("No")))
_TRUTH = {"yes": True, "no": False}


class Basis(models.TextChoices):
    """From what the contract lets the term run."""

    DELIVERY = "delivery", _("Delivery")
    ACCEPTANCE = "acceptance", _("Acceptance: the contract makes it a condition of payment")
    SETTLEMENT = "settlement", _("Settlement by progress or period: both sides confirm the amount")


class NearDateField(DateField):
    """A day of this century."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        first, last = limits.EARLIEST_DAY, limits.LATEST_DAY
        self.widget.attrs.update({"min": first.isoformat(), "max": last.isoformat()})

    def validate(self, value: date | None) -> None:
        """Refuse a slip in the year."""
        super().validate(value)
        if value is not None and not limits.EARLIEST_DAY <= value <= limits.LATEST_DAY:
            text = _("Give a day from %(first)s to %(last)s.")
            raise forms.ValidationError(text, params={"first": limits.EARLIEST_DAY, "last": limits.LATEST_DAY})


def _amount(**options: Any) -> YuanField:
    return YuanField(min_value=limits.LEAST_AMOUNT, max_digits=limits.AMOUNT_DIGITS, decimal_places=2, **options)


def _choice(choices: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(choices=choices, **options)


class PaymentRow(forms.Form):
    """A part that was paid."""

    on = NearDateField(label=_("paid on"))
    amount = _amount(label=_("amount (yuan)"))


class DepositRow(forms.Form):
    """A deposit that the buyer still holds."""

    kind = _choice((("", _("Choose")), *labels.DEPOSIT_KINDS), label=_("kind of deposit"))
    amount = _amount(label=_("amount (yuan)"))
    expires_on = NearDateField(label=_("period that it secures ends on"), required=False)


class InterestForm(forms.Form):
    """One claim.

    Attributes:
        payments, deposits: rows; those left empty don't count.
    """

    GROUPS = (
        ("contract", _("The contract"), ("respondent_type", "state_owned", "signed_on", "contract_object")),
        (
            "start",
            _("From when the term runs"),
            ("basis", "delivered_on", "agreed_deadline", "passed_on", "settlement_confirmed_on"),
        ),
        ("agreed", _("What was agreed"), ("agreed_term_days", "agreed_annual_rate")),
        ("amounts", _("The amounts"), ("amount", "undisputed_amount")),
        ("conduct", _("What else matters"), ("sme_status_told", "practices", "invalid_reasons")),
        ("options", _("How to calculate"), ("as_of", "allocation", "day_count")),
    )

    respondent_type = _choice(labels.BUYERS, label=_("who owes you"), widget=forms.RadioSelect)
    state_owned = _choice(_YES_NO, label=_("state-owned enterprise?"), required=False)
    signed_on = NearDateField(label=_("contract signed on"), help_text=_("This day decides which law applies."))
    contract_object = _choice((("", _("Not known")), *labels.OBJECTS), label=_("what you supplied"), required=False)
    basis = _choice(Basis.choices, label=_("the term of payment runs from"), required=False, widget=forms.RadioSelect)
    delivered_on = NearDateField(label=_("delivered or completed on"), required=False)
    agreed_deadline = NearDateField(
        label=_("last day agreed for inspection or acceptance"),
        required=False,
        help_text=_("If the buyer lets it pass, the term runs from this day."),
    )
    passed_on = NearDateField(
        label=_("acceptance passed on"), required=False, help_text=_("Leave it empty if it is not passed.")
    )
    settlement_confirmed_on = NearDateField(label=_("both sides confirmed the amount on"), required=False)
    agreed_term_days = forms.IntegerField(
        label=_("agreed term in days"),
        required=False,
        min_value=0,
        max_value=limits.MOST_TERM_DAYS,
        help_text=_("Calendar days. Leave it empty if none was agreed."),
        widget=forms.NumberInput(attrs={"class": "amount", "autocomplete": "off"}),
    )
    agreed_annual_rate = forms.DecimalField(
        label=_("agreed late interest, % a year"),
        required=False,
        min_value=0,
        max_value=limits.MOST_RATE,
        max_digits=limits.RATE_DIGITS,
        decimal_places=limits.RATE_PLACES,
        help_text=_("6 means 6 %. Leave it empty if none was agreed."),
        widget=forms.TextInput(attrs={"class": "amount", "inputmode": "decimal", "autocomplete": "off"}),
    )
    amount = _amount(
        label=_("amount that fell due (yuan)"), help_text=_("Before the payments below, without interest.")
    )
    undisputed_amount = _amount(
        label=_("undisputed part of it (yuan)"), required=False, help_text=_("If the buyer disputes only a part.")
    )
    sme_status_told = _choice(
        _YES_NO,
        label=_("can you prove that the buyer knew at signing that you are an SME?"),
        required=False,
    )
    practices = forms.MultipleChoiceField(
        choices=labels.PRACTICES,
        label=_("what the buyer does"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    invalid_reasons = forms.MultipleChoiceField(
        choices=labels.EXCUSES,
        label=_("reasons that it gives for not paying"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    as_of = NearDateField(
        label=_("interest through"), required=False, help_text=_("This day included; today if empty.")
    )
    allocation = _choice(
        labels.ALLOCATIONS,
        label=_("payments cover"),
        required=False,
        help_text=_("Interest first, unless you agreed otherwise (Civil Code art. 561)."),
    )
    day_count = forms.TypedChoiceField(
        choices=[(days, str(days)) for days in limits.DAY_COUNTS],
        coerce=int,
        label=_("days of a year"),
        required=False,
        help_text=_("Matters for agreed annual rates only."),
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        basis = Basis.DELIVERY.value
        if data is not None and "basis" not in data:
            data = data.copy()
            data["basis"] = basis
        super().__init__(data, initial={"as_of": timezone.localdate(), "basis": basis})
        for name in ("signed_on", "amount"):
            self.fields[name].error_messages["required"] = _("Fill this in.")
        self.fields["respondent_type"].error_messages["required"] = _("Choose one of these.")
        self.too_many: list[int] = []
        self.payments = self._rows(PaymentRow, "payment", least=2, most=limits.MOST_PAYMENTS)
        self.deposits = self._rows(DepositRow, "deposit", least=1, most=limits.MOST_DEPOSITS)

    def _rows(self, row: type[forms.Form], kind: str, least: int, most: int) -> list[forms.Form]:
        """One form for each row that was sent, and empty ones to fill in."""
        found = (_ROW.match(name) for name, value in self.data.items() if value)
        numbers = [int(match[2]) for match in found if match and match[1] == kind]
        wanted = max(numbers, default=-1) + 1
        if wanted > most:
            self.too_many.append(most)
        count = min(max(least, wanted + 1), most)
        data = self.data if self.is_bound else None
        rows = [
            row(data, prefix=f"{kind}-{number}", empty_permitted=True, use_required_attribute=False)
            for number in range(count)
        ]
        for field in (field for each in rows for field in each.fields.values()):
            field.error_messages["required"] = _("Fill this in.")
        return rows

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The fieldsets: id, title, bound fields."""
        return [
            {"id": key, "title": title, "fields": [self[name] for name in names]} for key, title, names in self.GROUPS
        ]

    def clean(self) -> dict[str, Any]:
        """The rules between fields, and the rows."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        amount, undisputed = given.get("amount"), given.get("undisputed_amount")
        if amount is not None and undisputed is not None and undisputed > amount:
            self.add_error("undisputed_amount", _("The undisputed part can't exceed the amount."))
        for most in self.too_many:
            self.add_error(None, _("At most %(most)s rows are taken here.") % {"most": most})
        if not all(row.is_valid() for row in self.payments):
            self.add_error(None, _("Check the payments."))
        if not all(row.is_valid() for row in self.deposits):
            self.add_error(None, _("Check the deposits."))
        return given

    def last_day(self) -> date:
        """The day through which interest runs."""
        day: date | None = self.cleaned_data["as_of"]
        return day or timezone.localdate()

    def inputs(self) -> Inputs:
        """What the engine is asked; days that belong to another basis than the chosen one don't count."""
        given = dict(self.cleaned_data)
        del given["as_of"]
        basis = given.pop("basis") or Basis.DELIVERY
        inspection = {name: given.pop(name) for name in ("agreed_deadline", "passed_on")}
        confirmed_on = given.pop("settlement_confirmed_on")
        values: Mapping[str, Any] = {
            **given,
            "periodic_settlement": basis == Basis.SETTLEMENT,
            "settlement_confirmed_on": confirmed_on if basis == Basis.SETTLEMENT else None,
            "inspection": inspection if basis == Basis.ACCEPTANCE else None,
            "state_owned": _TRUTH.get(given["state_owned"]),
            "sme_status_told": _TRUTH.get(given["sme_status_told"]),
            "allocation": given["allocation"] or Allocation.INTEREST_FIRST,
            "day_count": given["day_count"] or limits.DAY_COUNTS[0],
            "payments": [row.cleaned_data for row in self.payments if row.cleaned_data],
            "deposits": [row.cleaned_data for row in self.deposits if row.cleaned_data],
        }
        return inputs_from(values)
