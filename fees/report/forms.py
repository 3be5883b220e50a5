"""The forms of the public site: reporting a charge, adding to a report, and withdrawing it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from casework.cases.models import CitedTerm
from casework.cases.terms import terms_in_force
from casework.fields import CreditCodeField, PastDateField, YuanField
from casework.places import PlaceField
from casework.portal.forms import ConfirmedWithdrawal, VersionForm
from fees.payees import PayeeType
from fees.report.models import FeeReport
from fees.report.verdicts import verdicts_on
from fees.verdict.engine import Verdict

if TYPE_CHECKING:
    _ReportForm = forms.ModelForm[FeeReport]
else:
    _ReportForm = forms.ModelForm

# Who reports; an anonymous reporter leaves all of it empty, whatever was typed before.
IDENTITY = ("complainant_name", "complainant_code", "contact_name", "contact_phone", "contact_email")
# What the catalogue's standard may need beside the amount: folded away until somebody opens, fills or mistakes it.
MEASURE = ("quantity", "unit", "base")
_GROUPS = (
    ("charge", _("The charge"), ("item", "charged_on", "amount", "is_paid", *MEASURE)),
    ("payee", _("Who charged it"), ("respondent_name", "payee_type", "division", "respondent_code", "payee_address")),
    ("happened", _("What happened"), ("suspected", "payees_basis", "facts", "request")),
    ("evidence", _("Evidence"), ()),
    ("you", _("Who reports"), ("is_anonymous", *IDENTITY)),
)
# The names under which the page that checks a charge knows the same things.
_BEGUN = {"payee": "respondent_name"}
_SHORT = {"autocomplete": "off", "class": "short"}


class ReportForm(_ReportForm):
    """Everything a report says, in groups."""

    field_order = [name for _key, _title, names in _GROUPS for name in names]

    division = PlaceField(
        label=_("where it was charged"),
        help_text=_("Name or code of the district or county. It decides who receives the report."),
    )
    payee_type = forms.ChoiceField(label=_("kind of payee"), choices=PayeeType.choices, widget=forms.RadioSelect)
    suspected = forms.ChoiceField(
        label=_("what seems wrong with it"),
        required=False,
        help_text=_("If you are not sure, leave it open: the department decides."),
    )

    class Meta:
        model = FeeReport
        fields = [
            "item",
            "charged_on",
            "amount",
            "is_paid",
            "quantity",
            "unit",
            "base",
            "respondent_name",
            "payee_type",
            "respondent_code",
            "payee_address",
            "suspected",
            "payees_basis",
            "facts",
            "request",
            "is_anonymous",
            *IDENTITY,
        ]
        field_classes = {
            "complainant_code": CreditCodeField,
            "respondent_code": CreditCodeField,
            "amount": YuanField,
            "base": YuanField,
            "charged_on": PastDateField,
        }
        widgets = {
            "item": forms.TextInput(attrs={"autocomplete": "off"}),
            "quantity": forms.TextInput(attrs={"inputmode": "decimal", "class": "amount", "autocomplete": "off"}),
            "unit": forms.TextInput(attrs=_SHORT),
            "respondent_name": forms.TextInput(attrs={"autocomplete": "off"}),
            "payee_address": forms.TextInput(attrs={"autocomplete": "off"}),
            "payees_basis": forms.TextInput(attrs={"autocomplete": "off"}),
            "facts": forms.Textarea(attrs={"rows": 6}),
            "request": forms.Textarea(attrs={"rows": 2}),
            "complainant_name": forms.TextInput(attrs={"autocomplete": "organization"}),
            "contact_name": forms.TextInput(attrs={"autocomplete": "name", "class": "short"}),
            "contact_phone": forms.TextInput(
                attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel", "class": "short"}
            ),
            "contact_email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }
        labels = {
            "amount": _("amount in yuan"),
            "is_paid": _("We have paid it."),
            "is_anonymous": _("I report without my name."),
            "request": _("what you want to be done"),
            "respondent_name": _("full name of the payee"),
            "respondent_code": _("the payee's unified social credit code"),
            "base": _("base in yuan"),
        }
        help_texts = {
            "quantity": _("Of the unit: 2 for two cases, 6 for six months."),
            "base": _("For a share: the contract amount, the estimated price."),
            "respondent_name": _("As on the receipt, its seal or the notice of payment."),
            "payees_basis": _("The document, decision or rule that was named to you, if any."),
            "facts": _("Who asked for the money, how, and what happened to those who didn't pay."),
            "request": _("For example: that the fee is refunded."),
            "complainant_name": _("As on the business licence. The payee never learns who reported."),
            "contact_phone": _("A phone number or an e-mail address: one of the two is enough."),
        }

    def __init__(self, data: Any = None, begun: dict[str, str] | None = None) -> None:
        given = {_BEGUN.get(name, name): value for name, value in (begun or {}).items()}
        super().__init__(data, initial={"charged_on": timezone.localdate(), "amount": None, **given})
        # What the cases of other kinds must have.
        for name in ("complainant_code", "respondent_code"):
            self.fields[name].required = False
        self.fields["complainant_name"].required = not self["is_anonymous"].value()
        for field in self.fields.values():
            is_choice = isinstance(field, forms.ChoiceField)
            field.error_messages["required"] = _("Choose one of these.") if is_choice else _("Fill this in.")
        who = self.fields["complainant_name"]
        who.error_messages["required"] = _("Give the name of your enterprise, or report without your name.")
        for name in ("amount", "base"):
            # Judged here already, so that a sum that makes no sense is not compared with the catalogue.
            self.fields[name].validators.append(MinValueValidator(Decimal("0.01")))
        kinds = self.fields["suspected"]
        assert isinstance(kinds, forms.ChoiceField)
        self.violations = list(terms_in_force("fee.violation", timezone.localdate()))
        kinds.choices = [("", _("Not sure")), *((term.code, in_words(term)) for term in self.violations)]

    def clean(self) -> dict[str, Any] | None:
        """What an anonymous reporter typed about itself is forgotten before anything is made of it."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("is_anonymous"):
            for name in IDENTITY:
                cleaned[name] = ""
                self.errors.pop(name, None)
        return cleaned

    def add_error(self, field: str | None, error: Any) -> None:
        """Add errors; what a rule between fields says about a field that is itself faulty would be said twice."""
        if isinstance(error, ValidationError) and hasattr(error, "error_dict"):
            fresh = {name: faults for name, faults in error.error_dict.items() if name not in self.errors}
            error = ValidationError(fresh)
        super().add_error(field, error)

    def show_errors(self, errors: dict[str, list[str]]) -> None:
        """Put the command's refusals at their fields; those without a field of this form stand above it."""
        for name, texts in errors.items():
            for text in texts:
                self.add_error(name if name in self.fields else None, text)

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The fieldsets: id, title, bound fields, and those that are folded away."""
        return [
            {
                "id": key,
                "title": title,
                "fields": [self[name] for name in names if name not in MEASURE],
                "folded": [self[name] for name in names if name in MEASURE],
            }
            for key, title, names in _GROUPS
        ]

    @property
    def is_measured(self) -> bool:
        """Whether something was said, or said wrongly, about quantity, unit or base."""
        return any(name in self.errors or self[name].value() for name in MEASURE)

    @property
    def sent_on(self) -> list[forms.BoundField]:
        """The fields that the page between checking and sending passes on; without a name, none that says who."""
        is_anonymous = self.cleaned_data["is_anonymous"]
        return [field for field in self if not (is_anonymous and field.name in IDENTITY)]

    def verdicts(self) -> tuple[Verdict, ...]:
        """What the catalogue says to the charge of a valid form; nothing is kept."""
        self.instance.division = self.cleaned_data["division"]
        return verdicts_on(self.instance)

    def suspicion(self) -> str:
        """The suspected kind of violation in words; "" where none was chosen."""
        chosen = self.cleaned_data["suspected"]
        return next((in_words(term) for term in self.violations if term.code == chosen), "")


class ReportWithdrawForm(ConfirmedWithdrawal):
    """The confirmation of a withdrawal."""

    title = _("Withdraw the report")
    warning = _(
        "Withdrawing ends your report for good and every deadline with it. The department may still look "
        "into the charge by itself. You can report again later."
    )
    confirmed = _("Yes, I withdraw this report.")


class AddForm(VersionForm):
    """What a reporter adds."""

    text = forms.CharField(
        label=_("what you want to add"),
        required=False,
        max_length=5000,
        help_text=_("Facts, names of other payers, or where the department can find proof. Files alone are right too."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )


def in_words(term: CitedTerm) -> str:
    """A term in the reader's language, as far as there is a translation."""
    return (term.label_en if get_language() == "en" else "") or term.label
