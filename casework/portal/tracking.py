"""Following a case: reference and secret, the frame of its pages, its letters and files; the same for every kind."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casework.cases.access import complainant_scope
from casework.cases.errors import CaseError, CaseNotFound, InvalidInput
from casework.cases.models import Case
from casework.cases.pages import state_label, tracking_page
from casework.cases.reading import case_by_secret, log_access
from casework.documents.delivery import Way, letter_opened
from casework.documents.responses import attachment_response, letter_response
from casework.portal.forms import ConfirmedWithdrawal, TrackForm
from casework.portal.grants import (
    account,
    complainant_actor,
    count_wrong_try,
    grant_case,
    granted_case,
    is_blocked,
    revoke_case,
)

MOST_OWN = 50
CaseType = TypeVar("CaseType", bound=Case)
Extra = ParamSpec("Extra")
CaseView = Callable[Concatenate[HttpRequest, CaseType, Extra], HttpResponseBase]
GuardedView = Callable[Concatenate[HttpRequest, str, Extra], HttpResponseBase]


@dataclass(frozen=True)
class ForGrantedCase(Generic[CaseType]):
    """Makes a view only for the browser that proved the secret; every other is asked for it, case or no case.

    Attributes:
        cases: those of one kind, or of all. A granted case of another kind is shown on its own page.
    """

    cases: QuerySet[CaseType]

    def __call__(self, view: CaseView[CaseType, Extra]) -> GuardedView[Extra]:
        """The view with a reference in the place of the case."""

        @never_cache
        @wraps(view)
        def guarded(
            request: HttpRequest, reference: str, *args: Extra.args, **kwargs: Extra.kwargs
        ) -> HttpResponseBase:
            try:
                case = granted_case(request, self.cases, reference)
            except CaseNotFound:
                return _elsewhere(request, reference)
            return view(request, case, *args, **kwargs)

        return cast(GuardedView[Extra], guarded)


def _elsewhere(request: HttpRequest, reference: str) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        return redirect("portal:case", reference=reference)
    with suppress(CaseNotFound):
        return redirect(tracking_page(granted_case(request, Case.objects.all(), reference)))
    return _ask(request, TrackForm(initial={"reference": reference[:40]}))


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
        case = case_by_secret(Case.objects.all(), form.cleaned_data["reference"], form.cleaned_data["secret"])
    except CaseNotFound as error:
        count_wrong_try(request, reference)
        form.add_error(None, str(error))
        return _ask(request, form, status=422)
    grant_case(request, case)
    return redirect(tracking_page(case))


def _ask(request: HttpRequest, form: TrackForm, status: int = 200) -> HttpResponse:
    user = account(request)
    cases = Case.objects.filter(complainant_scope(user))[:MOST_OWN] if user else []
    own = [{"case": case, "page": tracking_page(case), "state": state_label(case)} for case in cases]
    return render(request, "portal/track.html", {"form": form, "own": own}, status=status)


def _pause(request: HttpRequest) -> HttpResponse:
    response = render(request, "portal/pause.html", status=429)
    response.headers["Retry-After"] = "900"
    return response


@require_POST
def leave(request: HttpRequest, reference: str) -> HttpResponse:
    """Forget the case in this browser: for shared computers."""
    with suppress(CaseNotFound):
        revoke_case(request, granted_case(request, Case.objects.all(), reference).pk)
    messages.success(request, _("This browser no longer shows the case."))
    return redirect("portal:track")


@require_safe
@ForGrantedCase(Case.objects.all())
def letter(request: HttpRequest, case: Case, pk: int) -> HttpResponseBase:
    """A letter that is addressed or copied to the one who filed the case."""
    found = get_object_or_404(case.letters.for_complainant(), pk=pk)
    actor = complainant_actor(request, case)
    response = letter_response(found, download="download" in request.GET)
    log_access(case=case, actor=actor, what=f"letter:{pk}")
    letter_opened(letter=found, way=Way.PORTAL, actor=actor)
    return response


@require_safe
@ForGrantedCase(Case.objects.all())
def file(request: HttpRequest, case: Case, pk: int) -> HttpResponseBase:
    """A file that the one who filed the case sent."""
    found = get_object_or_404(case.attachments.filter(by_complainant=True), pk=pk)
    response = attachment_response(found, download="download" in request.GET)
    log_access(case=case, actor=complainant_actor(request, case), what=f"file:{pk}")
    return response


def case_papers(case: Case) -> dict[str, Any]:
    """Letters and own files, as `portal/case_letters.html` and `portal/case_files.html` show them."""
    return {
        "case": case,
        "letters": case.letters.for_complainant().select_related("replaced_by").order_by("-id"),
        "files": case.attachments.filter(by_complainant=True).select_related("kind"),
    }


def withdrawal_page(case: Case, form: ConfirmedWithdrawal) -> dict[str, Any]:
    """What `portal/withdraw.html` needs."""
    return {"case": case, "page": tracking_page(case), "form": form}


def refused(request: HttpRequest, case: Case, error: CaseError) -> HttpResponse:
    """What a command answered instead of doing its work, with the way back to the case as it is now."""
    context = {"page": tracking_page(case), "error": error}
    return render(request, "portal/refused.html", context, status=error.status)


def answered(
    request: HttpRequest,
    case: Case,
    form: BaseForm,
    command: Callable[[], object],
    template: str,
    context: dict[str, Any],
    thanks: str,
) -> HttpResponse:
    """Show the form, or carry the command out and go back to the case.

    Args:
        thanks: what the case's page then says.
    """
    if request.method != "POST" or not form.is_valid():
        return render(request, template, context, status=422 if request.method == "POST" else 200)
    try:
        command()
    except InvalidInput as error:
        for name, texts in error.errors.items():
            for text in texts:
                form.add_error(name if name in form.fields else None, text)
        return render(request, template, context, status=422)
    except CaseError as error:
        return refused(request, case, error)
    messages.success(request, thanks)
    return redirect(tracking_page(case))
