"""Following a complaint: reference and secret, the case page, letters and files, the two actions of a complainant."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casework.cases.errors import CaseChanged, CaseError, CaseNotFound, InvalidInput
from casework.cases.reading import log_access
from casework.cases.references import new_idempotency_key
from casework.documents.delivery import Way, letter_opened
from casework.documents.responses import attachment_response, letter_response
from complaints import progress
from complaints.assessments.selectors import assessments_of
from complaints.forms import CorrectionForm, TrackForm, WithdrawForm
from complaints.models import ArrearsComplaint
from complaints.selectors import available_actions, complaint_by_secret, complaints_visible_to
from complaints.services import complaint_answer_correction, complaint_withdraw
from complaints.subcases.selectors import can_request_receivable
from complaints.subcases.words import subcase_lines
from complaints.views.grants import (
    account,
    complainant_actor,
    count_wrong_try,
    grant_case,
    granted_case,
    is_blocked,
    revoke_case,
)
from complaints.views.uploads import (
    bound_key,
    drop_uploads,
    file_limits,
    opened_uploads,
    removed_upload,
    stage_uploads,
    staged_files,
)

Extra = ParamSpec("Extra")
CaseView = Callable[Concatenate[HttpRequest, ArrearsComplaint, Extra], HttpResponseBase]


def for_granted_case(view: CaseView[Extra]) -> Callable[Concatenate[HttpRequest, str, Extra], HttpResponseBase]:
    """Only for the browser that proved the secret; every other is asked for it, whether the case exists or not."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, reference: str, *args: Extra.args, **kwargs: Extra.kwargs) -> HttpResponseBase:
        try:
            complaint = granted_case(request, reference)
        except CaseNotFound:
            if request.method not in ("GET", "HEAD"):
                return redirect("portal:case", reference=reference)
            return _ask(request, TrackForm(initial={"reference": reference[:40]}))
        return view(request, complaint, *args, **kwargs)

    return cast(Callable[Concatenate[HttpRequest, str, Extra], HttpResponseBase], guarded)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Reference and secret. After ten wrong tries in a quarter of an hour there is a pause."""
    if request.method != "POST":
        return _ask(request, TrackForm())
    form = TrackForm(request.POST)
    reference = request.POST.get("reference", "")
    if is_blocked(request, reference):
        return _pause(request)
    if not form.is_valid():
        return _ask(request, form, status=422)
    try:
        complaint = complaint_by_secret(form.cleaned_data["reference"], form.cleaned_data["secret"])
    except CaseNotFound as error:
        count_wrong_try(request, reference)
        form.add_error(None, str(error))
        return _ask(request, form, status=422)
    grant_case(request, complaint)
    return redirect("portal:case", reference=complaint.reference)


def _ask(request: HttpRequest, form: TrackForm, status: int = 200) -> HttpResponse:
    user = account(request)
    own = complaints_visible_to(user).filter(complainant_user=user)[:50] if user else []
    return render(request, "portal/track.html", {"form": form, "own": own}, status=status)


def _pause(request: HttpRequest) -> HttpResponse:
    response = render(request, "portal/pause.html", status=429)
    response.headers["Retry-After"] = "900"
    return response


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
        "letters": complaint.letters.for_complainant().select_related("replaced_by").order_by("-id"),
        "files": complaint.attachments.filter(by_complainant=True),
        "actions": available_actions(complaint, actor),
        **progress.after_result(complaint),
        "subcases": subcase_lines(complaint),
        "can_request_receivable": can_request_receivable(complaint),
    }
    return render(request, "portal/case.html", context)


@require_POST
def leave(request: HttpRequest, reference: str) -> HttpResponse:
    """Forget the case in this browser: for shared computers."""
    with suppress(CaseNotFound):
        revoke_case(request, granted_case(request, reference).pk)
    messages.success(request, _("This browser no longer shows the case."))
    return redirect("portal:track")


@require_safe
@for_granted_case
def letter(request: HttpRequest, complaint: ArrearsComplaint, pk: int) -> HttpResponseBase:
    """A letter that is addressed or copied to the complainant."""
    found = get_object_or_404(complaint.letters.for_complainant(), pk=pk)
    actor = complainant_actor(request, complaint)
    response = letter_response(found, download="download" in request.GET)
    log_access(case=complaint, actor=actor, what=f"letter:{pk}")
    letter_opened(letter=found, way=Way.PORTAL, actor=actor)
    return response


@require_safe
@for_granted_case
def file(request: HttpRequest, complaint: ArrearsComplaint, pk: int) -> HttpResponseBase:
    """A file that the complainant sent."""
    found = get_object_or_404(complaint.attachments.filter(by_complainant=True), pk=pk)
    response = attachment_response(found, download="download" in request.GET)
    log_access(case=complaint, actor=complainant_actor(request, complaint), what=f"file:{pk}")
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@for_granted_case
def answer_correction(request: HttpRequest, complaint: ArrearsComplaint) -> HttpResponse:
    """The answer to a correction request, with files; a refused file loses neither the text nor the good files."""
    if request.method != "POST":
        if not _can(request, complaint, "answer_correction"):
            return _changed(request, complaint)
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
        return _refused(request, complaint, error)
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
        return _changed(request, complaint)
    form = WithdrawForm(request.POST or None, initial={"version": complaint.version})
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "portal/withdraw.html", {"complaint": complaint, "form": form}, status=status)
    try:
        complaint_withdraw(
            complaint=complaint,
            actor=complainant_actor(request, complaint),
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
        )
    except CaseError as error:
        return _refused(request, complaint, error)
    messages.success(request, _("The complaint is withdrawn."))
    return redirect("portal:case", reference=complaint.reference)


def _can(request: HttpRequest, complaint: ArrearsComplaint, action: str) -> bool:
    return any(known.name == action for known in available_actions(complaint, complainant_actor(request, complaint)))


def _changed(request: HttpRequest, complaint: ArrearsComplaint) -> HttpResponse:
    return _refused(request, complaint, CaseChanged())


def _refused(request: HttpRequest, complaint: ArrearsComplaint, error: CaseError) -> HttpResponse:
    """What a command answered instead of doing its work, with the way back to the case as it is now."""
    return render(request, "portal/refused.html", {"complaint": complaint, "error": error}, status=error.status)
