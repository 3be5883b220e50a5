"""The complainant requests the confirmation of the debt, to borrow on it (Decree 802 art. 16(2))."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from casework.cases.errors import CaseChanged, CaseError
from casework.portal.forms import VersionForm
from casework.portal.grants import complainant_actor
from casework.portal.tracking import refused
from complaints.models import ArrearsComplaint
from complaints.subcases.selectors import can_request_receivable
from complaints.subcases.services import receivable_request
from complaints.views.tracking import for_granted_case


class ReceivableRequestForm(VersionForm):
    """What is to be confirmed."""

    request = forms.CharField(
        label=gettext_lazy("what is to be confirmed"),
        help_text=gettext_lazy("The claim, its amount, and the bank or lender that asks for it."),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_granted_case
def request_confirmation(request: HttpRequest, complaint: ArrearsComplaint) -> HttpResponse:
    """The form, and the request."""
    if not can_request_receivable(complaint):
        return refused(request, complaint, CaseChanged())
    form = ReceivableRequestForm(request.POST or None, initial={"version": complaint.version})
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "portal/receivable.html", {"complaint": complaint, "form": form}, status=status)
    try:
        receivable_request(complaint=complaint, actor=complainant_actor(request, complaint), **form.cleaned_data)
    except CaseError as error:
        return refused(request, complaint, error)
    messages.success(request, _("Your request is kept with today's day. The department sends it to the respondent."))
    return redirect("portal:case", reference=complaint.reference)
