"""The complainant tells of a threat. The page says who reads it, and that the departments of the case don't."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from casework.portal.grants import complainant_actor
from complaints.models import ArrearsComplaint
from complaints.protection.services import alert_raise
from complaints.views.tracking import for_granted_case


class ThreatForm(forms.Form):
    """What happened, and how to reach the person safely."""

    text = forms.CharField(
        label=gettext_lazy("what happened"),
        help_text=gettext_lazy("Who threatened whom, when, in which way. Name witnesses or messages if there are any."),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    reach_me = forms.CharField(
        label=gettext_lazy("how we may reach you safely"),
        help_text=gettext_lazy("A telephone number or address that those who threaten you don't know."),
        max_length=300,
        required=False,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_granted_case
def report(request: HttpRequest, complaint: ArrearsComplaint) -> HttpResponse:
    """The form, and the alert."""
    form = ThreatForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "portal/threat.html", {"complaint": complaint, "form": form}, status=status)
    alert_raise(complaint=complaint, actor=complainant_actor(request, complaint), **form.cleaned_data)
    messages.success(request, _("Your alert has reached the supervising authority. It is not shown on this page."))
    return redirect("portal:case", reference=complaint.reference)
