"""Notes as sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext_lazy as _

from complaints.payment.labels import LAW_VERSIONS
from complaints.payment.notes import Note

_STEPS = {
    "law": _("The contract was signed on %(signed_on)s, so this applies: %(version)s."),
    "start_settlement_confirmed": _(
        "Settlement by progress or period was agreed: the term runs from %(start_on)s, when both sides confirmed "
        "the amount."
    ),
    "start_inspection_passed": _(
        "Acceptance is a condition of payment: the term runs from %(start_on)s, when it passed."
    ),
    "start_inspection_deadline": _(
        "Acceptance is a condition of payment and did not pass in the agreed period: the term runs from the end "
        "of that period, %(start_on)s."
    ),
    "start_delivery": _("The term runs from the delivery on %(start_on)s."),
    "term_default_public_body": _("No term was agreed: a public body pays within %(days)s days."),
    "term_default_large_enterprise": _("No term was agreed: a large enterprise pays within %(days)s days."),
    "term_agreed": _("The agreed term counts: %(days)s days."),
    "counted": _(
        "The day of the event is not counted. Calendar days: %(days)s from %(start_on)s; the last one is "
        "%(raw_due_on)s."
    ),
    "rolled": _("%(raw_due_on)s is not a working day: payment was due on %(due_on)s."),
    "not_rolled": _("%(due_on)s is a working day: payment was due on that day."),
    "rate_agreed": _(
        "The agreed rate counts: %(rate)s %% a year. It is not below the 1-year LPR at signing, %(lpr)s %% "
        "(published on %(published_on)s)."
    ),
    "rate_agreed_civil_law": _("The agreed rate counts: %(rate)s %% a year."),
    "rate_lpr_floor": _(
        "The agreed rate of %(rate)s %% a year is below the 1-year LPR at signing, %(lpr)s %% (published on "
        "%(published_on)s): the LPR counts."
    ),
    "rate_statutory_daily": _("No rate was agreed: %(rate)s %% a day."),
    "overdue": _("Interest runs from %(interest_from)s through %(as_of)s, both included. Days: %(days)s."),
    "not_overdue": _("Not overdue on %(as_of)s: interest would run from %(interest_from)s."),
    "interest": _("Interest in all: %(amount)s yuan. Segments: %(count)s."),
}
_FLAGS = {
    "agreed_term_capped": _(
        "%(days)s days were agreed; a public body may have at most %(cap)s. The calculation uses %(cap)s."
    ),
    "agreed_term_long": _(
        "The agreed term of %(days)s days is above %(usual)s. The law sets no limit for large enterprises, but "
        "the term must follow the norms and habits of the trade: have it looked at."
    ),
    "inspection_without_deadline": _(
        "No inspection period is known. The contract must fix a clear and reasonable one, and the law names no "
        "number: this needs a person's judgement."
    ),
    "inspection_open": _(
        "The agreed inspection period still runs until %(deadline_on)s. If acceptance passes earlier, the term "
        "begins earlier."
    ),
    "inspection_late": _(
        "Acceptance did not pass within the period that ended on %(deadline_on)s. The calculation takes it that "
        "the buyer is the cause of the delay; if it was not, the day of acceptance counts."
    ),
    "due_provisional": _("The holidays are not announced that far ahead: %(due_on)s is provisional."),
    "agreed_rate_unit": _("The agreed rate was read as %(rate)s percent a year. Check whether a percentage was meant."),
    "agreed_rate_below_lpr": _(
        "The agreed late interest of %(rate)s %% a year is below the 1-year LPR at signing of %(lpr)s %%, which "
        "the law does not allow."
    ),
    "lpr_missing": _("There is no LPR value for %(signed_on)s in the table: the floor can't be checked."),
    "lpr_after_last_month": _(
        "The LPR table is loaded through %(loaded_until)s, and the contract was signed on %(signed_on)s. Check "
        "whether a newer value was published."
    ),
    "signed_before_rules": _(
        "Signed on %(signed_on)s, before the Regulation came into force: its terms and its daily rate do not "
        "apply, even to a delay after that day."
    ),
    "dates_before_signing": _("An event lies before the signing on %(signed_on)s. Check the dates."),
    "sme_status_unproven": _(
        "It is not shown that the buyer was told at signing that the seller is an SME. A court has refused this "
        "interest for lack of that proof: keep proof of the size at signing and of the notice."
    ),
    "undisputed_part": _("%(amount)s yuan are undisputed and must be paid on time, whatever is disputed beside them."),
    "pay_when_paid": _(
        "A large enterprise may not make payment depend on being paid by a third party. The calculation leaves "
        "such a clause aside."
    ),
    "pay_when_paid_public": _(
        "Payment that depends on a third party's payment may be an unreasonable condition: have it looked at."
    ),
    "forced_non_cash": _(
        "Bills and electronic receivables need a clear agreement; they may not be forced on an SME or used to "
        "stretch the term."
    ),
    "audit": _(
        "State organs, public institutions and state-owned large enterprises may not insist on an audit "
        "authority's result as the basis of settlement unless a law or administrative regulation says so."
    ),
    "audit_unless_agreed": _(
        "State organs, public institutions and state-owned large enterprises may not insist on an audit "
        "authority's result as the basis of settlement unless the contract, a law or an administrative regulation"
        " says so."
    ),
    "audit_private": _(
        "The rule on audit results binds state organs, public institutions and state-owned large enterprises, not"
        " others: the contract decides."
    ),
    "deposit_unlawful": _(
        "In construction no other deposit than those for bidding, performance, quality and migrant workers' wages"
        " may be taken (%(amount)s yuan)."
    ),
    "deposit_not_returned": _(
        "The deposit of %(amount)s yuan was to be settled and returned after %(expires_on)s, in time or as agreed."
    ),
    "deposit_cash_only": _(
        "A deposit may not be limited to cash: guarantees of financial institutions must be accepted."
    ),
    "invalid_reason_change_of_head": _("A change of the legal representative or head is no reason to pay late."),
    "invalid_reason_internal_process": _("Internal payment procedures are no reason to pay late."),
    "invalid_reason_completion_filing": _(
        "Waiting for the filing of completion is no reason to pay late unless the contract says so."
    ),
    "invalid_reason_final_audit": _(
        "Waiting for the final audit is no reason to pay late unless the contract says so."
    ),
    "payments_after_as_of": _("Payments after %(as_of)s, not counted: %(count)s."),
    "surplus": _("The payments exceed principal and interest by %(amount)s yuan."),
}
_MISSING = {
    "no_settlement_confirmed_on": _(
        "Missing: the day on which both sides confirmed the settlement amount. The term runs from it."
    ),
    "no_inspection": _("Missing: the day of acceptance, or the last day agreed for it. The term runs from it."),
    "no_delivered_on": _("Missing: the day of delivery. The term runs from it."),
    "no_term_civil_law": _(
        "Missing: the agreed term. For a contract of that time the Regulation names none, so the due date can't "
        "be computed."
    ),
    "no_term_reasonable": _(
        "Missing: the agreed term. For a contract of that time the law names no number for large enterprises, "
        "only a reasonable term, so the due date can't be computed."
    ),
    "no_rate_civil_law": _(
        "Missing: an agreed rate. For a contract of that time the Regulation gives none, so the interest can't be"
        " computed."
    ),
    "no_lpr": _(
        "Missing: the 1-year LPR at signing, below which no agreed rate may be. The interest can't be computed."
    ),
    "calendar": _(
        "Missing: the working calendar for %(raw_due_on)s (it covers %(first)s to %(last)s), so the due date "
        "can't be computed."
    ),
}
_NOTICES = {
    "choice_payment_day": _("The law does not say whether the day of payment bears interest. Here it does."),
    "choice_simple": _("Simple interest, rounded half up to 0.01 yuan in each segment."),
    "choice_allocation": _(
        "Unless the parties agreed otherwise, a payment covers interest before principal; one before the due date"
        " can only reduce the principal."
    ),
    "choice_year_basis": _("The law does not say how many days a year has for an annual rate. Chosen here: %(days)s."),
    "transition": _(
        "Decree 802 has no transition rule. Whether it also applies to a contract signed before 2025-06-01 and "
        "performed later is not settled; this calculation follows the rules of the day of signing."
    ),
}
_COURT = {
    "court_back_to_back": _(
        "If a pay-when-paid clause is void, a court sets a reasonable due date and takes the agreed rate; if that"
        " is unlawful or missing, the 1-year LPR without a mark-up. The buyer may show that the price already "
        "paid for the delay."
    ),
    "court_sales": _(
        "For a sale without agreed damages for delay, a court may take the 1-year LPR at the time of breach plus "
        "%(low)s to %(high)s %%. On %(breach_on)s it was %(lpr)s %%: that makes %(low_rate)s to %(high_rate)s %% "
        "a year."
    ),
    "court_sales_unknown_lpr": _(
        "For a sale without agreed damages for delay, a court may take the 1-year LPR at the time of breach "
        "(%(breach_on)s, not in the table) plus %(low)s to %(high)s %%."
    ),
    "court_damages": _("A court may adjust damages that are clearly higher or lower than the loss."),
}
_LAW_NAMES = dict(LAW_VERSIONS)
_TEXTS = {**_STEPS, **_FLAGS, **_MISSING, **_NOTICES, **_COURT}
_DAYS = ("_on", "as_of", "interest_from", "first", "last")


def note_text(note: Note) -> str:
    """The note in words."""
    return str(_TEXTS[note.code]) % {name: _shown(name, value) for name, value in note.params.items()}


def day_text(day: date) -> str:
    """A day as people of the reader's language write it."""
    return formats.date_format(day, "DATE_FORMAT")


def _shown(name: str, value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    if name.endswith(_DAYS):
        return day_text(date.fromisoformat(value))
    return _SHOWN.get(name, str)(value)


_SHOWN: dict[str, Callable[[str], str]] = {
    "amount": lambda value: f"{Decimal(value):,.2f}",
    "version": lambda value: str(_LAW_NAMES[value]),
}
