"""The arrears complaint: an SME says that a body or large enterprise has not paid it (Decree 802 arts 2, 24-25)."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.cases.indicators import marks
from casework.cases.models import Case
from casework.cases.transfer.models import Ownership
from casework.parties.validators import clean_credit_code, phone_validator
from complaints.assessments.models import Assessment as Assessment
from complaints.assessments.models import ClaimFacts
from complaints.closing.models import NewFacts as NewFacts
from complaints.closing.models import Satisfaction as Satisfaction
from complaints.disclosure.models import Disclosure as Disclosure
from complaints.disclosure.models import DisclosureCorrection as DisclosureCorrection
from complaints.disclosure.models import DisclosureObligation as DisclosureObligation
from complaints.disclosure.models import DisclosureReminder as DisclosureReminder
from complaints.disclosure.models import ObligedBody as ObligedBody
from complaints.flow import ArrearsFlow, State
from complaints.measures.models import DepartmentMeasure as DepartmentMeasure
from complaints.measures.models import Measure as Measure
from complaints.money.models import ClaimPart as ClaimPart
from complaints.money.models import Instalment as Instalment
from complaints.money.models import RecordedPayment as RecordedPayment
from complaints.money.models import RepaymentPlan as RepaymentPlan
from complaints.payment.models import LprRate as LprRate
from complaints.protection.models import ThreatAlert as ThreatAlert
from complaints.respondent.models import AnsweredPart as AnsweredPart
from complaints.respondent.models import FeedbackAnswer as FeedbackAnswer
from complaints.respondent.models import FeedbackRequest as FeedbackRequest
from complaints.review.models import ConditionCheck as ConditionCheck
from complaints.subcases.models import SubCase as SubCase


class EnterpriseSize(models.TextChoices):
    """Size class at contract signing (Decree 802 art. 3(2))."""

    MICRO = "micro", _("Micro")
    SMALL = "small", _("Small")
    MEDIUM = "medium", _("Medium")
    LARGE = "large", _("Large")
    UNSURE = "unsure", _("Not sure")


class RespondentType(models.TextChoices):
    """Who must pay under Decree 802 (arts 2 and 36)."""

    ORGAN = "organ", _("State organ")
    INSTITUTION = "institution", _("Public institution")
    FISCAL_GROUP = "fiscal_group", _("Organisation that uses fiscal funds")
    LARGE_ENTERPRISE = "large_enterprise", _("Large enterprise")
    # Outside the decree. Taken in all the same: the department decides, and its refusal names the other ways.
    OTHER = "other", _("None of these: a small or medium enterprise, a person")


class ContractObject(models.TextChoices):
    """What was bought (Decree 802 art. 2)."""

    GOODS = "goods", _("Goods")
    WORKS = "works", _("Construction works")
    SERVICES = "services", _("Services")


class ArrearsComplaint(ClaimFacts, ArrearsFlow, Case):
    """One complaint. Parties' contact data are personal data: only those who handle the case see them."""

    complainant_size = models.CharField(
        _("size of your enterprise when the contract was signed"), max_length=10, choices=EnterpriseSize.choices
    )
    contact_name = models.CharField(_("contact person"), max_length=40)
    contact_phone = models.CharField(_("phone"), max_length=20, validators=[phone_validator])
    contact_email = models.EmailField(_("e-mail"), blank=True, help_text=_("Optional. We write when the case moves."))
    contact_address = models.CharField(_("postal address"), max_length=200, blank=True)

    respondent_type = models.CharField(_("kind of party"), max_length=20, choices=RespondentType.choices)
    # To whom it belongs and what it works in decide who handles the case (art. 25(1)); staff fill them in.
    respondent_ownership = models.CharField(
        _("belongs to"), max_length=12, choices=Ownership.choices, blank=True, editable=False
    )
    respondent_sector = models.CharField(_("sector"), max_length=40, blank=True, editable=False)
    respondent_address = models.CharField(_("its address"), max_length=200, blank=True)
    respondent_contact = models.CharField(_("its contact person"), max_length=40, blank=True)
    respondent_phone = models.CharField(_("its phone"), max_length=20, blank=True, validators=[phone_validator])

    contract_title = models.CharField(_("contract or order"), max_length=200, help_text=_("Its name and number."))
    contract_object = models.CharField(_("what you supplied"), max_length=10, choices=ContractObject.choices)
    signed_on = models.DateField(_("contract signed on"))
    delivered_on = models.DateField(
        _("delivered or completed on"), help_text=_("The day the goods, works or services were handed over.")
    )
    contract_amount = models.DecimalField(
        _("contract amount (yuan)"),
        max_digits=16,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("The settled amount, if it was settled differently later."),
    )
    paid_amount = models.DecimalField(
        _("paid so far (yuan)"),
        max_digits=16,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(Decimal(0))],
    )
    facts = models.TextField(
        _("what happened"),
        max_length=5000,
        help_text=_("When was payment due, what did you do to get it, what did the other side answer?"),
    )
    request = models.TextField(_("what you ask for"), max_length=1000)
    undertaking = models.BooleanField(
        _(
            "I declare that no court, arbitration body, other administrative body or mediation body has accepted or "
            "handled this matter, and that what I say is true."
        ),
        default=False,
    )

    correction_items = models.JSONField(_("what is missing"), default=list, editable=False)
    correction_note = models.TextField(_("explanation"), blank=True, editable=False)
    decision_ground = models.CharField(_("ground"), max_length=40, blank=True, editable=False)
    result = models.JSONField(_("result"), default=dict, editable=False)
    closing_reason = models.CharField(_("closing reason"), max_length=40, blank=True, editable=False)

    class Meta:
        verbose_name = _("arrears complaint")
        verbose_name_plural = _("arrears complaints")
        constraints = [
            models.CheckConstraint(condition=Q(contract_amount__gt=0), name="arrears_contract_amount"),
            models.CheckConstraint(condition=Q(paid_amount__gte=0), name="arrears_paid_amount"),
        ]
        # By what cases are compared, see casework/cases/indicators.
        indexes = [
            models.Index(marks.PhoneDigits("contact_phone"), name="arrears_phone"),
            models.Index(marks.MailWord("contact_email"), name="arrears_mail"),
            models.Index(marks.Unspaced("contact_address"), name="arrears_address"),
            models.Index(marks.TextDigest("facts"), name="arrears_text"),
        ]

    def clean(self) -> None:
        """The rules between fields; each error names its field and the remedy."""
        errors: dict[str, object] = {}
        self.complainant_code = clean_credit_code(self.complainant_code or "")
        self.respondent_code = clean_credit_code(self.respondent_code or "")
        if self.complainant_code and self.complainant_code == self.respondent_code:
            errors["respondent_code"] = _("This is your own code. Enter the code of the party that owes you.")
        self._clean_dates(errors)
        self._clean_amounts(errors)
        self.clean_facts(errors)
        if not self.undertaking:
            errors["undertaking"] = _("A complaint is only accepted with this declaration. Tick it if it is true.")
        if errors:
            raise ValidationError(errors)

    def _clean_dates(self, errors: dict[str, object]) -> None:
        today = timezone.localdate()
        if self.signed_on and self.signed_on > today:
            errors["signed_on"] = _("This day lies in the future. Check the date on the contract.")
        if self.delivered_on and self.delivered_on > today:
            errors["delivered_on"] = _("This day lies in the future. A complaint needs a delivery that took place.")

    def _clean_amounts(self, errors: dict[str, object]) -> None:
        if self.amount is not None and self.amount <= 0:
            errors["amount"] = _("Enter the amount that you are owed, more than 0.")
        amounts = (self.contract_amount, self.paid_amount, self.amount)
        # A field that is wrong by itself is told once, not again through the sum.
        if any(value is None for value in amounts) or "amount" in errors or self.contract_amount <= 0:
            return
        if self.paid_amount + self.amount > self.contract_amount:
            errors["amount"] = _(
                "Paid and claimed together are more than the contract amount. Correct one of the three; interest is "
                "not part of the claimed amount."
            )

    def get_state_display(self) -> str:
        """The state in words."""
        return str(State(self.state).label)
