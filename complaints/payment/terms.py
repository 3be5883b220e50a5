"""When payment fell due: start event, term, cap, count and rolling (Decree 802 arts 9, 10; Civil Code arts 200-203)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from casework.clocks.calendar import CalendarRangeError, WorkingCalendar
from complaints.payment.inputs import Buyer, Inputs, Inspection
from complaints.payment.law import LawVersion, PaymentLaw
from complaints.payment.notes import Findings, Note, Params


class StartEvent(StrEnum):
    """From which event the term runs."""

    SETTLEMENT = "settlement_confirmed"
    ACCEPTANCE = "inspection_passed"
    INSPECTION_DEADLINE = "inspection_deadline"
    DELIVERY = "delivery"


@dataclass(frozen=True, slots=True)
class Due:
    """The due date as far as it can be computed; the unknown is None.

    Attributes:
        term_days: calendar days, capped where the law caps them.
        raw_due_on: the last day by count.
        due_on: the last day after rolling.
        provisional: the holidays of that year are not announced yet.
    """

    start_event: StartEvent | None = None
    start_on: date | None = None
    term_days: int | None = None
    raw_due_on: date | None = None
    due_on: date | None = None
    provisional: bool = False


def find_due(
    inputs: Inputs, version: LawVersion, law: PaymentLaw, as_of: date, calendar: WorkingCalendar, findings: Findings
) -> Due:
    """The due date, explained in the findings; what can't be computed is said there too."""
    due = _started(inputs, version, law, as_of, findings)
    due = replace(due, term_days=_term_days(inputs, version, findings))
    if due.start_on is None or due.term_days is None:
        return due
    raw = due.start_on + timedelta(days=due.term_days)
    params: Params = {"start_on": due.start_on.isoformat(), "days": due.term_days, "raw_due_on": raw.isoformat()}
    findings.steps.append(Note("counted", law.general["counting"], params))
    return _rolled(replace(due, raw_due_on=raw), raw, law, calendar, findings)


def _rolled(due: Due, raw: date, law: PaymentLaw, calendar: WorkingCalendar, findings: Findings) -> Due:
    try:
        rolled = calendar.next_working_day_on_or_after(raw)
    except CalendarRangeError as error:
        params = {"raw_due_on": raw.isoformat(), "first": error.first.isoformat(), "last": error.last.isoformat()}
        findings.missing.append(Note("calendar", law.general["calendar"], {**params, "field": "calendar"}))
        return due
    params = {"raw_due_on": raw.isoformat(), "due_on": rolled.isoformat()}
    findings.steps.append(Note("rolled" if rolled != raw else "not_rolled", law.general["rolling"], params))
    provisional = calendar.is_provisional(rolled)
    if provisional:
        findings.flags.append(Note("due_provisional", law.general["calendar"], {"due_on": rolled.isoformat()}))
    return replace(due, due_on=rolled, provisional=provisional)


def _started(inputs: Inputs, version: LawVersion, law: PaymentLaw, as_of: date, findings: Findings) -> Due:
    """The first of the three start events that applies."""
    if inputs.periodic_settlement or inputs.settlement_confirmed_on is not None:
        event, on = StartEvent.SETTLEMENT, inputs.settlement_confirmed_on
        source, field = version.sources["settlement"], "settlement_confirmed_on"
    elif inputs.inspection is not None:
        event, on = _inspected(inputs.inspection, law, as_of, version, findings)
        source, field = version.sources["inspection"], "inspection"
    else:
        event, on = StartEvent.DELIVERY, inputs.delivered_on
        source, field = version.sources["delivery"], "delivered_on"
    if on is None:
        findings.missing.append(Note(f"no_{field}", source, {"field": field}))
        return Due()
    findings.steps.append(Note(f"start_{event}", source, {"start_on": on.isoformat()}))
    return Due(start_event=event, start_on=on)


def _inspected(
    inspection: Inspection, law: PaymentLaw, as_of: date, version: LawVersion, findings: Findings
) -> tuple[StartEvent, date | None]:
    """Acceptance, or the end of the period agreed for it where the buyer lets that pass."""
    deadline, passed_on, source = inspection.agreed_deadline, inspection.passed_on, version.sources["inspection"]
    if deadline is None:
        findings.flags.append(Note("inspection_without_deadline", law.general["acceptance_period"]))
        return StartEvent.ACCEPTANCE, passed_on
    if passed_on is not None and passed_on <= deadline:
        return StartEvent.ACCEPTANCE, passed_on
    is_open = passed_on is None and as_of <= deadline
    code = "inspection_open" if is_open else "inspection_late"
    findings.flags.append(Note(code, source, {"deadline_on": deadline.isoformat()}))
    return StartEvent.INSPECTION_DEADLINE, deadline


def _term_days(inputs: Inputs, version: LawVersion, findings: Findings) -> int | None:
    """The term in calendar days: agreed, capped, or the law's own; None where the law names none."""
    rule, agreed = version.terms[inputs.respondent_type], inputs.agreed_term_days
    if agreed is None:
        return _default_days(inputs.respondent_type, version, findings)
    if rule.cap_days is not None and agreed > rule.cap_days:
        note = Note("agreed_term_capped", rule.source, {"days": agreed, "cap": rule.cap_days})
        findings.steps.append(note)
        findings.flags.append(note)
        return rule.cap_days
    findings.steps.append(Note("term_agreed", rule.source, {"days": agreed}))
    if rule.review_above_days is not None and agreed > rule.review_above_days:
        findings.flags.append(Note("agreed_term_long", rule.source, {"days": agreed, "usual": rule.review_above_days}))
    return agreed


def _default_days(buyer: Buyer, version: LawVersion, findings: Findings) -> int | None:
    rule = version.terms[buyer]
    if rule.default_days is None:
        # Before the Regulation civil law spoke for both kinds of buyer; its first version left large enterprises open.
        code = "no_term_civil_law" if version.daily_rate is None else "no_term_reasonable"
        findings.missing.append(Note(code, rule.source, {"field": "agreed_term_days"}))
    else:
        findings.steps.append(Note(f"term_default_{buyer}", rule.source, {"days": rule.default_days}))
    return rule.default_days
