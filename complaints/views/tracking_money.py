"""What a complainant says after the fact: whether a payment arrived, how satisfied one is, and new facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.cases.actors import Actor
from casework.cases.errors import CaseChanged
from casework.portal.grants import complainant_actor
from casework.portal.sending import Sending
from casework.portal.tracking import answered, refused
from complaints.closing.selectors import can_give_satisfaction, can_tell_facts
from complaints.closing.services import new_facts_tell, satisfaction_give
from complaints.flow import EVIDENCE_KINDS
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
    """Tell new facts with files."""
    if not can_tell_facts(complaint):
        return refused(request, complaint, CaseChanged())

    def tell(actor: Actor, told: Mapping[str, Any], uploads: list[UploadedFile]) -> None:
        new_facts_tell(complaint=complaint, actor=actor, uploads=uploads, **told)

    context = {
        "heading": _("Tell new facts"),
        "intro": _(
            "An ended case is handled again only for new facts or reasons. The department decides whether they are new."
        ),
    }
    thanks = _("Your new facts have arrived. You are told whether the case is reopened.")
    sending = Sending("facts", NewFactsForm, "portal/send.html", tell, thanks, context, EVIDENCE_KINDS)
    return sending.answer(request, complaint)
