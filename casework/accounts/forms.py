"""The forms of accounts; what they hold is judged by the services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.accounts.addresses import clean_address
from casework.accounts.models import FirmRole, Mandate, Way
from casework.portal.forms import TrackForm

_CODE = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "code"}


class AccountForm(forms.Form):
    """A form that shows a service's refusals at its fields."""

    def show_errors(self, errors: Mapping[str, list[str]]) -> None:
        """Those without a field of this form stand above it."""
        for name, texts in errors.items():
            for text in texts:
                self.add_error(name if name in self.fields else None, text)


class AddressForm(AccountForm):
    """An e-mail address or a mobile number."""

    address = forms.CharField(
        label=_("e-mail or mobile number"),
        max_length=254,
        help_text=_("We send a code with six digits there. There is no password."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, phone: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.takes_phone = phone
        if not phone:
            self.fields["address"].label = str(_("e-mail"))

    def clean_address(self) -> tuple[Way, str]:
        """The way and the value in its one form."""
        way, value = clean_address(self.cleaned_data["address"])
        if way == Way.PHONE and not self.takes_phone:
            raise ValidationError(_("Text messages can't be sent yet: give an e-mail address."))
        return way, value


class CodeForm(AccountForm):
    """The six digits."""

    code = forms.RegexField(
        r"^\s*(\d\s*){6}$",
        label=pgettext_lazy("six digits", "code"),
        help_text=_("Six digits, valid for 10 minutes."),
        error_messages={"invalid": _("The code has six digits.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "code", "maxlength": "12"}
        ),
    )


class NameForm(AccountForm):
    """By what name colleagues and the case's history know the account."""

    display_name = forms.CharField(
        label=_("your name"), max_length=60, help_text=_("Your colleagues and the departments on your cases see it.")
    )


class ClaimForm(AccountForm, TrackForm):
    """Reference and secret, and where the case shall stand."""

    holder = forms.ChoiceField(label=_("Where shall the case stand?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, holders: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holder"].choices = holders  # type: ignore[attr-defined]
        if len(holders) == 1:
            self.fields["holder"].widget = forms.HiddenInput()
            self.fields["holder"].initial = holders[0][0]


class FirmForm(AccountForm):
    """The enterprise whose cases are shared."""

    name = forms.CharField(label=_("full name of the enterprise"), max_length=120)
    code = forms.CharField(
        label=_("unified social credit code"),
        max_length=40,
        help_text=_("18 characters, on the business licence."),
        widget=forms.TextInput(attrs=_CODE),
    )


class InvitationForm(AccountForm):
    """Whom to invite, and as what."""

    email = forms.EmailField(label=_("e-mail of the person"), max_length=254)
    role = forms.ChoiceField(
        label=_("role"), choices=FirmRole.choices, initial=FirmRole.MEMBER, widget=forms.RadioSelect
    )


class SecretForm(AccountForm):
    """A code of twenty letters and digits."""

    code = forms.CharField(
        label=pgettext_lazy("twenty characters", "code"),
        max_length=60,
        help_text=_("20 letters and digits; capitals, spaces and hyphens don't matter."),
        widget=forms.TextInput(attrs=_CODE),
    )


class MandateForm(AccountForm, forms.ModelForm):
    """A power of attorney as its document states it."""

    upload = forms.FileField(
        label=_("signed power of attorney"), help_text=_("PDF or a photo. The departments on the cases read it.")
    )

    class Meta:
        model = Mandate
        fields = (
            "agent_name", "kind", "principal_name", "principal_code", "scope", "valid_from", "valid_to",
        )  # fmt: skip
        widgets = {
            "scope": forms.Textarea(attrs={"rows": 3}),
            "principal_code": forms.TextInput(attrs={**_CODE, "maxlength": "40"}),
            "valid_from": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "valid_to": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def show_errors(self, errors: Mapping[str, list[str]]) -> None:
        """The service calls the file by the model's name."""
        super().show_errors({"upload" if name == "document" else name: texts for name, texts in errors.items()})


class ConfirmForm(AccountForm):
    """The box before what can't be undone."""

    confirm = forms.BooleanField(error_messages={"required": _("Tick this box, or go back.")})

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["confirm"].label = label
