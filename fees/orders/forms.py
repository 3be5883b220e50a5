"""The public question for refund notices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class NoticesForm(forms.Form):
    """In a GET form, so that an answer has an address."""

    payee = forms.CharField(label=_("payee"), max_length=100, required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["payee"].widget.attrs |= {"type": "search", "autocomplete": "off"}
