"""Rules in plain words: stored names are Chinese, stored events are codes. What isn't listed shows as it is stored."""

from __future__ import annotations

from datetime import date

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from casework.clocks.models import StatutoryPeriod

# In the order in which a case meets them.
_NAMES: dict[str, Promise] = {
    "arrears.review": gettext_lazy("Review of a complaint: accept, refuse, or ask for what is missing"),
    "arrears.correction": gettext_lazy("Completion of a complaint by the complainant"),
    "arrears.transfer": gettext_lazy("Transfer of a complaint to the handling department"),
    "misroute.objection": gettext_lazy("Return of a case by a department that isn't competent"),
    "misroute.decision": gettext_lazy("Answer of the sender to a department that asks to return a case"),
    "arrears.handling": gettext_lazy("Handling of a complaint, to the written result"),
    "arrears.respondent_reply": gettext_lazy("Reply of the respondent"),
    "arrears.supervisory_reply": gettext_lazy("Answer of the respondent to a supervisory letter"),
    "arrears.size_dispute": gettext_lazy("Decision on a disputed size of the enterprise"),
    "receivable.confirmation": gettext_lazy("Confirmation of a debt for the financing of receivables"),
    "disclosure.annual": gettext_lazy("Yearly publication of overdue payments"),
    "disclosure.annual_report": gettext_lazy(
        "Publication of overdue payments in the annual report of a large enterprise"
    ),
    "disclosure.correction": gettext_lazy("Answer to a question about a yearly disclosure"),
    "fee.acceptance": gettext_lazy("Answer whether a report on a fee is accepted"),
    "fee.assignment": gettext_lazy("Assignment of a report to the department that verifies it"),
    "fee.receipt": gettext_lazy("Receipt of a report by the department that verifies it"),
    "fee.verification": gettext_lazy("Verification of a lead on a fee"),
    "fee.penalty_case": gettext_lazy("Decision of a penalty case"),
    "fee.disposal": gettext_lazy("Putting a violation right: orders, refunds and their outcome"),
    "fee.answer": gettext_lazy("Answer to the reporter"),
    "fee.competence_dispute": gettext_lazy("Agreement between departments on who is competent"),
    "credit.objection": gettext_lazy("Answer to an objection against a credit record"),
    "credit.repair": gettext_lazy("Answer to a request for credit repair"),
}
_EVENTS: dict[str, Promise] = {
    "complete_material": gettext_lazy("arrival of the complete material"),
    "correction_requested": gettext_lazy("request for what is missing"),
    "accepted": gettext_lazy("acceptance of the complaint"),
    "transferred": gettext_lazy("transfer of the complaint"),
    "return_asked": gettext_lazy("request to return the complaint"),
    "received": gettext_lazy("receipt of the complaint by the handling department"),
    "reply_requested": gettext_lazy("request for the respondent's reply"),
    "supervisory_letter_sent": gettext_lazy("supervisory letter to the respondent"),
    "size_disputed": gettext_lazy("request to decide on the size"),
    "confirmation_requested": gettext_lazy("request to confirm the debt"),
    "year_ended": gettext_lazy("end of the year reported on"),
    "correction_asked": gettext_lazy("request to explain or correct a disclosure"),
    "report_received": gettext_lazy("receipt of the report"),
    "lead_received": gettext_lazy("receipt of the lead"),
    "filed": gettext_lazy("opening of the penalty case"),
    "violation_found": gettext_lazy("finding of a violation"),
    "concluded": gettext_lazy("conclusion of the report"),
    "dispute_raised": gettext_lazy("dispute about competence"),
    "objection_received": gettext_lazy("receipt of the objection"),
    "repair_requested": gettext_lazy("request for credit repair"),
}
_RESPONSIBLE: dict[str, Promise] = {
    "receiving_clerk": gettext_lazy("Receiving clerk"),
    "handling_caseworker": gettext_lazy("Handling caseworker"),
    "credit_officer": gettext_lazy("Credit officer"),
    "complainant": gettext_lazy("Complainant"),
    "respondent": gettext_lazy("Respondent"),
}
_SUBJECTS: dict[str, Promise] = {
    "fee": gettext_lazy("Unlawful fees"),
    "credit": gettext_lazy("Credit records"),
}


def order_of(code: str) -> tuple[int, str]:
    """A sort key: rules as a case meets them, unlisted ones at the end."""
    known = list(_NAMES)
    return (known.index(code) if code in known else len(known), code)


def rule_name(period: StatutoryPeriod) -> str:
    """The rule's name: as stored in Chinese, in plain words elsewhere."""
    if get_language() == "en" and period.code in _NAMES:
        return str(_NAMES[period.code])
    return period.name


def event_words(period: StatutoryPeriod) -> str:
    """The event that starts the clock."""
    return str(_EVENTS.get(period.starts_on, period.starts_on))


def event_choices() -> list[tuple[str, str]]:
    """The events that may start a clock, with their words."""
    return [(code, str(words)) for code, words in _EVENTS.items()]


def responsible_choices() -> list[tuple[str, str]]:
    """Who may answer for a clock, with their words."""
    return [(code, str(words)) for code, words in _RESPONSIBLE.items()]


def responsible_words(period: StatutoryPeriod) -> str:
    """Who answers for the clock."""
    return str(_RESPONSIBLE.get(period.responsible, period.responsible))


def subject_words(period: StatutoryPeriod) -> str:
    """What the rule is about: unpaid invoices unless its code says otherwise."""
    return str(_SUBJECTS.get(period.code.partition(".")[0], _("Unpaid invoices of SMEs")))


def amount_words(period: StatutoryPeriod) -> str:
    """How long, such as "10 working days"."""
    return days_words(period, period.amount)


def days_words(period: StatutoryPeriod, amount: int) -> str:
    """A number of the rule's units; for a rule that names a day of the year, that day."""
    if period.unit == StatutoryPeriod.Unit.WORKING_DAYS:
        text = ngettext("%(amount)s working day", "%(amount)s working days", amount)
    elif period.unit == StatutoryPeriod.Unit.CALENDAR_DAYS:
        text = ngettext("%(amount)s calendar day", "%(amount)s calendar days", amount)
    else:
        # A leap year: every day of the year can be named.
        day = date(2024, period.due_month or 1, period.due_day or 1)
        return _("by %(day)s of the year") % {"day": formats.date_format(day, _("N j"))}
    return text % {"amount": amount}


def question_words(period: StatutoryPeriod) -> str:
    """Name, length and starting event in one line."""
    if period.unit == StatutoryPeriod.Unit.YEARLY_DATE:
        return _("%(name)s: %(day)s") % {"name": rule_name(period), "day": amount_words(period)}
    return _("%(name)s: %(amount)s from the %(event)s") % {
        "name": rule_name(period),
        "amount": amount_words(period),
        "event": event_words(period),
    }
