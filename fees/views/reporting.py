"""Reporting a charge: one page, what the catalogue says to it, then the reference and the secret."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from casework.cases.actors import Actor
from casework.cases.errors import InvalidInput
from casework.cases.references import new_idempotency_key
from casework.portal.filing import filed_here, keep_language, other_language, remember_filing, tracking_code
from casework.portal.forms import KeyForm
from casework.portal.grants import account
from casework.portal.guard.checking import guard_check, guard_context, guard_page
from casework.portal.uploads import removed_upload, stage_uploads, staged_files, upload_context
from fees.report.flow import EVIDENCE_KINDS, KIND
from fees.report.forms import ReportForm
from fees.report.intake import report_file
from fees.report.models import FeeReport
from fees.report.progress import PROGRESS
from fees.verdict.words import disclaimer
from fees.views.verdicts import shown_verdicts


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form, the check page between it and sending, and sending. What came with any button is kept."""
    if request.method != "POST":
        return _page(request, ReportForm(begun=request.GET.dict()), new_idempotency_key())
    key = KeyForm.key_of(request.POST)
    faults = stage_uploads(request, key, EVIDENCE_KINDS)
    if removed_upload(request, key) or "change" in request.POST:
        return _page(request, _unjudged(request), key, faults)
    if language := other_language(request):
        return keep_language(_same_page(request, key, faults), language)
    form = ReportForm(request.POST)
    if not form.is_valid() or faults:
        return _page(request, form, key, faults, status=422)
    return _send(request, form, key) if "send" in request.POST else _check_page(request, form, key)


def _same_page(request: HttpRequest, key: str, faults: list[str]) -> HttpResponse:
    """The page that the button stood on: the check page sends along that it is one."""
    form = ReportForm(request.POST)
    if "checked" in request.POST and form.is_valid():
        return _check_page(request, form, key)
    return _page(request, _unjudged(request), key, faults)


def _unjudged(request: HttpRequest) -> ReportForm:
    """The form as it was filled in, without complaints about what is not yet filled in."""
    form = ReportForm(request.POST)
    form.full_clean()
    form.errors.clear()
    return form


def _page(
    request: HttpRequest, form: ReportForm, key: str, file_faults: list[str] | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "key": key,
        "file_faults": file_faults or [],
        **upload_context(key, EVIDENCE_KINDS),
    }
    return render(request, "fees/report_form.html", context, status=status)


def _check_page(request: HttpRequest, form: ReportForm, key: str) -> HttpResponse:
    """What was entered and what the catalogue says to it; nothing is stored but the files that came."""
    context = {
        "form": form,
        "key": key,
        "charge": form.cleaned_data,
        "payee_type": form.instance.get_payee_type_display(),
        "suspicion": form.suspicion(),
        "verdicts": shown_verdicts(form.verdicts()),
        "disclaimer": disclaimer(),
        "staged": staged_files(key),
        **guard_context(request, KIND),
    }
    return render(request, "fees/report_check.html", context)


def _send(request: HttpRequest, form: ReportForm, key: str) -> HttpResponse:
    verdict = guard_check(request, KIND)
    if not verdict.passes:
        return guard_page(request, verdict)
    try:
        filing = report_file(data=form.cleaned_data, idempotency_key=key, actor=_reporter(request, form))
    except InvalidInput as error:
        if "idempotency_key" in error.errors:
            # The page of an earlier report, changed and sent again: on purpose it may become a second one.
            key = new_idempotency_key()
            error.errors["idempotency_key"] = [
                _("A report was already filed with this page. To file another one, check it and send it again.")
            ]
        form.show_errors(error.errors)
        return _page(request, form, key, status=422)
    remember_filing(request, filing.case, key)
    return redirect("fees:report_filed")


def _reporter(request: HttpRequest, form: ReportForm) -> Actor:
    """Who reports. An account that reports without a name is not kept either."""
    user = None if form.cleaned_data["is_anonymous"] else account(request)
    return Actor.complainant(form.cleaned_data["complainant_name"], user)


@never_cache
@require_safe
def filed(request: HttpRequest) -> HttpResponse:
    """Reference and secret, for an hour in this browser, and what happens next."""
    found = filed_here(request, FeeReport.objects.select_related("receiving_department"))
    if found is None:
        return redirect("portal:track")
    report, secret = found
    context = {
        "case": report,
        "secret": secret,
        "qr": tracking_code(report, secret),
        "next_due": PROGRESS.next_due(report),
    }
    return render(request, "fees/report_filed.html", context)
