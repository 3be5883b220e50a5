"""What a complainant says after the fact: whether a payment arrived, how satisfied one is, and new facts."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.cases.errors import CaseChanged, CaseError, InvalidInput
from casework.cases.references import new_idempotency_key
from casework.portal.grants import complainant_actor
from casework.portal.tracking import answered, refused
from casework.portal.uploads import (
    bound_key,
    drop_uploads,
    file_limits,
    opened_uploads,
    removed_upload,
    stage_uploads,
    staged_files,
)
from complaints.closing.selectors import can_give_satisfaction, can_tell_facts
from complaints.closing.services import new_facts_tell, satisfaction_give
from complaints.models import ArrearsComplaint
from complaints.money.forms import NewFactsForm, PaymentAnswerForm, SatisfactionForm
from complaints.money.selectors import can_have_money, money_of
from complaints.money.services import payment_answer
from complaints.views.tracking import for_granted_case


@require_http_methods(["GET", "HEAD", "POST"])
@for_granted_case
def payment(request: HttpRequest, complaint: ArrearsComplaint, pk: int) -> HttpResponse:
    """Confirm or deny a payment that was reported."""
    row = get_object_or_404(complaint.payments, pk=pk)
    if row.status != row.Status.REPORTED or not can_have_money(complaint):
        return refused(request, complaint, CaseChanged())
    form = PaymentAnswerForm(request.POST or None, initial={"version": complaint.version})
    context = {"complaint": complaint, "form": form, "payment": row, "money": money_of(complaint)}

    def answer() -> None:
        payment_answer(
            complaint=complaint,
            actor=complainant_actor(request, complaint),
            payment=row.pk,
            arrived=form.cleaned_data["arrived"] == "yes",
            note=form.cleaned_data["note"],
            version=form.cleaned_data["version"],
        )

    return answered(request, complaint, form, answer, "portal/payment_answer.html", context, _("Thank you."))


@require_http_methods(["GET", "HEAD", "POST"])
@for_granted_case
def satisfaction(request: HttpRequest, complaint: ArrearsComplaint) -> HttpResponse:
    """Say once how satisfied one is."""
    if not can_give_satisfaction(complaint):
        return refused(request, complaint, CaseChanged())
    form = SatisfactionForm(request.POST or None, initial={"version": complaint.version})

    def give() -> None:
        satisfaction_give(
            complaint=complaint,
            actor=complainant_actor(request, complaint),
            score=int(form.cleaned_data["score"]),
            text=form.cleaned_data["text"],
            version=form.cleaned_data["version"],
        )

    context = {"complaint": complaint, "form": form}
    return answered(request, complaint, form, give, "portal/satisfaction_form.html", context, _("Thank you."))


@require_http_methods(["GET", "HEAD", "POST"])
@for_granted_case
def new_facts(request: HttpRequest, complaint: ArrearsComplaint) -> HttpResponse:
    """Tell new facts with files; a refused file loses neither the text nor the good files."""
    if not can_tell_facts(complaint):
        return refused(request, complaint, CaseChanged())
    if request.method != "POST":
        return _facts_page(request, complaint, NewFactsForm(initial={"version": complaint.version}))
    key = bound_key(request, f"facts-{complaint.pk}")
    faults, form = stage_uploads(request, key), NewFactsForm(request.POST)
    if removed_upload(request, key):
        return _facts_page(request, complaint, form, key, faults)
    if not form.is_valid() or faults:
        return _facts_page(request, complaint, form, key, faults, status=422)
    return _tell_facts(request, complaint, form, key)


def _tell_facts(request: HttpRequest, complaint: ArrearsComplaint, form: NewFactsForm, key: str) -> HttpResponse:
    try:
        with opened_uploads(key) as uploads:
            new_facts_tell(
                complaint=complaint,
                actor=complainant_actor(request, complaint),
                text=form.cleaned_data["text"],
                uploads=uploads,
                version=form.cleaned_data["version"],
            )
    except InvalidInput as error:
        return _facts_page(request, complaint, form, key, error.errors.get("files", []), status=422)
    except CaseError as error:
        return refused(request, complaint, error)
    drop_uploads(key)
    messages.success(request, _("Your new facts have arrived. You are told whether the case is reopened."))
    return redirect("portal:case", reference=complaint.reference)


def _facts_page(
    request: HttpRequest,
    complaint: ArrearsComplaint,
    form: NewFactsForm,
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
        **file_limits(),
    }
    return render(request, "portal/new_facts_form.html", context, status=status)
