"""The forms of the public site. What a rule of the model refuses is shown at its field, all faults at once."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.fields import CreditCodeField, DateField, PastDateField, YuanField
from casework.parties.models import NATION, Division
from casework.portal.forms import ConfirmedWithdrawal, VersionForm
from complaints.assessments.models import ClaimFacts, SmeNotice
from complaints.assessments.previews import ASSESSED, Preview, preview_of
from complaints.models import ArrearsComplaint, ContractObject, EnterpriseSize, RespondentType
from complaints.sizing.forms import industry_choices, use_of
from complaints.sizing.sizes import Indicator
from complaints.sizing.standards import standard_on
from complaints.sizing.words import sentences

# All of them may be left open: folded away until somebody opens, fills or mistakes them. What opens them, by group.
_FACTS = frozenset(field.name for field in ClaimFacts._meta.fields)
_FOLDED = {"size": _("Check it with your figures"), "terms": _("Say what was agreed")}
_CHOICES = {
    "complainant_size": EnterpriseSize.choices,
    "respondent_type": RespondentType.choices,
    "contract_object": ContractObject.choices,
}
_LEAST = {"contract_amount": Decimal("0.01"), "paid_amount": Decimal(0)}

if TYPE_CHECKING:
    _ComplaintForm = forms.ModelForm[ArrearsComplaint]
else:
    _ComplaintForm = forms.ModelForm
_GROUPS = (
    (
        "you",
        _("You"),
        (
            "complainant_name",
            "complainant_code",
            "contact_name",
            "contact_phone",
            "contact_email",
            "contact_address",
        ),
    ),
    (
        "size",
        _("How large your enterprise was when the contract was signed"),
        ("complainant_size", "size_industry", "size_employees", "size_revenue", "size_assets"),
    ),
    (
        "respondent",
        _("Who owes you"),
        (
            "respondent_name",
            "respondent_code",
            "respondent_type",
            "province",
            "city",
            "county",
            "respondent_address",
            "respondent_contact",
            "respondent_phone",
        ),
    ),
    ("contract", _("The contract"), ("contract_title", "contract_object", "signed_on", "delivered_on")),
    ("amounts", _("The amounts"), ("contract_amount", "paid_amount", "amount")),
    (
        "terms",
        _("What was agreed on payment"),
        (
            "agreed_term_days",
            "agreed_annual_rate",
            "acceptance_required",
            "acceptance_due_on",
            "acceptance_passed_on",
            "settlement_confirmed_on",
            "state_owned",
            "sme_notice",
        ),
    ),
    ("facts", _("What happened and what you ask for"), ("facts", "request")),
    ("evidence", _("Evidence"), ()),
    ("declaration", _("Declaration"), ("undertaking",)),
)


class FilingForm(_ComplaintForm):
    """Everything a complaint says, in groups; the place is chosen from province down to county."""

    field_order = [name for _key, _title, names in _GROUPS for name in names]
    PLACES = ("province", "city", "county")

    province = forms.ChoiceField(
        label=_("province"), help_text=_("Where the party that owes is registered. It decides who receives the case.")
    )
    city = forms.ChoiceField(label=_("city or prefecture"), required=False)
    county = forms.ChoiceField(label=_("county or district"), required=False)

    class Meta:
        model = ArrearsComplaint
        fields = [
            "complainant_name",
            "complainant_code",
            "complainant_size",
            "contact_name",
            "contact_phone",
            "contact_email",
            "contact_address",
            "respondent_name",
            "respondent_code",
            "respondent_type",
            "respondent_address",
            "respondent_contact",
            "respondent_phone",
            "contract_title",
            "contract_object",
            "signed_on",
            "delivered_on",
            "contract_amount",
            "paid_amount",
            "amount",
            *(field.name for field in ClaimFacts._meta.fields),
            "facts",
            "request",
            "undertaking",
        ]
        field_classes = {
            "complainant_code": CreditCodeField,
            "respondent_code": CreditCodeField,
            "contract_amount": YuanField,
            "paid_amount": YuanField,
            "amount": YuanField,
            "signed_on": PastDateField,
            "delivered_on": PastDateField,
            "settlement_confirmed_on": PastDateField,
            "acceptance_due_on": DateField,
            "acceptance_passed_on": PastDateField,
            "size_revenue": YuanField,
            "size_assets": YuanField,
        }
        widgets = {
            "complainant_name": forms.TextInput(attrs={"autocomplete": "organization"}),
            "complainant_size": forms.RadioSelect,
            "contact_name": forms.TextInput(attrs={"autocomplete": "name", "class": "short"}),
            "contact_phone": forms.TextInput(
                attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel", "class": "short"}
            ),
            "contact_email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "contact_address": forms.TextInput(attrs={"autocomplete": "street-address"}),
            "respondent_name": forms.TextInput(attrs={"autocomplete": "off"}),
            "respondent_type": forms.RadioSelect,
            "respondent_address": forms.TextInput(attrs={"autocomplete": "off"}),
            "respondent_contact": forms.TextInput(attrs={"autocomplete": "off", "class": "short"}),
            "respondent_phone": forms.TextInput(
                attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off", "class": "short"}
            ),
            "contract_title": forms.TextInput(attrs={"autocomplete": "off"}),
            "contract_object": forms.RadioSelect,
            "agreed_term_days": forms.NumberInput(attrs={"class": "amount", "min": 1, "autocomplete": "off"}),
            "agreed_annual_rate": forms.TextInput(
                attrs={"class": "amount", "inputmode": "decimal", "autocomplete": "off"}
            ),
            "state_owned": forms.Select(choices=(("", _("Not known")), ("true", _("Yes")), ("false", _("No")))),
            "size_industry": forms.Select(attrs={"autocomplete": "off"}),
            "size_employees": forms.NumberInput(attrs={"class": "amount", "min": 0, "autocomplete": "off"}),
            "facts": forms.Textarea(attrs={"rows": 8}),
            "request": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "complainant_name": _("As on the business licence."),
            "complainant_code": _("18 digits and capital letters, as on the business licence."),
            "complainant_size": _(
                "The size on the day of signing counts (Decree 802 art. 3). If you are not sure, say so; we check it."
            ),
            "contact_phone": _("We call only about this complaint. For example 13800000000 or 025-83000000."),
            "respondent_name": _("As on the contract or its seal."),
            "respondent_code": _("You find it on the contract, on an invoice, or in the public enterprise register."),
            "respondent_type": _("Every enterprise that is not small or medium is a large one, private ones too."),
            "contract_title": _("Its name and number, for example: Equipment purchase contract, no. 2025-017."),
            "paid_amount": _("0 if nothing was paid."),
            "amount": _("The principal without interest, for example 80000.00."),
            "request": _("For example: payment of 80,000 yuan and the interest for the delay."),
            "size_revenue": _("In yuan, for example 157350000."),
            "size_assets": _("In yuan, for example 80000000."),
            "acceptance_required": _("Payment then runs from acceptance instead of delivery."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in _CHOICES:
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = _CHOICES[name]
        for field in self.fields.values():
            is_choice = isinstance(field, forms.ChoiceField)
            field.error_messages["required"] = _("Choose one of these.") if is_choice else _("Fill this in.")
        for name in _LEAST:
            # Judged here already, so that the rules between the amounts only see amounts that make sense.
            self.fields[name].validators.append(MinValueValidator(_LEAST[name]))
        # The column's 0 is no answer.
        self.fields["amount"].initial = None
        notice = self.fields["sme_notice"]
        assert isinstance(notice, forms.ChoiceField)
        notice.choices = [("", _("Not known")), *SmeNotice.choices]
        for name in ASSESSED:
            # What is typed here, and nothing else, brings the assessment up to date.
            self.fields[name].widget.attrs["data-assessed"] = ""
        self._offer_places()
        self._offer_industries()

    def _offer_industries(self) -> None:
        """The industries of the standard, and at each figure which of them need it: in words, and for the script."""
        standard = standard_on(timezone.localdate())
        field = self.fields["size_industry"]
        field.widget.choices = [("", _("Not given")), *industry_choices(standard)]
        for indicator in Indicator:
            needed = self.fields[f"size_{indicator}"]
            needed.widget.attrs["data-industries"], use = use_of(indicator, standard)
            needed.help_text = sentences(str(needed.help_text), use)

    def assessment(self) -> Preview:
        """What the facts amount to so far, whatever is still missing or wrong elsewhere; nothing is kept."""
        if not hasattr(self, "cleaned_data"):
            self.full_clean()
        given = {name: value for name, value in self.cleaned_data.items() if name in ASSESSED}
        return preview_of(ArrearsComplaint(**given))

    def _offer_places(self) -> None:
        """Each list holds what lies below the choice before it; without a script a button sends the choice."""
        parent = NATION
        for name in self.PLACES:
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            rows = list(Division.objects.filter(parent_id=parent).values_list("code", "name")) if parent else []
            field.choices = [("", _("Choose") if field.required else _("Not known")), *rows]
            field.widget.attrs.update({"data-place": name, "autocomplete": "off", "class": "short"})
            chosen = str(self.data.get(name, ""))
            parent = chosen if any(code == chosen for code, _name in rows) else ""

    def clean(self) -> dict[str, Any] | None:
        """A place below one that is wrong itself is not said to be wrong too."""
        wrong = [place for place, name in enumerate(self.PLACES) if name in self.errors]
        for name in self.PLACES[wrong[0] + 1 :] if wrong else ():
            self.errors.pop(name, None)
        return super().clean()

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The fieldsets: id, title, bound fields, and those that are folded away."""
        return [
            {
                "id": key,
                "title": title,
                "fields": [self[name] for name in names if name not in _FACTS],
                "folded": self._folded(key, [name for name in names if name in _FACTS]),
            }
            for key, title, names in _GROUPS
        ]

    def _folded(self, key: str, names: list[str]) -> dict[str, Any] | None:
        if not names:
            return None
        is_open = any(self.errors.get(name) or self[name].value() not in (None, "", False) for name in names)
        return {"title": _FOLDED[key], "fields": [self[name] for name in names], "is_open": is_open}

    def filing_data(self) -> dict[str, object]:
        """What the filing command takes; the deepest place that was chosen is the division."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in self.PLACES}
        code = next(filter(None, (self.cleaned_data[name] for name in reversed(self.PLACES))))
        return {**data, "division": Division.objects.get(pk=code)}

    def add_error(self, field: str | None, error: Any) -> None:
        """Add errors; what a rule between fields says about a field that is itself faulty would be said twice."""
        if isinstance(error, ValidationError) and hasattr(error, "error_dict"):
            fresh = {name: faults for name, faults in error.error_dict.items() if name not in self.errors}
            error = ValidationError(fresh)
        super().add_error(field, error)

    def show_errors(self, errors: dict[str, list[str]]) -> None:
        """Put a command's refusals at their fields; those without a field of this form stand above it."""
        for name, texts in errors.items():
            shown_at = "province" if name == "division" else name
            for text in texts:
                self.add_error(shown_at if shown_at in self.fields else None, text)


class CorrectionForm(VersionForm):
    """The answer to a correction request."""

    answer = forms.CharField(
        label=_("your answer"),
        max_length=5000,
        required=False,
        help_text=_("Say what you add or change. You may leave it empty if the files say it all."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class WithdrawForm(ConfirmedWithdrawal):
    """The confirmation of a withdrawal."""

    title = _("Withdraw the complaint")
    warning = _(
        "Withdrawing ends the case for good: the departments stop their work and every deadline ends. You "
        "can file a new complaint later. If somebody presses you to withdraw, tell the receiving "
        "department: reprisals are unlawful (Decree 802 art. 20)."
    )
    confirmed = _("Yes, I withdraw this complaint.")
