"""The forms that every kind of case has on the public site."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from casework.cases.references import new_idempotency_key


class KeyForm(forms.Form):
    """The key that makes a filing happen once, however often it is sent."""

    idempotency_key = forms.RegexField(r"^[A-Za-z0-9_-]{16,64}$", widget=forms.HiddenInput)

    @classmethod
    def key_of(cls, data: Any) -> str:
        """The key that came with a form, or a new one when it is missing or malformed."""
        form = cls(data)
        return str(form.cleaned_data["idempotency_key"]) if form.is_valid() else new_idempotency_key()


class TrackForm(forms.Form):
    """Reference and secret."""

    reference = forms.CharField(
        label=_("reference"),
        max_length=40,
        help_text=_("For example QK2026-000123-7."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "code"}
        ),
    )
    secret = forms.CharField(
        label=_("secret"),
        max_length=60,
        help_text=_(
            "20 letters and digits from the receipt, or the access code of a credit record; "
            "capitals, spaces and hyphens don't matter."
        ),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "code"}
        ),
    )

    def clean_reference(self) -> str:
        """In capitals, without spaces, with plain hyphens."""
        return re.sub(r"\s", "", self.cleaned_data["reference"]).replace("－", "-").upper()


class VersionForm(forms.Form):
    """The state of the case that the person was looking at."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class ConfirmedWithdrawal(VersionForm):
    """The question before a withdrawal, in the words of a kind of case; `portal/withdraw.html` shows it.

    Attributes:
        title: what is done.
        warning: what it means.
        confirmed: what one says yes to.
    """

    title: ClassVar[str | Promise]
    warning: ClassVar[str | Promise]
    confirmed: ClassVar[str | Promise]

    reason = forms.CharField(
        label=_("reason"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    confirm = forms.BooleanField(
        error_messages={"required": _("Tick this box to withdraw. If you don't want to, go back.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["confirm"].label = str(self.confirmed)
