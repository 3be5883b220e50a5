"""Following a complaint: the case page and the two actions of a complainant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from casework.cases.actors import Actor
from casework.cases.errors import CaseChanged
from casework.cases.reading import log_access
from casework.portal.conversation import conversation
from casework.portal.grants import complainant_actor
from casework.portal.sending import Sending
from casework.portal.tracking import ForGrantedCase, answered, case_papers, refused, withdrawal_page
from complaints import progress
from complaints.assessments.selectors import assessments_of
from complaints.flow import EVIDENCE_KINDS
from complaints.forms import CorrectionForm, WithdrawForm
from complaints.models import ArrearsComplaint
from complaints.selectors import available_actions
from complaints.services import complaint_answer_correction, complaint_withdraw
from complaints.subcases.selectors import can_request_receivable
from complaints.subcases.words import subcase_lines

for_granted_case = ForGrantedCase(
    ArrearsComplaint.objects.select_related("receiving_department", "handling_department", "division__parent__parent")
)


@require_safe
@for_granted_case
def case(request: HttpRequest, complaint: ArrearsComplaint) -> HttpResponse:
    """The case: state, whose turn, by when and why, the way, letters, files, timeline."""
    actor = complainant_actor(request, complaint)
    log_access(case=complaint, actor=actor, what="page")
    context = {
        "complaint": complaint,
        "words": progress.state_words(complaint),
        "turn": progress.turn_text(complaint),
        "steps": progress.steps(complaint),
        "next_due": progress.next_due(complaint),
        "assessments": assessments_of(complaint),
        "timeline": progress.timeline(complaint),
        **conversation(complaint, actor),
        **case_papers(complaint),
        "actions": available_actions(complaint, actor),
        **progress.after_result(complaint),
        "subcases": subcase_lines(complaint),
        "can_request_receivable": can_request_receivable(complaint),
    }
    return render(request, "portal/case.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_granted_case
def answer_correction(request: HttpRequest, complaint: ArrearsComplaint) -> HttpResponse:
    """The answer to a correction request, with files."""
    if request.method != "POST" and not _can(request, complaint, "answer_correction"):
        return refused(request, complaint, CaseChanged())

    def send(actor: Actor, given: Mapping[str, Any], uploads: list[UploadedFile]) -> None:
        complaint_answer_correction(complaint=complaint, actor=actor, uploads=uploads, **given)

    context = {"complaint": complaint, "next_due": progress.next_due(complaint)}
    thanks = _("Your answer has arrived. The review begins anew today.")
    sending = Sending("answer", CorrectionForm, "portal/answer.html", send, thanks, context, EVIDENCE_KINDS)
    return sending.answer(request, complaint)


@require_http_methods(["GET", "HEAD", "POST"])
@for_granted_case
def withdraw(request: HttpRequest, complaint: ArrearsComplaint) -> HttpResponse:
    """The question before a withdrawal, and the withdrawal."""
    if not _can(request, complaint, "withdraw"):
        return refused(request, complaint, CaseChanged())
    form = WithdrawForm(request.POST or None, initial={"version": complaint.version})

    def withdraw_it() -> None:
        complaint_withdraw(
            complaint=complaint,
            actor=complainant_actor(request, complaint),
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
        )

    context, thanks = withdrawal_page(complaint, form), _("The complaint is withdrawn.")
    return answered(request, complaint, form, withdraw_it, "portal/withdraw.html", context, thanks)


def _can(request: HttpRequest, complaint: ArrearsComplaint, action: str) -> bool:
    return any(known.name == action for known in available_actions(complaint, complainant_actor(request, complaint)))
