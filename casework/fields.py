"""Form fields that understand what people type: amounts with 元 and commas, 年月日, codes with spaces."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone

from casework.parties.validators import clean_credit_code, validate_credit_code

_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，", "0123456789.,")
_GROUPED = re.compile(r"^\d{1,3}(,\d{3})+(\.\d*)?$")
_DATE_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"]


class CreditCodeField(forms.CharField):
    """A unified social credit code; spaces and small letters are put right, not refused."""

    default_validators = [validate_credit_code]

    def to_python(self, value: Any) -> str:
        """The code in capitals without spaces."""
        return clean_credit_code(super().to_python(value) or "")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Hints for keyboards, and the mark by which the page's script checks the code."""
        return {
            **super().widget_attrs(widget),
            "class": "code",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "maxlength": "30",
            "data-credit-code": "",
        }


class YuanField(forms.DecimalField):
    """An amount in yuan. Spaces, 元, 万 and commas in groups of three are understood; any other comma is refused."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """The amount, exactly as typed; never rounded."""
        if isinstance(value, str):
            value = re.sub(r"[\s¥￥元]", "", value.translate(_FULL_WIDTH))
            if _GROUPED.match(value.removesuffix("万")):
                value = value.replace(",", "")
            if value.endswith("万"):
                amount = super().to_python(value.removesuffix("万"))
                return None if amount is None else (amount * 10_000).normalize() + Decimal("0.00")
        return super().to_python(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """A keypad with digits."""
        return {**super().widget_attrs(widget), "inputmode": "decimal", "class": "amount", "autocomplete": "off"}


class DateField(forms.DateField):
    """A day, picked or typed."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "off"})
        super().__init__(widget=widget, input_formats=_DATE_FORMATS, **kwargs)


class PastDateField(DateField):
    """A day that has come: what has not happened is no complaint yet."""

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        """No day after today can be picked."""
        self.widget.attrs["max"] = timezone.localdate().isoformat()
        return super().get_bound_field(form, field_name)
