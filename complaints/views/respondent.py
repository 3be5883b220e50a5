"""The respondent's answer: a one-time code, what is asked, the parts of the claim, files. No account.

The page shows what the respondent must know to answer and nothing else: not the complainant's contact data, not the
evidence, no letter. A session keeps the request's id and the hash of the code that opened it, so that a renewed code
closes it too.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from casework.cases.actors import Actor
from casework.cases.errors import InvalidInput
from casework.cases.reading import log_access
from casework.cases.references import new_idempotency_key
from casework.portal.grants import count_wrong_try, is_blocked
from casework.portal.uploads import (
    bound_key,
    drop_uploads,
    opened_uploads,
    removed_upload,
    stage_uploads,
    upload_context,
)
from complaints.models import ArrearsComplaint
from complaints.respondent.forms import CodeForm, ReplyForm
from complaints.respondent.models import FeedbackRequest
from complaints.respondent.selectors import CodeNotValid, can_answer, reply_due, request_by_code
from complaints.respondent.services import feedback_answer, feedback_opened

SESSION_KEY, ANSWERED_KEY = "reply_codes", "replied"
MOST_GRANTS = 20
# Wrong tries are counted for each address; the codes have no reference that one could guess at.
LANE = "respond"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """The code. After ten wrong tries in a quarter of an hour there is a pause."""
    if request.method != "POST":
        return render(request, "portal/respondent.html", {"form": CodeForm()})
    if is_blocked(request, LANE):
        response = render(request, "portal/respondent_pause.html", status=429)
        response.headers["Retry-After"] = "900"
        return response
    form = CodeForm(request.POST)
    if not form.is_valid():
        return render(request, "portal/respondent.html", {"form": form}, status=422)
    try:
        found = request_by_code(form.cleaned_data["secret"])
    except CodeNotValid as error:
        count_wrong_try(request, LANE)
        form.add_error("secret", str(error))
        return render(request, "portal/respondent.html", {"form": form}, status=422)
    _grant(request, found)
    feedback_opened(request=found, actor=_actor(found.complaint))
    return redirect("portal:respond_answer", pk=found.pk)


def _grant(request: HttpRequest, found: FeedbackRequest) -> None:
    request.session.cycle_key()
    kept = {key: value for key, value in request.session.get(SESSION_KEY, {}).items() if key != str(found.pk)}
    kept[str(found.pk)] = found.token_hash
    request.session[SESSION_KEY] = dict(list(kept.items())[-MOST_GRANTS:])


def _granted(request: HttpRequest, pk: int) -> FeedbackRequest | None:
    """The request that this browser opened with the code that still holds."""
    digest = request.session.get(SESSION_KEY, {}).get(str(pk))
    if not digest:
        return None
    found = FeedbackRequest.objects.select_related("complaint__handling_department")
    return found.filter(pk=pk, token_hash=digest).first()


def _actor(complaint: ArrearsComplaint) -> Actor:
    return Actor.respondent(complaint.respondent_name)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked, and the form of the answer; a refused file loses neither the text nor the good files."""
    asked = _granted(request, pk)
    if asked is None or not can_answer(asked.complaint, asked):
        return redirect("portal:respond")
    if request.method != "POST":
        log_access(case=asked.complaint, actor=_actor(asked.complaint), what="feedback")
        return _page(request, asked, ReplyForm())
    key = bound_key(request, f"reply-{asked.pk}")
    faults = stage_uploads(request, key)
    form = ReplyForm(request.POST)
    if removed_upload(request, key) or "more_parts" in request.POST:
        form.ask_no_more()
        return _page(request, asked, form, key, faults)
    if not form.is_valid() or faults:
        return _page(request, asked, form, key, faults, status=422)
    return _send(request, asked, form, key)


def _send(request: HttpRequest, asked: FeedbackRequest, form: ReplyForm, key: str) -> HttpResponse:
    try:
        with opened_uploads(key) as uploads:
            feedback_answer(request=asked, actor=_actor(asked.complaint), uploads=uploads, **form.given())
    except InvalidInput as error:
        form.show_errors(error.errors)
        return _page(request, asked, form, key, error.errors.get("files", []), status=error.status)
    except CodeNotValid as error:
        messages.error(request, str(error))
        return redirect("portal:respond")
    drop_uploads(key)
    _forget(request, asked)
    request.session[ANSWERED_KEY] = asked.complaint.reference
    return redirect("portal:respond_done")


def _forget(request: HttpRequest, asked: FeedbackRequest) -> None:
    kept = request.session.get(SESSION_KEY, {})
    request.session[SESSION_KEY] = {key: value for key, value in kept.items() if key != str(asked.pk)}


@never_cache
@require_http_methods(["GET", "HEAD"])
def done(request: HttpRequest) -> HttpResponse:
    """That the answer has arrived: the case's number and nothing of the case."""
    reference = request.session.get(ANSWERED_KEY)
    if not reference:
        raise Http404
    return render(request, "portal/respondent_done.html", {"reference": reference})


def _page(
    request: HttpRequest,
    asked: FeedbackRequest,
    form: ReplyForm,
    key: str = "",
    file_faults: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    own_key = key.split("-", 2)[-1] or new_idempotency_key()
    context = {
        "asked": asked,
        "complaint": asked.complaint,
        "due_on": reply_due(asked.complaint) or asked.due_on,
        "form": form,
        "key": own_key,
        "file_faults": file_faults or [],
        **upload_context(f"reply-{asked.pk}-{own_key}"),
    }
    return render(request, "portal/respondent_answer.html", context, status=status)
