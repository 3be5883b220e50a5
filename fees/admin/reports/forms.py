"""One form for each action on a report. A form asks and keeps what was typed; the rules are the services'."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import CHECKBOX_CLASSES, UnfoldAdminTextInputWidget

from casework.desk.forms import INPUT, CaseForm, day_field, long_text, money_field, radio_field, text_field
from casework.parties.models import User
from fees.payees import PayeeType
from fees.report.joining import CHARGE_FIELDS
from fees.report.models import FeeReport, Finding, SplitPart
from fees.report.selectors import reports_like
from fees.report.services import Extent


class ReportForm(CaseForm):
    """A form about a fee report."""

    @property
    def report(self) -> FeeReport:
        """The report as it stands."""
        return cast(FeeReport, self.case)


class ReferenceField(forms.CharField):
    """Another report by its reference; only one that the user may see."""

    user: User

    def clean(self, value: Any) -> FeeReport | None:
        """The report; None for nothing.

        Raises:
            ValidationError: there is none of this reference, or not for this user.
        """
        reference = str(super().clean(value)).strip().upper()
        if not reference:
            return None
        found = FeeReport.objects.visible_to(self.user).filter(reference=reference).first()
        if found is None:
            raise ValidationError(_gettext("You see no report of this reference. Check it."))
        return found


def reference_field(label: Any, *, required: bool, help_text: Any = "") -> ReferenceField:
    """A reference of another report."""
    return ReferenceField(
        label=label, max_length=24, required=required, help_text=help_text, widget=UnfoldAdminTextInputWidget
    )


class OtherReportForm(ReportForm):
    """A form that names another report; those that look alike are offered."""

    reference = ""

    def prepare(self) -> None:
        """The most alike is filled in, all of them are named."""
        field = self.fields[self.reference]
        assert isinstance(field, ReferenceField)
        field.user = self.user
        like = reports_like(self.report)
        if like:
            field.help_text = _gettext("Alike: %(references)s") % {
                "references": ", ".join(f"{row.reference} ({row.get_state_display()})" for row in like)
            }


class RefuseForm(OtherReportForm):
    """The ground and the reasons; for a repeated report, the earlier one."""

    reference = "same_as"
    term_fields = ("ground",)
    ground = radio_field(_("ground"))
    explanation = long_text(_("reasons"), help_text=_("In this case; the reporter reads them."))
    same_as = reference_field(_("earlier report of the same fact"), required=False)

    def prepare(self) -> None:
        """The grounds in force."""
        super().prepare()
        self.offer_terms("ground", "fee.refusal")


class RedirectForm(ReportForm):
    """Where the report belongs."""

    term_fields = ("way",)
    way = radio_field(_("right way"))
    explanation = long_text(
        _("who exactly, and how to get there"), help_text=_("The reporter reads it: name, address, phone, web page.")
    )

    def prepare(self) -> None:
        """The ways in force."""
        self.offer_terms("way", "fee.redirect")


class MergeForm(OtherReportForm):
    """The earlier report, and what is new."""

    reference = "into"
    into = reference_field(_("earlier report"), required=True)
    note = long_text(_("what is new"), help_text=_("It stands in the earlier report's timeline."), rows=3)


class LinkForm(OtherReportForm):
    """Another report of the same fact."""

    reference = "earlier"
    earlier = reference_field(_("other report"), required=True)


class ReceiveForm(ReportForm):
    """When the material arrived."""

    received_on = day_field(_("received on"), help_text=_("The verification period counts from the day after."))

    def prepare(self) -> None:
        """Today."""
        self.initial["received_on"] = timezone.localdate()


class FindViolationForm(ReportForm):
    """Categories, facts, reasons, and how far it reached."""

    term_fields = ("violations",)
    violations = forms.MultipleChoiceField(
        label=_("categories"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": " ".join(CHECKBOX_CLASSES)}),
        error_messages={"required": _("Choose at least one category.")},
    )
    facts = long_text(_("facts found"), help_text=_("They stand in the result letter and in the orders."))
    reasons = long_text(_("reasons"), help_text=_("Why this is a violation."))
    period_from = day_field(_("charged from"), required=False)
    period_to = day_field(_("charged until"), required=False)
    payers = forms.IntegerField(
        label=_("number of payers"), required=False, min_value=1, widget=forms.NumberInput(attrs=INPUT)
    )
    unlawful_amount = money_field(_("unlawful amount (yuan)"), required=False)

    def prepare(self) -> None:
        """The categories in force, with what the reporter suspected chosen."""
        self.offer_terms("violations", "fee.violation")
        if self.report.suspected:
            self.initial["violations"] = [self.report.suspected]

    def command(self) -> dict[str, Any]:
        """The extent as one value."""
        data = self.cleaned_data
        return {
            "violations": data["violations"],
            "facts": data["facts"],
            "reasons": data["reasons"],
            "extent": Extent(data["period_from"], data["period_to"], data["payers"], data["unlawful_amount"]),
        }


class FindNothingForm(ReportForm):
    """No violation, or none that can be shown."""

    outcome = radio_field(
        _("finding"), [pair for pair in Finding.Outcome.choices if pair[0] != Finding.Outcome.VIOLATION]
    )
    facts = long_text(_("facts found"), help_text=_("They stand in the result letter."))
    reasons = long_text(_("reasons"))


class ConcludeForm(ReportForm):
    """Why nothing more is to be ordered."""

    note = long_text(_("note"), help_text=_("What came of the orders, in a sentence."), required=False, rows=3)


class FeedBackForm(ReportForm):
    """What the reporter is told."""

    answer = long_text(
        _("what was done"), help_text=_("Facts and finding stand in the letter already; here what came of it."), rows=8
    )


class CloseForm(ReportForm):
    """Why it is closed."""

    term_fields = ("reason",)
    reason = radio_field(_("closing reason"))

    def prepare(self) -> None:
        """The reasons in force."""
        self.offer_terms("reason", "fee.closing")


class ReopenForm(ReportForm):
    """The new facts."""

    note = long_text(_("new facts"), help_text=_("They stand in the timeline."))


class ChargeForm(ReportForm):
    """What describes the charge."""

    respondent_name = text_field(_("payee"), length=120)
    respondent_code = text_field(_("its unified social credit code"), length=18, required=False)
    payee_type = forms.ChoiceField(
        label=_("kind of payee"), choices=PayeeType.choices, widget=forms.Select(attrs=INPUT)
    )
    item = text_field(_("what was charged"), length=200)
    charged_on = day_field(_("charged on"))
    amount = money_field(_("amount (yuan)"))
    quantity = forms.DecimalField(
        label=_("quantity"), required=False, max_digits=16, decimal_places=4, widget=forms.NumberInput(attrs=INPUT)
    )
    unit = text_field(_("unit"), length=40, required=False)
    base = money_field(_("amount that the percentage is taken of (yuan)"), required=False)

    def charge(self) -> dict[str, Any]:
        """The fields of the charge."""
        return {name: self.cleaned_data[name] for name in CHARGE_FIELDS if name in self.cleaned_data}


class DescribeForm(ChargeForm):
    """The charge put right, and from where that is known."""

    reason = text_field(_("from where this is known"), length=500, help_text=_("Such as a receipt, or a call."))

    def prepare(self) -> None:
        """As it stands."""
        self.initial.update({name: getattr(self.report, name) for name in CHARGE_FIELDS if name in self.fields})

    def command(self) -> dict[str, Any]:
        """The charge as one value."""
        return {"reason": self.cleaned_data["reason"], "charge": self.charge()}


class SplitReportForm(ChargeForm):
    """A part that is another fee report."""

    text = long_text(_("what this part is about"), help_text=_("In the reporter's words; it begins the new report."))

    def command(self) -> dict[str, Any]:
        """The charge as one value."""
        return {"track": SplitPart.Track.REPORT, "text": self.cleaned_data["text"], "charge": self.charge()}


class SplitComplaintForm(ReportForm):
    """A part that is a complaint of another kind."""

    text = long_text(_("what this part is about"))
    way = long_text(
        _("where it belongs"),
        help_text=_("Authority or procedure, and how to get there. The reporter gets it in a letter."),
        rows=3,
    )

    def command(self) -> dict[str, Any]:
        """The track besides."""
        return {"track": SplitPart.Track.COMPLAINT, **super().command()}
