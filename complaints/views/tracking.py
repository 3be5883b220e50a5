"""Following a complaint: the case page and the two actions of a complainant."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from casework.cases.errors import CaseChanged, CaseError, InvalidInput
from casework.cases.reading import log_access
from casework.cases.references import new_idempotency_key
from casework.portal.grants import complainant_actor
from casework.portal.tracking import ForGrantedCase, answered, case_papers, refused, withdrawal_page
from casework.portal.uploads import (
    bound_key,
    drop_uploads,
    file_limits,
    opened_uploads,
    removed_upload,
    stage_uploads,
    staged_files,
)
from complaints import progress
from complaints.assessments.selectors import assessments_of
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
    """The answer to a correction request, with files; a refused file loses neither the text nor the good files."""
    if request.method != "POST":
        if not _can(request, complaint, "answer_correction"):
            return refused(request, complaint, CaseChanged())
        return _answer_page(request, complaint, CorrectionForm(initial={"version": complaint.version}))
    key = bound_key(request, f"answer-{complaint.pk}")
    faults = stage_uploads(request, key)
    form = CorrectionForm(request.POST)
    if removed_upload(request, key):
        return _answer_page(request, complaint, form, key, faults)
    if not form.is_valid() or faults:
        return _answer_page(request, complaint, form, key, faults, status=422)
    return _send_answer(request, complaint, form, key)


def _send_answer(request: HttpRequest, complaint: ArrearsComplaint, form: CorrectionForm, key: str) -> HttpResponse:
    try:
        with opened_uploads(key) as uploads:
            complaint_answer_correction(
                complaint=complaint,
                actor=complainant_actor(request, complaint),
                answer=form.cleaned_data["answer"],
                uploads=uploads,
                version=form.cleaned_data["version"],
            )
    except InvalidInput as error:
        form.add_error("answer", error.errors.get("answer", []))
        return _answer_page(request, complaint, form, key, error.errors.get("files", []), status=422)
    except CaseError as error:
        return refused(request, complaint, error)
    drop_uploads(key)
    messages.success(request, _("Your answer has arrived. The review begins anew today."))
    return redirect("portal:case", reference=complaint.reference)


def _answer_page(
    request: HttpRequest,
    complaint: ArrearsComplaint,
    form: CorrectionForm,
    key: str = "",
    file_faults: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "complaint": complaint,
        "form": form,
        "key": key.split("-", 2)[-1] or new_idempotency_key(),
        "staged": staged_files(key) if key else [],
        "file_faults": file_faults or [],
        "next_due": progress.next_due(complaint),
        **file_limits(),
    }
    return render(request, "portal/answer.html", context, status=status)


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
