"""A body's pages: reference and code, the years it is asked about, the form, review, receipt, explanation."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casework.cases.errors import CaseError, CaseNotFound
from complaints.disclosure.answers import (
    FIELDS,
    body_by_code,
    disclosure_save_draft,
    disclosure_submit,
    obligation_of,
)
from complaints.disclosure.corrections import correction_explain
from complaints.disclosure.forms import DisclosureForm, EnterForm, ExplainForm, begun
from complaints.disclosure.grants import GRANTS, granted_body
from complaints.disclosure.law import duty_of
from complaints.disclosure.models import DisclosureCorrection, DisclosureObligation, ObligedBody

State = DisclosureCorrection.State
View = Callable[..., HttpResponse]


def for_granted_body(view: View) -> View:
    """Only for the browser that proved the access code; all others are asked for it, known body or not."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, reference: str, **kwargs: Any) -> HttpResponse:
        try:
            body = granted_body(request, reference)
        except CaseNotFound:
            if request.method not in ("GET", "HEAD"):
                return redirect("portal:disclosure_body", reference=reference)
            return _ask(request, EnterForm(initial={"reference": reference[:40]}))
        return view(request, body, **kwargs)

    return guarded


def for_year(view: View) -> View:
    """The obligation of the year in the address; a year that was not asked about leads to the list."""

    @for_granted_body
    @wraps(view)
    def found(request: HttpRequest, body: ObligedBody, year: int) -> HttpResponse:
        try:
            row = obligation_of(body, year)
        except CaseNotFound as error:
            messages.warning(request, str(error))
            return redirect("portal:disclosure_body", reference=body.reference)
        return view(request, row)

    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Reference and access code. After ten wrong tries in a quarter of an hour there is a pause."""
    if request.method != "POST":
        return _ask(request, EnterForm())
    form = EnterForm(request.POST)
    reference = request.POST.get("reference", "")
    if GRANTS.is_blocked(request, reference):
        response = render(request, "disclosures/pause.html", status=429)
        response.headers["Retry-After"] = "900"
        return response
    if not form.is_valid():
        return _ask(request, form, status=422)
    try:
        body = body_by_code(form.cleaned_data["reference"], form.cleaned_data["secret"])
    except CaseNotFound as error:
        GRANTS.count_wrong_try(request, reference)
        form.add_error(None, str(error))
        return _ask(request, form, status=422)
    GRANTS.grant(request, body.pk, body.code_hash)
    return redirect("portal:disclosure_body", reference=body.reference)


def _ask(request: HttpRequest, form: EnterForm, status: int = 200) -> HttpResponse:
    return render(request, "disclosures/enter.html", {"form": form}, status=status)


@require_POST
@for_granted_body
def leave(request: HttpRequest, body: ObligedBody) -> HttpResponse:
    """Forget the body in this browser."""
    GRANTS.revoke(request, body.pk)
    messages.success(request, _("This browser has forgotten the access code."))
    return redirect("portal:disclosure_enter")


@require_safe
@for_granted_body
def home(request: HttpRequest, body: ObligedBody) -> HttpResponse:
    """The years that are asked about, what was disclosed, and open questions."""
    rows = body.obligations.select_related("current", "period").order_by("-year")
    asked = {row.obligation_id: row for row in _open_questions(body)}
    lines = [(row, asked.get(row.pk)) for row in rows]
    return render(request, "disclosures/home.html", {"body": body, "lines": lines, "today": timezone.localdate()})


def _open_questions(body: ObligedBody) -> Any:
    return DisclosureCorrection.objects.filter(obligation__body=body, state__in=(State.WAITING, State.ANSWERED))


def _question(row: DisclosureObligation) -> DisclosureCorrection | None:
    found: DisclosureCorrection | None = _open_questions(row.body).filter(obligation=row).first()
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@for_year
def write(request: HttpRequest, row: DisclosureObligation) -> HttpResponse:
    """The form; each button keeps what was typed."""
    if request.method != "POST":
        return _show(request, row, DisclosureForm(row=row, initial=begun(row)))
    form = DisclosureForm(request.POST, row=row)
    try:
        kept = disclosure_save_draft(
            row=row, typed={name: request.POST.get(name, "") for name in FIELDS}, version=_version(request)
        )
    except CaseError as refusal:
        # What was typed stays on the page.
        form.add_error(None, str(refusal))
        return _show(request, row, form, status=409)
    row.version, row.saved_at = kept.version, kept.saved_at
    if request.POST.get("act") != "review":
        messages.success(request, _("The draft is saved. It isn't submitted yet."))
        return _to(row, "write")
    return _to(row, "review") if form.is_valid() else _show(request, row, form, status=422)


def _show(request: HttpRequest, row: DisclosureObligation, form: DisclosureForm, status: int = 200) -> HttpResponse:
    context = {
        "row": row,
        "form": form,
        "version": row.version if status != 409 else _version(request),
        "duty": duty_of(row.kind, timezone.localdate()),
        "question": _question(row),
        "today": timezone.localdate(),
    }
    return render(request, "disclosures/write.html", context, status=status)


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


@require_http_methods(["GET", "HEAD", "POST"])
@for_year
def review(request: HttpRequest, row: DisclosureObligation) -> HttpResponse:
    """Everything once more, then submit."""
    form = DisclosureForm(row.draft, row=row)
    if not row.draft or not form.is_valid():
        return _to(row, "write")
    figures = form.figures()
    if request.method != "POST":
        medium = dict(form.fields["medium"].choices)[figures.medium]  # type: ignore[attr-defined]
        return render(request, "disclosures/review.html", {"row": row, "said": figures, "medium": medium})
    try:
        disclosure_submit(row=row, figures=figures, version=_version(request))
    except CaseError as refusal:
        messages.error(request, str(refusal))
        return _to(row, "write")
    messages.success(request, _("Registered. Thank you."))
    return _to(row, "receipt")


@require_safe
@for_year
def receipt(request: HttpRequest, row: DisclosureObligation) -> HttpResponse:
    """What was disclosed, and every earlier version."""
    if row.current is None:
        return _to(row, "write")
    context = {"row": row, "versions": row.disclosures.order_by("-number"), "question": _question(row)}
    return render(request, "disclosures/receipt.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_year
def explain(request: HttpRequest, row: DisclosureObligation) -> HttpResponse:
    """Answer a question with an explanation."""
    asked = _question(row)
    if asked is None or asked.state != State.WAITING:
        messages.info(request, _("Nothing is asked about this year."))
        return redirect("portal:disclosure_body", reference=row.body.reference)
    form = ExplainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            correction_explain(asked=asked, text=form.cleaned_data["text"])
        except CaseError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Your explanation is registered. Thank you."))
        return redirect("portal:disclosure_body", reference=row.body.reference)
    context = {"row": row, "question": asked, "form": form}
    return render(request, "disclosures/explain.html", context, status=422 if form.is_bound else 200)


def _to(row: DisclosureObligation, page: str) -> HttpResponse:
    return redirect(f"portal:disclosure_{page}", row.body.reference, row.year)
