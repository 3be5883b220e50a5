"""The complainant's forms after the fact; the rules are the services'."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.portal.forms import VersionForm

_SCORES = [
    ("5", _("5, very satisfied")),
    ("4", _("4, satisfied")),
    ("3", _("3, neither nor")),
    ("2", _("2, dissatisfied")),
    ("1", _("1, very dissatisfied")),
]
_CHOOSE = {"required": _("Choose one of these.")}


class PaymentAnswerForm(VersionForm):
    """Whether a payment arrived."""

    arrived = forms.ChoiceField(
        label=_("Did this payment arrive?"),
        choices=[("yes", _("Yes, the whole amount arrived")), ("no", _("No, or not the whole amount"))],
        widget=forms.RadioSelect,
        error_messages=_CHOOSE,
    )
    note = forms.CharField(
        label=_("remark"),
        max_length=500,
        required=False,
        help_text=_("If it did not arrive, say what did: another amount, a bill instead of money, nothing."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SatisfactionForm(VersionForm):
    """How satisfied one is with the handling."""

    score = forms.ChoiceField(
        label=_("How satisfied are you with the handling?"),
        choices=_SCORES,
        widget=forms.RadioSelect,
        error_messages=_CHOOSE,
    )
    text = forms.CharField(label=_("remark"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 4}))


class NewFactsForm(VersionForm):
    """What is new."""

    text = forms.CharField(
        label=_("what is new"),
        max_length=5000,
        help_text=_("Facts or reasons that the department did not know when the case ended, and since when you know."),
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Say what is new, and since when you know it.")},
    )
