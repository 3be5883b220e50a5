"""Filing: one page, then the reference, the secret and the receipt."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from rest_framework.request import Request
from rest_framework.views import APIView

from casework.api.throttles import CalculatorThrottle
from casework.cases.actors import Actor
from casework.cases.errors import InvalidInput
from casework.cases.references import new_idempotency_key
from casework.documents.letter_templates import current_version
from casework.documents.pdf import render_letter
from casework.documents.responses import PDF, guard_file
from casework.parties.models import Division
from casework.portal.filing import filed_here, keep_language, other_language, remember_filing, tracking_code
from casework.portal.forms import KeyForm
from casework.portal.grants import account
from casework.portal.guard.checking import guard_check, guard_context, guard_page
from casework.portal.uploads import removed_upload, stage_uploads, upload_context
from complaints import progress
from complaints.assessments.previews import ASSESSED
from complaints.assessments.selectors import assessments_of
from complaints.flow import EVIDENCE_KINDS, KIND
from complaints.forms import FilingForm
from complaints.letters import receipt_variables
from complaints.models import ArrearsComplaint
from complaints.services import complaint_file


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The filing form. Whatever else a button asks for, files that came with it are kept."""
    if request.method != "POST":
        return _page(request, FilingForm(), new_idempotency_key())
    key = KeyForm.key_of(request.POST)
    faults = stage_uploads(request, key, EVIDENCE_KINDS)
    if removed_upload(request, key) or {"reload_places", "compute"} & request.POST.keys():
        return _page(request, _unjudged(request), key, faults)
    if language := other_language(request):
        return keep_language(_page(request, _unjudged(request), key, faults), language)
    return _file(request, key, faults)


def _file(request: HttpRequest, key: str, faults: list[str]) -> HttpResponse:
    form = FilingForm(request.POST)
    if not form.is_valid() or faults:
        return _page(request, form, key, faults, status=422)
    verdict = guard_check(request, KIND)
    if not verdict.passes:
        return guard_page(request, verdict)
    try:
        filing = complaint_file(data=form.filing_data(), idempotency_key=key, actor=_filer(request, form))
    except InvalidInput as error:
        if "idempotency_key" in error.errors:
            # The page of an earlier filing, changed and sent again: on purpose it may become a second complaint.
            key = new_idempotency_key()
            error.errors["idempotency_key"] = [
                _("A complaint was already filed with this page. To file another one, check it and send it again.")
            ]
        form.show_errors(error.errors)
        return _page(request, form, key, faults, status=422)
    remember_filing(request, filing.complaint, key)
    return redirect("portal:filed")


def _filer(request: HttpRequest, form: FilingForm) -> Actor:
    return Actor.complainant(form.cleaned_data["complainant_name"], account(request))


def _unjudged(request: HttpRequest) -> FilingForm:
    """The form as it was filled in, without complaints about what is not yet filled in."""
    form = FilingForm(request.POST)
    form.full_clean()
    form.errors.clear()
    return form


def _page(
    request: HttpRequest, form: FilingForm, key: str, file_faults: list[str] | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "preview": form.assessment() if form.is_bound else None,
        "assessed": ",".join(("csrfmiddlewaretoken", *ASSESSED)),
        "key": key,
        "file_faults": file_faults or [],
        **upload_context(key, EVIDENCE_KINDS),
        **guard_context(request, KIND),
    }
    return render(request, "portal/filing.html", context, status=status)


@never_cache
@require_POST
def assess(request: HttpRequest) -> HttpResponse:
    """Due date, interest, size and cautions of a form in the making, for htmx; nothing of it is kept or logged."""
    if not CalculatorThrottle().allow_request(Request(request), APIView()):
        # htmx leaves the panel as it is.
        return HttpResponse(status=204)
    return render(request, "portal/assessment_parts.html", {"preview": FilingForm(request.POST).assessment()})


def _filed_here(request: HttpRequest) -> tuple[ArrearsComplaint, str] | None:
    return filed_here(request, ArrearsComplaint.objects.select_related("receiving_department"))


@never_cache
@require_safe
def filed(request: HttpRequest) -> HttpResponse:
    """Reference, secret, receipt, and what happens next."""
    found = _filed_here(request)
    if found is None:
        return redirect("portal:track")
    complaint, secret = found
    context = {
        "complaint": complaint,
        "secret": secret,
        "qr": tracking_code(complaint, secret),
        "next_due": progress.next_due(complaint),
        "assessments": assessments_of(complaint),
    }
    return render(request, "portal/filed.html", context)


@never_cache
@require_POST
def receipt(request: HttpRequest) -> HttpResponse:
    """The receipt as PDF, made anew each time: the secret on it is stored nowhere."""
    found = _filed_here(request)
    if found is None or not found[1]:
        return redirect("portal:track")
    complaint, secret = found
    with translation.override("zh-hans"):
        variables = receipt_variables(complaint, secret=secret)
    content = render_letter("filing_receipt", current_version("filing_receipt", timezone.localdate()), variables)
    name = _("Receipt %(reference)s.pdf") % {"reference": complaint.reference}
    return guard_file(HttpResponse(content), name=name, content_type=PDF, inline=False)


@require_safe
@cache_control(public=True, max_age=3600)
def places(request: HttpRequest, parent: str) -> JsonResponse:
    """The divisions right below one, for the page's script."""
    if not Division.objects.filter(pk=parent).exists():
        raise Http404
    rows = Division.objects.filter(parent_id=parent).values_list("code", "name")
    return JsonResponse({"places": [{"code": code, "name": name} for code, name in rows]})
