"""The form of the public check of a charge."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.fields import PastDateField, YuanField
from casework.parties.places import PlaceField
from fees.verdict.engine import Verdict
from fees.verdict.selectors import check_charge

LONGEST_ITEM = 200


class CheckForm(forms.Form):
    """A charge, in a GET form so that an answer has an address."""

    item = forms.CharField(
        label=_("item"), max_length=LONGEST_ITEM, help_text=_("As it stands on the receipt or the notice of payment.")
    )
    payee = forms.CharField(
        label=_("who charged it"),
        max_length=200,
        required=False,
        help_text=_("Left out, it is not judged who may charge."),
    )
    division = PlaceField(
        label=_("where"), required=False, help_text=_("Name or code of the place; empty: national lists.")
    )
    charged_on = PastDateField(label=_("day of the charge"))
    amount = YuanField(label=_("amount in yuan"), min_value=0, max_digits=16, decimal_places=2)
    quantity = forms.DecimalField(
        label=_("quantity"), required=False, min_value=0, max_digits=16, decimal_places=4,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "amount", "autocomplete": "off"}),
        help_text=_("Of the unit: 2 for two cases, 6 for six months."),
    )  # fmt: skip
    unit = forms.CharField(
        label=_("unit"), max_length=40, required=False, help_text=_("As the list has it, such as case or month.")
    )
    base = YuanField(
        label=_("base in yuan"), required=False, min_value=0, max_digits=18, decimal_places=2,
        help_text=_("For a share: the contract amount, the estimated price."),
    )  # fmt: skip

    def __init__(self, data: Any = None, begun: dict[str, str] | None = None) -> None:
        super().__init__(data, initial={"charged_on": timezone.localdate(), **(begun or {})})
        self.fields["unit"].widget.attrs["class"] = "short"

    def verdicts(self) -> tuple[Verdict, ...]:
        """The answer to a valid form."""
        given = dict(self.cleaned_data)
        return check_charge(**{**given, "division": given["division"].code})
