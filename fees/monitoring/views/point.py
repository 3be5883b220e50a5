"""The enterprise's pages: reference and code, the returns that are asked for, the questionnaire, review, receipt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal
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
from fees.monitoring.answers import (
    point_by_code,
    return_of,
    return_save_draft,
    return_submit,
    rows_of_quarter_before,
)
from fees.monitoring.forms import EnterForm, PaymentForm, Questionnaire
from fees.monitoring.grants import GRANTS, granted_point
from fees.monitoring.models import MonitoringPoint, QuarterlyReturn
from fees.monitoring.quarters import Quarter
from fees.monitoring.verdicts import Payment, judge, kept_words, tone
from fees.payees import PayeeType
from fees.verdict.words import disclaimer, step_words, verdict_words

EMPTY_ROWS, MORE_ROWS = 1, 3
Status = QuarterlyReturn.Status
PointView = Callable[..., HttpResponse]


def for_granted_point(view: PointView) -> PointView:
    """Only for the browser that proved the access code; all others are asked for it, known point or not."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, reference: str, **kwargs: Any) -> HttpResponse:
        try:
            point = granted_point(request, reference)
        except CaseNotFound:
            if request.method not in ("GET", "HEAD"):
                return redirect("fees:monitoring_point", reference=reference)
            return _ask(request, EnterForm(initial={"reference": reference[:40]}))
        return view(request, point, **kwargs)

    return guarded


def for_return(view: PointView) -> PointView:
    """The return of the quarter in the address; a quarter that was not asked about leads to the list."""

    @for_granted_point
    @wraps(view)
    def found(request: HttpRequest, point: MonitoringPoint, year: int, quarter: int) -> HttpResponse:
        try:
            row = return_of(point, Quarter(year, quarter))
        except CaseNotFound as error:
            messages.warning(request, str(error))
            return redirect("fees:monitoring_point", reference=point.reference)
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
        response = render(request, "fees/monitoring/pause.html", status=429)
        response.headers["Retry-After"] = "900"
        return response
    if not form.is_valid():
        return _ask(request, form, status=422)
    try:
        point = point_by_code(form.cleaned_data["reference"], form.cleaned_data["secret"])
    except CaseNotFound as error:
        GRANTS.count_wrong_try(request, reference)
        form.add_error(None, str(error))
        return _ask(request, form, status=422)
    GRANTS.grant(request, point.pk, point.code_hash)
    return redirect("fees:monitoring_point", reference=point.reference)


def _ask(request: HttpRequest, form: EnterForm, status: int = 200) -> HttpResponse:
    return render(request, "fees/monitoring/enter.html", {"form": form}, status=status)


@require_POST
@for_granted_point
def leave(request: HttpRequest, point: MonitoringPoint) -> HttpResponse:
    """Forget the point in this browser."""
    GRANTS.revoke(request, point.pk)
    messages.success(request, _("This browser has forgotten the monitoring point."))
    return redirect("fees:monitoring")


@require_safe
@for_granted_point
def home(request: HttpRequest, point: MonitoringPoint) -> HttpResponse:
    """What is asked for and what was answered."""
    rows = point.returns.select_related("round").order_by("-round__year", "-round__quarter_number")
    context = {"point": point, "returns": rows, "today": timezone.localdate()}
    return render(request, "fees/monitoring/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_return
def questionnaire(request: HttpRequest, row: QuarterlyReturn) -> HttpResponse:
    """The rows to fill in; each button keeps what was typed."""
    if not row.is_editable:
        return _to(row, "receipt")
    if request.method != "POST":
        form = Questionnaire.of_draft(row)
        return _show(request, form.show(0 if form.rows or form.nothing_paid else EMPTY_ROWS))
    form = Questionnaire.of_post(row, request.POST)
    act, _dash, place = request.POST.get("act", "save").partition("-")
    try:
        return _ACTS.get(act, _save)(request, form, int(place) if place.isdecimal() and place.isascii() else 0)
    except CaseError as refusal:
        # What was typed stays on the page.
        return _show(request, form.show(), refusal=str(refusal), status=409)


def _save(request: HttpRequest, form: Questionnaire, place: int) -> HttpResponse:
    _keep(request, form)
    messages.success(request, _("The draft is saved. It isn't submitted yet."))
    return _to(form.row, "return")


def _add(request: HttpRequest, form: Questionnaire, place: int) -> HttpResponse:
    form.row = _keep(request, form)
    return _show(request, form.show(MORE_ROWS), focus=len(form.rows))


def _copy(request: HttpRequest, form: Questionnaire, place: int) -> HttpResponse:
    copied = rows_of_quarter_before(form.row)
    form.rows = [cells for cells in form.rows if any(cells.values())] + copied
    if copied:
        form.nothing_paid = False
    form.row = _keep(request, form)
    said = _("Copied from the quarter before. Fill in days and amounts.") if copied else _("There is nothing to copy.")
    return _show(request, form.show(), said=said)


def _remove(request: HttpRequest, form: Questionnaire, place: int) -> HttpResponse:
    form.rows = form.rows[:place] + form.rows[place + 1 :]
    form.row = _keep(request, form)
    return _show(request, form.show(0 if form.rows else EMPTY_ROWS))


def _check(request: HttpRequest, form: Questionnaire, place: int) -> HttpResponse:
    form.row = _keep(request, form)
    checked = form.check_row(place)
    if checked is None or not checked.is_valid():
        return _show(request, form, status=422)
    return _show(request, form, verdict=_shown(checked), focus=place)


def _review(request: HttpRequest, form: Questionnaire, place: int) -> HttpResponse:
    form.row = _keep(request, form)
    if not form.judge():
        if not form.forms:
            form.show(EMPTY_ROWS)
        return _show(request, form, status=422)
    return _to(form.row, "review")


_ACTS: dict[str, Callable[[HttpRequest, Questionnaire, int], HttpResponse]] = {
    "save": _save,
    "add": _add,
    "copy": _copy,
    "remove": _remove,
    "check": _check,
    "review": _review,
}


def _keep(request: HttpRequest, form: Questionnaire) -> QuarterlyReturn:
    """Save the draft, whatever the button: nothing that was typed is lost."""
    kept = return_save_draft(
        row=form.row, rows=form.rows, nothing_paid=form.nothing_paid, remark=form.remark, version=_version(request)
    )
    form.row.version, form.row.saved_at = kept.version, kept.saved_at
    return form.row


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def _show(
    request: HttpRequest, form: Questionnaire, *, status: int = 200, verdict: Any = None, **context: Any
) -> HttpResponse:
    context |= {
        "questions": form,
        "faulty": bool(context.get("refusal") or form.faults or any(one.errors for one in form.forms)),
        "row": form.row,
        "version": form.row.version if status != 409 else _version(request),
        "verdict": verdict,
        "disclaimer": disclaimer(),
    }
    return render(request, "fees/monitoring/questionnaire.html", context, status=status)


def _shown(form: PaymentForm) -> dict[str, Any]:
    verdict = judge(form.payment())
    return {
        "place": int(form.prefix or 0),
        "words": verdict_words(verdict.code),
        "tone": tone(verdict.code),
        "entry": verdict.entry,
        "steps": [step_words(step) for step in verdict.steps],
        "citation": verdict.citation,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@for_return
def review(request: HttpRequest, row: QuarterlyReturn) -> HttpResponse:
    """Everything once more, with what the catalogue says; then submit."""
    if not row.is_editable:
        return _to(row, "receipt")
    form = Questionnaire.of_draft(row)
    if not form.judge():
        if not form.forms:
            form.show(EMPTY_ROWS)
        return _show(request, form, status=422)
    if request.method == "POST":
        return _submit(request, form)
    lines = [
        ({**asdict(payment), "kind": PayeeType(payment.payee_type).label}, _shown(one))
        for payment, one in zip(form.payments, form.forms, strict=True)
    ]
    total = sum((payment.amount for payment in form.payments), Decimal("0.00"))
    context = {"row": row, "lines": lines, "total": total, "disclaimer": disclaimer()}
    return render(request, "fees/monitoring/review.html", context)


def _paid(payment: Payment) -> dict[str, Any]:
    return {**asdict(payment), "kind": PayeeType(payment.payee_type).label}


def _submit(request: HttpRequest, form: Questionnaire) -> HttpResponse:
    row = form.row
    try:
        return_submit(
            row=row,
            payments=form.payments,
            nothing_paid=form.nothing_paid,
            remark=form.remark,
            version=_version(request),
        )
    except CaseError as refusal:
        messages.error(request, str(refusal))
        return _to(row, "return")
    messages.success(request, _("Submitted. Thank you."))
    return _to(row, "receipt")


@require_safe
@for_return
def receipt(request: HttpRequest, row: QuarterlyReturn) -> HttpResponse:
    """What was submitted, when, and what the catalogue said to it."""
    if row.status != Status.SUBMITTED:
        return _to(row, "return") if row.is_editable else redirect("fees:monitoring_point", row.point.reference)
    items = list(row.paid_items.select_related("division", "entry"))
    lines = [(item, kept_words(item.verdict, item.steps), tone(item.verdict)) for item in items]
    context = {
        "row": row,
        "lines": lines,
        "total": sum((item.amount for item in items), Decimal("0.00")),
        "number": row.submissions.count(),
        "disclaimer": disclaimer(),
    }
    return render(request, "fees/monitoring/receipt.html", context)


def _to(row: QuarterlyReturn, page: str) -> HttpResponse:
    quarter = row.round.quarter
    return redirect(f"fees:monitoring_{page}", row.point.reference, quarter.year, quarter.number)
