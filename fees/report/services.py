"""The commands of a fee report: each one transaction, each the only way to make its change."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from casework.cases.actors import Actor
from casework.cases.commands import clock_cancel, clock_meet, clock_start
from casework.cases.errors import InvalidInput
from casework.cases.models import CitedTerm
from casework.cases.notify import tell_department
from casework.cases.terms import term_in_force, terms_in_force
from casework.cases.timeline import event_record
from casework.cases.transfer.hops import hop_receive, hop_send, refuse_while_return_pending
from casework.cases.verbs import Verb
from casework.clocks.services import OPEN_STATUSES
from casework.parties.models import Department
from fees.orders.selectors import orders_open
from fees.penalty.selectors import penalty_is_open
from fees.report import letters
from fees.report.commands import flow_command, tell_reporter
from fees.report.intake import ACCEPTANCE
from fees.report.models import FeeReport, Finding, Violation
from fees.report.transfers import RECEIPT

ASSIGNMENT, VERIFICATION, DISPOSAL, ANSWER = "fee.assignment", "fee.verification", "fee.disposal", "fee.answer"
Outcome = Finding.Outcome
# The ground of the list that a report of the same fact falls under (SAMR Order 121 art. 35).
SAME_FACT = "G2"


@dataclass(frozen=True)
class Extent:
    """How far a violation reached, as far as it was found.

    Attributes:
        amount: yuan; None where it was not determined.
    """

    period_from: date | None = None
    period_to: date | None = None
    payers: int | None = None
    amount: Decimal | None = None


def report_accept(*, report: FeeReport, actor: Actor, version: int | None = None) -> FeeReport:
    """Accept a report; it is to be assigned next."""
    with flow_command(report, "accept", actor, version) as case:
        case.accepted_on = actor.today
        event_record(case=case, verb=Verb.REPORT_ACCEPTED, actor=actor)
        clock_meet(case=case, code=ACCEPTANCE, on=actor.today, actor=actor)
        clock_start(case=case, code=ASSIGNMENT, on=actor.today, actor=actor)
        letters.issue_acceptance_notice(case, actor=actor)
        tell_reporter(case, Verb.REPORT_ACCEPTED)
    return case


def report_refuse(
    *,
    report: FeeReport,
    actor: Actor,
    ground: str,
    explanation: str,
    same_as: FeeReport | None = None,
    version: int | None = None,
) -> FeeReport:
    """Refuse on a ground of the list. The same fact reported again is linked and answered with what came of it.

    Args:
        ground: a code of the list `fee.refusal`.
        same_as: the earlier report, where the ground is that it was reported before.
    Raises:
        InvalidInput: unknown ground, no explanation, or no earlier report where the ground needs one.
    """
    term = term_in_force("fee.refusal", ground, actor.today)
    errors: dict[str, list[str]] = {}
    if term is None:
        errors["ground"] = [_("Choose a ground of the list.")]
    if not explanation.strip():
        errors["explanation"] = [_("Give the reasons: the reporter reads them.")]
    if (ground == SAME_FACT) != (same_as is not None):
        errors["same_as"] = [
            _("Choose the earlier report that this one repeats.")
            if same_as is None
            else _("An earlier report belongs to the ground that the same fact was reported before.")
        ]
    if errors or term is None:
        raise InvalidInput(errors)
    with flow_command(report, "refuse", actor, version) as case:
        _check_earlier(case, same_as)
        case.same_as, case.decision_ground = same_as, term.code
        event_record(
            case=case,
            verb=Verb.REPORT_REFUSED,
            actor=actor,
            payload={**_term_payload(term, "ground"), "explanation": explanation.strip()},
        )
        clock_meet(case=case, code=ACCEPTANCE, on=actor.today, actor=actor)
        letters.issue_refusal_notice(case, term=term, explanation=explanation.strip(), actor=actor)
        tell_reporter(case, Verb.REPORT_REFUSED)
    return case


def _check_earlier(case: FeeReport, earlier: FeeReport | None) -> None:
    if earlier is None:
        return
    if earlier.pk == case.pk or earlier.receiving_department_id != case.receiving_department_id:
        raise InvalidInput({"same_as": [_("Choose another report that your department registered.")]})


def report_redirect(
    *, report: FeeReport, actor: Actor, way: str, explanation: str, version: int | None = None
) -> FeeReport:
    """End a report for which another authority or procedure is the right one, and say which.

    Args:
        way: a code of the list `fee.redirect`.
        explanation: who exactly, and how to get there.
    Raises:
        InvalidInput: unknown way or no explanation.
    """
    term = term_in_force("fee.redirect", way, actor.today)
    errors: dict[str, list[str]] = {}
    if term is None:
        errors["way"] = [_("Choose one of the list.")]
    if not explanation.strip():
        errors["explanation"] = [_("Say who is competent and how to get there: the reporter reads it.")]
    if errors or term is None:
        raise InvalidInput(errors)
    with flow_command(report, "redirect", actor, version) as case:
        case.decision_ground = term.code
        event_record(
            case=case,
            verb=Verb.REPORT_REDIRECTED,
            actor=actor,
            payload={**_term_payload(term, "way"), "explanation": explanation.strip()},
        )
        for code in (ACCEPTANCE, ASSIGNMENT):
            clock_meet(case=case, code=code, on=actor.today, actor=actor)
        letters.issue_redirect_notice(case, term=term, explanation=explanation.strip(), actor=actor)
        tell_reporter(case, Verb.REPORT_REDIRECTED)
    return case


def report_withdraw(*, report: FeeReport, actor: Actor, reason: str = "", version: int | None = None) -> FeeReport:
    """Withdraw at the reporter's wish, before it is accepted; every clock ends."""
    with flow_command(report, "withdraw", actor, version) as case:
        event_record(case=case, verb=Verb.REPORT_WITHDRAWN, actor=actor, payload={"reason": reason.strip()})
        tell_reporter(case, Verb.REPORT_WITHDRAWN)
        tell_department(case, case.receiving_department, Verb.REPORT_WITHDRAWN)
    return case


def report_assign(
    *,
    report: FeeReport,
    actor: Actor,
    department: Department,
    note: str = "",
    override_reason: str = "",
    version: int | None = None,
) -> FeeReport:
    """Assign a report to the department that verifies it; the routes suggest which.

    Args:
        override_reason: why it does not go where its route leads; not needed where it does.
    Raises:
        InvalidInput: the department doesn't verify reports here, had this one before, or the reason is missing.
    """
    with flow_command(report, "transfer", actor, version) as case:
        hop_send(case=case, department=department, note=note, override_reason=override_reason, actor=actor)
        clock_start(case=case, code=RECEIPT, on=actor.today, actor=actor)
        letters.issue_transfer_letter(case, department=department, note=note.strip(), actor=actor)
        tell_reporter(case, Verb.REPORT_ASSIGNED)
    return case


def report_receive(
    *, report: FeeReport, actor: Actor, received_on: date | None = None, version: int | None = None
) -> FeeReport:
    """Confirm receipt; the 15 working days to verify run from that day.

    Args:
        received_on: the day the material arrived, if it was before today.
    Raises:
        InvalidInput: a day before the assignment or in the future, or the return is asked for.
    """
    day = received_on or actor.today
    with flow_command(report, "receive", actor, version) as case:
        hop_receive(case=case, on=day, actor=actor)
        clock_meet(case=case, code=RECEIPT, on=day, actor=actor)
        case.assigned_to = actor.user
        event_record(case=case, verb=Verb.REPORT_VERIFYING, actor=actor, payload={"received_on": day})
        # A return to another department does not begin the period anew: a clock that runs runs on.
        if not case.deadlines.filter(code=VERIFICATION, status__in=OPEN_STATUSES).exists():
            clock_start(case=case, code=VERIFICATION, on=day, actor=actor)
        if case.receiving_department_id != case.handling_department_id:
            tell_department(case, case.receiving_department, Verb.REPORT_VERIFYING)
    return case


def report_find_violation(
    *,
    report: FeeReport,
    actor: Actor,
    violations: Collection[str],
    facts: str,
    reasons: str,
    extent: Extent | None = None,
    version: int | None = None,
) -> Finding:
    """Record that there is a violation, under which categories, and how far it reached.

    Args:
        violations: codes of the list `fee.violation`.
    Raises:
        InvalidInput: by field: no category, an unknown one, no facts or reasons, a period or sum that can't be.
    """
    extent = extent or Extent()
    terms = {term.code: term for term in terms_in_force("fee.violation", actor.today)}
    errors = {**_empty(facts=facts, reasons=reasons), **_wrong_extent(extent, actor)}
    if not violations:
        errors["violations"] = [_("Choose at least one category.")]
    elif unknown := sorted(set(violations) - terms.keys()):
        errors["violations"] = [_("Not in the list: %(codes)s.") % {"codes": ", ".join(unknown)}]
    if errors:
        raise InvalidInput(errors)
    with flow_command(report, "find_violation", actor, version) as case:
        refuse_while_return_pending(case)
        chosen = [terms[code] for code in sorted(set(violations))]
        finding = _find(case, Outcome.VIOLATION, facts, reasons, extent, actor)
        Violation.objects.bulk_create(
            Violation(finding=finding, code=term.code, version=term.version, label=term.label, citation=term.citation)
            for term in chosen
        )
        labels = [f"{term.code} {term.label}" for term in chosen]
        event_record(case=case, verb=Verb.VIOLATION_FOUND, actor=actor, payload={"violations": labels})
        clock_start(case=case, code=DISPOSAL, on=actor.today, actor=actor)
        tell_reporter(case, Verb.VIOLATION_FOUND)
    return finding


def report_find_nothing(
    *, report: FeeReport, actor: Actor, outcome: str, facts: str, reasons: str, version: int | None = None
) -> Finding:
    """Record that there is no violation, or that it can't be verified; the reporter is to be answered next.

    Args:
        outcome: `none` or `unverifiable`.
    Raises:
        InvalidInput: by field.
    """
    errors = _empty(facts=facts, reasons=reasons)
    if outcome not in (Outcome.NONE, Outcome.UNVERIFIABLE):
        errors["outcome"] = [_("Choose one of these.")]
    if errors:
        raise InvalidInput(errors)
    with flow_command(report, "find_nothing", actor, version) as case:
        refuse_while_return_pending(case)
        finding = _find(case, Outcome(outcome), facts, reasons, Extent(), actor)
        payload = {"code": outcome, "outcome": str(Outcome(outcome).label)}
        event_record(case=case, verb=Verb.NOTHING_FOUND, actor=actor, payload=payload)
        clock_start(case=case, code=ANSWER, on=actor.today, actor=actor)
    return finding


def _find(case: FeeReport, outcome: Finding.Outcome, facts: str, reasons: str, extent: Extent, actor: Actor) -> Finding:
    assert actor.user is not None  # nobody works in a department without an account
    clock_meet(case=case, code=VERIFICATION, on=actor.today, actor=actor)
    return Finding.objects.create(
        report=case,
        number=case.findings.count() + 1,
        outcome=outcome,
        facts=facts.strip(),
        reasons=reasons.strip(),
        period_from=extent.period_from,
        period_to=extent.period_to,
        payers=extent.payers,
        unlawful_amount=extent.amount,
        found_by=actor.user,
        found_on=actor.today,
    )


def _empty(**texts: str) -> dict[str, list[str]]:
    return {name: [_("Fill in this field.")] for name, text in texts.items() if not text.strip()}


def _wrong_extent(extent: Extent, actor: Actor) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if extent.period_from and extent.period_to and extent.period_to < extent.period_from:
        errors["period_to"] = [_("The last day can't come before the first.")]
    if any(day and day > actor.today for day in (extent.period_from, extent.period_to)):
        errors["period_from"] = [_("These days lie in the past.")]
    if extent.amount is not None and extent.amount < 0:
        errors["unlawful_amount"] = [_("A sum is not negative.")]
    if extent.payers is not None and extent.payers < 1:
        errors["payers"] = [_("At least one enterprise paid.")]
    return errors


def report_conclude(*, report: FeeReport, actor: Actor, note: str = "", version: int | None = None) -> FeeReport:
    """Conclude a report with a violation when every order to the payee has its outcome. A penalty case may still run.

    Raises:
        InvalidInput: an order is open.
    """
    with flow_command(report, "conclude", actor, version) as case:
        if orders := orders_open(case):
            names = ", ".join(str(order.get_kind_display()) for order in orders)
            raise InvalidInput({"": [_("Record first what came of: %(orders)s.") % {"orders": names}]})
        event_record(case=case, verb=Verb.REPORT_CONCLUDED, actor=actor, payload={"note": note.strip()})
        clock_meet(case=case, code=DISPOSAL, on=actor.today, actor=actor)
        clock_start(case=case, code=ANSWER, on=actor.today, actor=actor)
    return case


def report_feed_back(*, report: FeeReport, actor: Actor, answer: str, version: int | None = None) -> FeeReport:
    """Answer the reporter in writing, with a copy to the department that registered the report.

    Args:
        answer: what was done, and what the reporter can expect.
    Raises:
        InvalidInput: no answer.
    """
    if errors := _empty(answer=answer):
        raise InvalidInput(errors)
    with flow_command(report, "feed_back", actor, version) as case:
        case.answer, case.resolved_on = answer.strip(), actor.today
        event_record(case=case, verb=Verb.REPORT_ANSWERED, actor=actor, payload={"answer": case.answer})
        clock_meet(case=case, code=ANSWER, on=actor.today, actor=actor)
        letters.issue_result_letter(case, finding=last_finding(case), actor=actor)
        tell_reporter(case, Verb.REPORT_ANSWERED)
        if case.receiving_department_id != case.handling_department_id:
            tell_department(case, case.receiving_department, Verb.REPORT_ANSWERED)
    return case


def last_finding(case: FeeReport) -> Finding:
    """The finding that stands: the newest one."""
    return max(case.findings.all(), key=lambda row: row.number)


def report_close(*, report: FeeReport, actor: Actor, reason: str, version: int | None = None) -> FeeReport:
    """Close with a reason of the list that the finding bears out, when no penalty case runs any more.

    Args:
        reason: a code of the list `fee.closing`.
    Raises:
        InvalidInput: unknown reason, one that the finding contradicts, or a penalty case is open.
    """
    term = term_in_force("fee.closing", reason, actor.today)
    if term is None:
        raise InvalidInput({"reason": [_("Choose a reason of the list.")]})
    with flow_command(report, "close", actor, version) as case:
        if penalty_is_open(case):
            raise InvalidInput({"": [_("The penalty case is open. Record first what came of it.")]})
        _check_reason(last_finding(case), term)
        case.closing_reason = term.code
        payload = _term_payload(term, "reason")
        event_record(case=case, verb=Verb.REPORT_CLOSED, actor=actor, payload=payload)
        tell_reporter(case, Verb.REPORT_CLOSED)
    return case


# Which reasons fit which finding; the others need a violation.
_REASONS = {Outcome.NONE: {"C3", "C6"}, Outcome.UNVERIFIABLE: {"C4", "C6"}}
_OF_A_VIOLATION = {"C1", "C2", "C5", "C6"}


def _check_reason(finding: Finding, term: CitedTerm) -> None:
    if term.code not in _REASONS.get(Outcome(finding.outcome), _OF_A_VIOLATION):
        fault = _("The finding was: %(outcome)s. Choose a fitting reason.") % {"outcome": finding.get_outcome_display()}
        raise InvalidInput({"reason": [fault]})


def report_reopen(*, report: FeeReport, actor: Actor, note: str, version: int | None = None) -> FeeReport:
    """Take a closed report up again because of new facts; a new verification period begins.

    Raises:
        InvalidInput: the new facts are not named.
    """
    if not note.strip():
        raise InvalidInput({"note": [_("Name the new facts: nothing else reopens a report.")]})
    with flow_command(report, "reopen", actor, version) as case:
        case.ended_on, case.closing_reason, case.resolved_on = None, "", None
        event_record(case=case, verb=Verb.REPORT_REOPENED, actor=actor, payload={"note": note.strip()})
        clock_start(case=case, code=VERIFICATION, on=actor.today, actor=actor)
        tell_reporter(case, Verb.REPORT_REOPENED)
        assert case.handling_department is not None
        tell_department(case, case.handling_department, Verb.REPORT_REOPENED)
    return case


def verification_restart(*, case: FeeReport, actor: Actor) -> None:
    """Begin the verification anew with the last report of a fact (SAMR Order 121 art. 35), on a locked case."""
    if case.deadlines.filter(code=VERIFICATION, status__in=OPEN_STATUSES).exists():
        clock_cancel(case=case, code=VERIFICATION, actor=actor)
        clock_start(case=case, code=VERIFICATION, on=actor.today, actor=actor)


def _term_payload(term: CitedTerm, name: str) -> dict[str, object]:
    return {"code": term.code, "version": term.version, name: term.label}
