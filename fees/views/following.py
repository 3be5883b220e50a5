"""Following a report: its page, what is added to it, and the withdrawal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from casework.cases.actors import Actor
from casework.cases.errors import CaseChanged
from casework.cases.models import CitedTerm
from casework.cases.pages import tracking_page
from casework.cases.reading import log_access
from casework.cases.verbs import Verb
from casework.portal.conversation import conversation
from casework.portal.grants import complainant_actor
from casework.portal.sending import Sending
from casework.portal.tracking import ForGrantedCase, answered, case_papers, refused, withdrawal_page
from fees.report.adding import can_add, report_add
from fees.report.flow import EVIDENCE_KINDS, FLOW, State
from fees.report.forms import AddForm, ReportWithdrawForm, in_words
from fees.report.models import FeeReport, SplitPart
from fees.report.progress import PROGRESS
from fees.report.services import SAME_FACT, last_finding, report_withdraw
from fees.report.verdicts import latest_check
from fees.verdict.storage import verdicts_from_json
from fees.verdict.words import disclaimer
from fees.views.verdicts import shown_verdicts

for_granted_report = ForGrantedCase(
    FeeReport.objects.select_related(
        "receiving_department",
        "handling_department",
        "division__parent__parent",
        "merged_into",
        "split_from",
        "same_as",
    )
)
# Which event and which list say why a report ended.
_DECISIONS = {
    State.REFUSED: (Verb.REPORT_REFUSED, "fee.refusal"),
    State.REDIRECTED: (Verb.REPORT_REDIRECTED, "fee.redirect"),
}
_ANSWERED = (State.FED_BACK, State.CLOSED)


@dataclass(frozen=True)
class Decision:
    """Why a report was refused, or which way it was sent; for those too who get no letters."""

    label: str
    citation: str
    explanation: str


@require_safe
@for_granted_report
def case(request: HttpRequest, report: FeeReport) -> HttpResponse:
    """The report: state, whose turn, by when and why, the way, the result, letters, files, timeline."""
    actor = complainant_actor(request, report)
    log_access(case=report, actor=actor, what="page")
    context = {
        "report": report,
        "words": PROGRESS.state_words(report),
        "turn": PROGRESS.turn_text(report),
        "steps": PROGRESS.steps_of(report),
        "next_due": PROGRESS.next_due(report),
        "timeline": PROGRESS.timeline(report),
        "decision": _decision(report),
        "same_as": _repeated(report),
        "finding": last_finding(report) if report.state in _ANSWERED else None,
        "parts": [_part(row) for row in report.parts.select_related("case")],
        "suspicion": _suspicion(report),
        "can_add": can_add(report),
        "can_withdraw": FLOW.can_take(report, "withdraw"),
        **conversation(report, actor),
        **case_papers(report),
        **_checked(report),
    }
    return render(request, "fees/report_case.html", context)


def _decision(report: FeeReport) -> Decision | None:
    if report.state not in _DECISIONS:
        return None
    verb, vocabulary = _DECISIONS[State(report.state)]
    payload = report.events.filter(verb=verb).latest("seq").payload
    term = CitedTerm.objects.get(vocabulary=vocabulary, code=payload["code"], version=payload["version"])
    return Decision(in_words(term), term.citation, payload["explanation"])


def _repeated(report: FeeReport) -> str:
    """The reference of the same reporter's earlier report; of an anonymous one nobody can tell whose it was."""
    if report.state != State.REFUSED or report.decision_ground != SAME_FACT or report.is_anonymous:
        return ""
    return report.same_as.reference if report.same_as else ""


def _part(part: SplitPart) -> dict[str, Any]:
    page = tracking_page(part.case) if part.case else ""
    return {"text": part.text, "way": part.way, "reference": part.case.reference if part.case else "", "page": page}


def _suspicion(report: FeeReport) -> str:
    term = CitedTerm.objects.filter(vocabulary="fee.violation", code=report.suspected).order_by("version").last()
    return in_words(term) if term else ""


def _checked(report: FeeReport) -> dict[str, Any]:
    """What the catalogue said to the charge when it was last checked."""
    check = latest_check(report)
    if check is None:
        return {}
    charge = {"item": check.charge["item"], "amount": Decimal(check.charge["amount"])}
    verdicts = shown_verdicts(verdicts_from_json(check.verdicts))
    return {"charge": charge, "verdicts": verdicts, "checked_on": check.checked_on, "disclaimer": disclaimer()}


@require_http_methods(["GET", "HEAD", "POST"])
@for_granted_report
def add(request: HttpRequest, report: FeeReport) -> HttpResponse:
    """Facts and files that come after the filing."""
    if not can_add(report):
        return refused(request, report, CaseChanged())

    def add_it(actor: Actor, given: Mapping[str, Any], uploads: list[UploadedFile]) -> None:
        report_add(report=report, actor=actor, text=given["text"], uploads=uploads)

    context = {
        "heading": _("Add facts or evidence"),
        "intro": _(
            "The department that has your report is told at once. What you add doesn't begin any period anew, and you "
            "can add more until the report is concluded."
        ),
        "evidence_help": _("Receipts, notices of payment, contracts, chats or recordings turned into a document."),
    }
    thanks = _("What you added has arrived.")
    sending = Sending("add", AddForm, "portal/send.html", add_it, thanks, context, EVIDENCE_KINDS)
    return sending.answer(request, report)


@require_http_methods(["GET", "HEAD", "POST"])
@for_granted_report
def withdraw(request: HttpRequest, report: FeeReport) -> HttpResponse:
    """The question before a withdrawal, and the withdrawal."""
    if not FLOW.can_take(report, "withdraw"):
        return refused(request, report, CaseChanged())
    form = ReportWithdrawForm(request.POST or None, initial={"version": report.version})

    def withdraw_it() -> None:
        report_withdraw(
            report=report,
            actor=complainant_actor(request, report),
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
        )

    context, thanks = withdrawal_page(report, form), _("The report is withdrawn.")
    return answered(request, report, form, withdraw_it, "portal/withdraw.html", context, thanks)
