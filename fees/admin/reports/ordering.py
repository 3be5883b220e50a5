"""Orders, refunds, the penalty case and referrals on a report's page."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import CHECKBOX_CLASSES, INPUT_CLASSES, UnfoldAdminSelect2Widget, UnfoldAdminSelectWidget

from casework.cases.access import HANDLING_ROLES
from casework.cases.actors import Actor
from casework.cases.errors import InvalidInput
from casework.cases.extension.selectors import decides, open_clock
from casework.desk.acts import Act
from casework.desk.forms import day_field, long_text, money_field, radio_field, text_field
from casework.parties.models import Department, Role
from fees.admin.reports.actions import DESK
from fees.admin.reports.forms import ReportForm
from fees.orders import services as orders
from fees.orders.models import Order, Payer
from fees.orders.payer_table import payers_read
from fees.orders.selectors import order_sums, orders_open
from fees.penalty import services as penalty
from fees.penalty.models import PenaltyCase
from fees.penalty.selectors import penalty_of, running_pause
from fees.referral import services as referral
from fees.referral.models import Referral
from fees.referral.selectors import referrals_of
from fees.report.flow import State
from fees.report.models import FeeReport
from fees.report.routing import verifying_departments_for

ORDERS, PENALTY, REFERRAL = "orders", "penalty", "referral"
# Proposed in the form, to be changed by the one who orders: no rule names a number of days.
USUAL_DAYS = 30
_INPUT = {"class": " ".join(INPUT_CLASSES)}
_CHECKBOX = {"class": " ".join(CHECKBOX_CLASSES)}


def _chosen(label: Any, *, required: bool = True) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, coerce=int, required=required, widget=UnfoldAdminSelectWidget)


def _offer(form: forms.Form, name: str, choices: list[tuple[int, str]]) -> None:
    """Offer what there is; the only one is chosen already."""
    field = form.fields[name]
    assert isinstance(field, forms.TypedChoiceField)
    field.choices = choices if len(choices) == 1 else [("", "—"), *choices]


class PayersFileField(forms.FileField):
    """A list of payers as xlsx or CSV; each wrong cell is named."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The payers.

        Raises:
            ValidationError: every problem with its row and column.
        """
        upload = super().clean(data, initial)
        if upload is None:
            return []
        try:
            return payers_read(upload)
        except InvalidInput as error:
            raise forms.ValidationError([text for texts in error.errors.values() for text in texts]) from error


def _payers_file(*, required: bool) -> PayersFileField:
    return PayersFileField(
        label=_("list of payers"),
        required=required,
        help_text=_("xlsx or CSV with the columns payer, credit code (may be empty) and amount, named in Chinese."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv", **_INPUT}),
    )


class OrderForm(ReportForm):
    """What is ordered, and by when."""

    text = long_text(_("what is ordered"), help_text=_("The payee reads it: don't name the reporter."))
    due_on = day_field(_("to be done by"))

    def prepare(self) -> None:
        """The usual time."""
        self.initial["due_on"] = timezone.localdate() + timedelta(days=USUAL_DAYS)


class RefundForm(OrderForm):
    """To whom it is refunded, or how they are found."""

    payers = _payers_file(required=False)
    payers_unknown = forms.BooleanField(
        label=_("Payers are hard to find: look for them by public notice"),
        required=False,
        widget=forms.CheckboxInput(attrs=_CHECKBOX),
    )
    announcement = long_text(
        _("public notice"), help_text=_("What payers do to get their money back."), required=False, rows=3
    )
    claim_at = text_field(_("where payers come forward"), length=300, required=False)
    announced_until = day_field(_("public notice until"), required=False)


class OpenOrderForm(ReportForm):
    """An open order of the report."""

    kinds: tuple[str, ...] = tuple(Order.Kind.values)
    order = _chosen(_("order"))

    def prepare(self) -> None:
        """Those without an outcome."""
        rows = [row for row in orders_open(self.report) if row.kind in self.kinds]
        _offer(self, "order", [(row.pk, orders.order_name(row)) for row in rows])


class EndOrderForm(OpenOrderForm):
    """What came of an order."""

    outcome = radio_field(_("outcome"), [pair for pair in Order.Outcome.choices if pair[0] != Order.Outcome.OPEN])
    note = long_text(_("what came of it"), required=False, rows=3)
    confiscated = money_field(_("confiscated (yuan)"), required=False, help_text=_("What was not given back, at most."))

    def command(self) -> dict[str, Any]:
        """Nothing is no sum."""
        data = super().command()
        return {**data, "confiscated": data["confiscated"] or Decimal(0)}


class AddPayersForm(OpenOrderForm):
    """Those who came forward."""

    kinds = (Order.Kind.REFUND,)
    payers = _payers_file(required=True)


class RefundAllForm(OpenOrderForm):
    """Everything that was still owed, on one day."""

    kinds = (Order.Kind.REFUND,)
    refunded_on = day_field(_("refunded on"))
    voucher = text_field(_("proof"), length=120)

    def prepare(self) -> None:
        """Today."""
        super().prepare()
        self.initial["refunded_on"] = timezone.localdate()


class RecordRefundForm(ReportForm):
    """What one payer got back."""

    payer = _chosen(_("payer"))
    amount = money_field(_("refunded (yuan)"))
    refunded_on = day_field(_("refunded on"))
    voucher = text_field(_("proof"), length=120, required=False)

    def prepare(self) -> None:
        """The payers that are still owed something, and today."""
        rows = Payer.objects.filter(order__in=orders_open(self.report)).order_by("order_id", "number")
        owed = [(row.pk, f"{row.name} · {row.amount - row.refunded:,.2f}") for row in rows if row.refunded < row.amount]
        _offer(self, "payer", owed)
        self.initial["refunded_on"] = timezone.localdate()


class OpenPenaltyForm(ReportForm):
    """Who decides on the penalty, from when on."""

    department = forms.ModelChoiceField(
        label=_("department that decides on the penalty"),
        queryset=Department.objects.none(),
        widget=UnfoldAdminSelect2Widget,
    )
    grounds = long_text(_("facts and articles"))
    filed_on = day_field(_("case opened on"))
    filing_number = text_field(_("number of the case"), length=80, required=False)

    def prepare(self) -> None:
        """The own department first, today."""
        field = self.fields["department"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = verifying_departments_for(self.report).order_by("division_id", "name")
        self.initial.update(department=self.report.handling_department_id, filed_on=timezone.localdate())


class PausePenaltyForm(ReportForm):
    """Why time doesn't count, from when to when."""

    term_fields = ("ground",)
    ground = radio_field(_("ground"))
    first_on = day_field(_("first day not counted"))
    last_on = day_field(_("last day not counted"), help_text=_("As far as it is known; set it right when it has come."))

    def prepare(self) -> None:
        """The grounds in force."""
        self.offer_terms("ground", "fee.penalty_pause")


class ResumePenaltyForm(ReportForm):
    """When it really ended."""

    last_on = day_field(_("last day not counted"))


class ExtendPenaltyForm(ReportForm):
    """How long in all, and why."""

    total_days = forms.IntegerField(
        label=_("days in all"), min_value=1, widget=forms.NumberInput(attrs=_INPUT), help_text=_("From the opening on.")
    )
    reason = long_text(_("reason"), rows=3)

    def prepare(self) -> None:
        """The longest that the rule allows."""
        clock = open_clock(self.report, penalty.CLOCK)
        if clock is not None and clock.period.hard_cap:
            self.initial["total_days"] = clock.period.hard_cap


class EndPenaltyForm(ReportForm):
    """What was decided."""

    outcome = radio_field(
        _("outcome"), [pair for pair in PenaltyCase.Outcome.choices if pair[0] != PenaltyCase.Outcome.OPEN]
    )
    decision_number = text_field(_("number of the decision"), length=80, required=False)
    fine = money_field(_("fine (yuan)"), required=False)
    confiscated = money_field(_("confiscated (yuan)"), required=False)
    decided_on = day_field(_("decided on"))
    note = long_text(_("what came of it"), required=False, rows=3)

    def prepare(self) -> None:
        """Today."""
        self.initial["decided_on"] = timezone.localdate()

    def command(self) -> dict[str, Any]:
        """Nothing is no sum."""
        data = super().command()
        return {**data, "fine": data["fine"] or Decimal(0), "confiscated": data["confiscated"] or Decimal(0)}


class ReferForm(ReportForm):
    """To whom, why, with what."""

    term_fields = ("ground",)
    kind = radio_field(_("referred to"), Referral.Kind.choices)
    body = text_field(_("name of the body"), length=120)
    ground = radio_field(_("ground"))
    summary = long_text(
        _("summary of the lead"), help_text=_("Facts only. The person concerned must not learn of it."), rows=8
    )
    evidence = forms.TypedMultipleChoiceField(
        label=_("evidence"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple(attrs=_CHECKBOX)
    )

    def prepare(self) -> None:
        """The grounds in force and the report's files."""
        self.offer_terms("ground", "fee.referral")
        field = self.fields["evidence"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(file.pk, file.name) for file in self.report.attachments.all()]


class AnswerReferralForm(ReportForm):
    """What the body answered."""

    referral = _chosen(_("referral"))
    outcome = radio_field(_("answer"), [pair for pair in Referral.Outcome.choices if pair[0] != Referral.Outcome.OPEN])
    note = long_text(_("what came of it"), required=False, rows=3)
    answered_on = day_field(_("answered on"))

    def prepare(self) -> None:
        """Those without an answer."""
        rows = referrals_of(self.report, self.user).filter(outcome=Referral.Outcome.OPEN)
        _offer(self, "referral", [(row.pk, f"{row.body} · {row.made_on}") for row in rows])
        self.initial["answered_on"] = timezone.localdate()


def _orders(roles: frozenset[Role]) -> bool:
    return bool(roles & orders.ORDERING)


def _files(roles: frozenset[Role]) -> bool:
    return bool(roles & penalty.FILING)


def _handles(roles: frozenset[Role]) -> bool:
    return bool(roles & set(HANDLING_ROLES))


def _has_open(report: FeeReport, *kinds: str) -> bool:
    return any(row.kind in (kinds or Order.Kind.values) for row in orders_open(report))


def _is_owed(report: FeeReport) -> bool:
    return any(order_sums(row).outstanding for row in orders_open(report) if row.kind == Order.Kind.REFUND)


def _can_open_penalty(report: FeeReport) -> bool:
    return report.state in penalty.OPENING_STATES and penalty_of(report) is None and _has_violation(report)


def _has_violation(report: FeeReport) -> bool:
    return any(row.outcome == "violation" for row in report.findings.all())


def _is_paused(report: FeeReport) -> bool:
    row = penalty_of(report)
    return row is not None and running_pause(row) is not None


def _waits_for_answer(report: FeeReport, actor: Actor) -> bool:
    assert actor.user is not None
    return referrals_of(report, actor.user).filter(outcome=Referral.Outcome.OPEN).exists()


def _act(name: str, label: Any, form: type[ReportForm], command: Any, intro: Any, done: Any, **more: Any) -> None:
    DESK.register(
        Act(
            name=name,
            label=label,
            tone=more.pop("tone", "neutral"),
            confirm=more.pop("confirm", ""),
            form=form,
            command=command,
            intro=intro,
            done=done,
            **more,
        )
    )


def _stands(report: FeeReport) -> bool:
    return report.state == State.VIOLATION_FOUND


_act(
    "rectification_order", _("Order to put it right"), OrderForm, orders.rectification_order,
    _("The payee gets the order in a letter that names the violations and never the reporter."),
    _("The order is issued."), allowed=_orders, possible=_stands, group=ORDERS, tone="primary",
)  # fmt: skip
_act(
    "refund_order", _("Order the refund"), RefundForm, orders.refund_order,
    _("The payee has to give back what was taken; payers that can't be found are looked for by public notice."),
    _("The order is issued."), allowed=_orders, possible=_stands, group=ORDERS, tone="primary",
)  # fmt: skip
_act(
    "refund_record", _("Record a refund"), RecordRefundForm, orders.refund_record,
    _("What one payer got back, beside what was recorded before."), _("The refund is recorded."),
    allowed=_orders, possible=_is_owed, group=ORDERS,
)  # fmt: skip
_act(
    "refund_all", _("Record that all was refunded"), RefundAllForm, orders.refund_record_all,
    _("Every payer of the order got back all that was still owed."), _("The refunds are recorded."),
    allowed=_orders, possible=_is_owed, group=ORDERS,
)  # fmt: skip
_act(
    "payers_add", _("Add payers"), AddPayersForm, orders.payers_add,
    _("Payers who came forward upon the public notice."), _("The payers are added."),
    allowed=_orders, group=ORDERS,
    possible=lambda report: any(row.payers_unknown for row in orders_open(report)),
)  # fmt: skip
_act(
    "order_end", _("Record what came of an order"), EndOrderForm, orders.order_end,
    _("A report is concluded only when every order has its outcome."), _("The outcome is recorded."),
    allowed=_orders, possible=_has_open, group=ORDERS,
)  # fmt: skip
_act(
    "penalty_open", _("Open a penalty case"), OpenPenaltyForm, penalty.penalty_open,
    _("Its ninety days run from the day it was opened."), _("The penalty case is open."),
    allowed=_files, possible=_can_open_penalty, group=PENALTY,
)  # fmt: skip
_act(
    "penalty_pause", _("Take time out of the count"), PausePenaltyForm, penalty.penalty_pause,
    _("Only on a ground of the list, such as an appraisal or a hearing."), _("These days are not counted."),
    allowed=_files, possible=lambda report: penalty_of(report) is not None and not _is_paused(report), group=PENALTY,
)  # fmt: skip
_act(
    "penalty_resume", _("Set the end of the time not counted"), ResumePenaltyForm, penalty.penalty_resume,
    _("Earlier or later than it was estimated."), _("The clock counts again."),
    allowed=_files, possible=_is_paused, group=PENALTY,
)  # fmt: skip
_act(
    "penalty_extend", _("Extend the penalty case"), ExtendPenaltyForm, penalty.penalty_extend,
    _("The head answers for it; what goes beyond is decided collectively, outside this system."),
    _("The period is extended."),
    allowed=lambda roles: Role.DEPARTMENT_HEAD in roles, possible=lambda report: penalty_of(report) is not None,
    group=PENALTY, who=decides,
)  # fmt: skip
_act(
    "penalty_end", _("Record what came of the penalty case"), EndPenaltyForm, penalty.penalty_end,
    _("The decision itself is made in the penalty procedure; here stands its result."), _("The result is recorded."),
    allowed=_files, possible=lambda report: penalty_of(report) is not None, group=PENALTY,
)  # fmt: skip
_act(
    "refer", _("Refer to discipline inspection or police"), ReferForm, referral.referral_make,
    _("Only you, the heads of your department and supervisors above know of it; the timeline says nothing more."),
    _("The referral is made. Its letter stands here."), allowed=_handles,
    possible=lambda report: report.state in referral.REFERRING_STATES, group=REFERRAL, logged_as="protected",
    confirm=_("The letter is numbered and kept. Nothing of it is told to the payee or the reporter."),
    who=lambda report, actor: actor.user is not None and report.handling_department_id is not None,
)  # fmt: skip
_act(
    "referral_answer", _("Record the answer to a referral"), AnswerReferralForm, referral.referral_answer,
    _("What the body answered; it stands in no timeline."), _("The answer is recorded."), allowed=_handles,
    possible=lambda report: True, group=REFERRAL, who=_waits_for_answer, logged_as="protected",
)  # fmt: skip
DESK.letters_of.update(
    rectification_order=("fee_rectification_order",), refund_order=("fee_refund_order",), refer=("fee_referral",)
)


def orders_context(report: FeeReport, actor: Actor) -> dict[str, Any]:
    """Orders with their payers and sums, penalty cases with their pauses, and referrals of those who may know."""
    assert actor.user is not None
    rows = list(report.orders.select_related("letter", "issued_by").prefetch_related("payers"))
    return {
        "orders": [{"order": row, "sums": _sums(row), "is_late": _is_late(row)} for row in rows],
        "penalty_cases": list(report.penalty_cases.select_related("department").prefetch_related("pauses__pause")),
        "referrals": list(referrals_of(report, actor.user)),
    }


def _is_late(order: Order) -> bool:
    return order.outcome == Order.Outcome.OPEN and order.due_on < timezone.localdate()


def _sums(order: Order) -> dict[str, Decimal] | None:
    """From the payers in hand: the page has read them."""
    payers = list(order.payers.all())
    if order.kind != Order.Kind.REFUND or not payers:
        return None
    return {
        "owed": sum((payer.amount for payer in payers), Decimal(0)),
        "refunded": sum((payer.refunded for payer in payers), Decimal(0)),
    }
