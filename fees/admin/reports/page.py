"""Everything on one report, read for its page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, Q, Value, When, prefetch_related_objects

from casework.cases.access import roles_on
from casework.cases.actors import Actor
from casework.cases.terms import term_in_force
from casework.cases.transfer.selectors import load_hops
from casework.credit.case_records import records_context
from casework.desk.extending import extension_context
from casework.desk.indicators import indicators_context
from casework.desk.page import Clock, clocks_of, head_of, page_context
from casework.desk.transferring import hops_context
from casework.parties.models import Role
from fees.admin.reports.actions import ACTIONS, DESK, SPECS
from fees.admin.reports.ordering import orders_context
from fees.admin.reports.words import STATE_TONES, turn_words
from fees.monitoring.alarms import alarms_of
from fees.report.flow import State
from fees.report.models import CheckedCharge, FeeReport
from fees.report.selectors import is_same_reporter, reports_like
from fees.verdict.storage import KeptVerdict, verdicts_from_json
from fees.verdict.words import step_words, verdict_words

BEFORE_ACCEPTANCE = frozenset({State.REGISTERED})
# What the catalogue says for the payee is calm, what it says against it is not.
_TONES = {"consistent": "good", "standard_not_computable": "plain"}


@dataclass(frozen=True)
class ShownVerdict:
    """A kept verdict in words."""

    verdict: KeptVerdict
    words: str
    steps: list[str]
    tone: str


@dataclass(frozen=True)
class ShownCheck:
    """A check against the catalogue with its verdicts."""

    check: CheckedCharge
    verdicts: list[ShownVerdict]


@dataclass(frozen=True)
class Alike:
    """Another report that may be about the same fact."""

    report: FeeReport
    is_same_reporter: bool


def report_context(report: FeeReport, actor: Actor) -> dict[str, Any]:
    """What the page shows to this actor."""
    prefetch_related_objects([report], "division__parent__parent", "checked_charges")
    hops, clocks = load_hops(report), clocks_of(report)
    buttons = [action for action in ACTIONS.available(report, actor) if action.name in SPECS]
    return {
        **head_context(report, clocks),
        **page_context(report, actor, DESK, buttons, clocks),
        **indicators_context(report, actor),
        **records_context(report, actor),
        **extension_context(report, runs=report.state == State.VERIFYING),
        **hops_context(report, hops, waits=report.state in (State.REGISTERED, State.ACCEPTED)),
        **orders_context(report, actor),
        "checks": [_shown(row) for row in reversed(report.checked_charges.all())],
        "suspected": _suspected(report),
        "alike": _alike(report, actor),
        "related": _related(report, actor),
        "alarms": alarms_of(report, actor.user) if actor.user else [],
        "parts": report.parts.select_related("case"),
        "findings": list(report.findings.select_related("found_by").prefetch_related("violations")),
    }


def head_context(report: FeeReport, clocks: list[Clock] | None = None) -> dict[str, Any]:
    """The head that the page and every action's form share."""
    rows = clocks_of(report) if clocks is None else clocks
    return {"report": report, **head_of(report, rows, STATE_TONES.get(report.state, ""), turn_words(report))}


def _shown(check: CheckedCharge) -> ShownCheck:
    return ShownCheck(check, [_in_words(verdict) for verdict in verdicts_from_json(check.verdicts)])


def _in_words(verdict: KeptVerdict) -> ShownVerdict:
    steps = [step_words(step) for step in verdict.steps]
    return ShownVerdict(verdict, verdict_words(verdict.code), steps, _TONES.get(verdict.code, "bad"))


def _suspected(report: FeeReport) -> str:
    term = term_in_force("fee.violation", report.suspected, report.arrived_on) if report.suspected else None
    return f"{term.code} {term.label}" if term else ""


def _alike(report: FeeReport, actor: Actor) -> list[Alike]:
    """Before a report is accepted, those of the same fact: it may be a repetition."""
    if report.state not in BEFORE_ACCEPTANCE or Role.RECEIVING_CLERK not in roles_on(actor, report):
        return []
    return [Alike(row, is_same_reporter(report, row)) for row in reports_like(report)]


def _related(report: FeeReport, actor: Actor) -> list[tuple[str, FeeReport]]:
    """Other reports that this one is tied to, with how; those that the actor may see."""
    tied = {
        "same_as": Q(pk=report.same_as_id),
        "split_from": Q(pk=report.split_from_id),
        "merged_into": Q(pk=report.merged_into_id),
        "repeat": Q(same_as=report),
        "split_part": Q(split_from=report),
        "merged": Q(merged_into=report),
    }
    assert actor.user is not None
    any_way = reduce(or_, tied.values())
    kind = Case(*[When(condition, then=Value(name)) for name, condition in tied.items()])
    rows = FeeReport.objects.visible_to(actor.user).filter(any_way).annotate(tied_as=kind).order_by("pk")
    return [(row.tied_as, row) for row in rows]
