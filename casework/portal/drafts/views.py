"""Taking a draft up again: by its number and code on any device, by the account, or in the browser that began it."""

from __future__ import annotations

import re

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from casework.portal.drafts.models import Draft
from casework.portal.drafts.selectors import GRANTS, draft_by_code, drafts_here
from casework.portal.drafts.services import draft_keep_for
from casework.portal.grants import account
from casework.portal.journeys import Journey

_journeys: dict[str, Journey] = {}


def register_journey(journey: Journey) -> None:
    """Say how a kind's drafts go on; called from an app's ready()."""
    _journeys[journey.kind] = journey


class ResumeForm(forms.Form):
    """Number and code of a draft."""

    number = forms.CharField(
        label=gettext_lazy("number of the draft"),
        max_length=20,
        help_text=gettext_lazy("For example CG-4F7K2M9Q."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "class": "code"}),
    )
    secret = forms.CharField(
        label=gettext_lazy("code of the draft"),
        max_length=20,
        help_text=gettext_lazy("10 letters and digits; capitals, spaces and hyphens don't matter."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "class": "code"}),
    )

    def clean_number(self) -> str:
        """In capitals, without spaces, with a plain hyphen."""
        return re.sub(r"\s", "", self.cleaned_data["number"]).replace("－", "-").upper()


def going_on(draft: Draft) -> str:
    """Where a draft goes on."""
    return _journeys[draft.kind].going_on(draft)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest) -> HttpResponse:
    """The drafts of this browser and account, and the question for number and code."""
    if request.method != "POST":
        return _page(request, ResumeForm(initial={"number": request.GET.get("number", "")[:20]}))
    form, number = ResumeForm(request.POST), request.POST.get("number", "")
    if GRANTS.is_blocked(request, number):
        response = render(request, "portal/pause.html", status=429)
        response.headers["Retry-After"] = "900"
        return response
    if not form.is_valid():
        return _page(request, form, status=422)
    draft = draft_by_code(form.cleaned_data["number"], form.cleaned_data["secret"])
    if draft is None:
        GRANTS.count_wrong_try(request, number)
        form.add_error(
            None,
            _("There is no draft with this number and code. Compare both; drafts go 30 days after their last change."),
        )
        return _page(request, form, status=422)
    GRANTS.grant(request, draft.pk, draft.code_hash)
    if (user := account(request)) is not None:
        draft_keep_for(draft=draft, owner=user)
    return redirect(going_on(draft))


@never_cache
@require_safe
def go_on(request: HttpRequest, number: str) -> HttpResponse:
    """Go on with a draft of this browser or account; the code is asked for where it is needed."""
    draft = next((draft for draft in drafts_here(request) if draft.number == number), None)
    return redirect(going_on(draft) if draft else f"{reverse('portal:drafts')}?number={number[:20]}")


def _page(request: HttpRequest, form: ResumeForm, status: int = 200) -> HttpResponse:
    rows = [
        {"draft": draft, "title": _journeys[draft.kind].title, "page": going_on(draft)}
        for draft in drafts_here(request)
    ]
    return render(request, "portal/steps/drafts.html", {"form": form, "drafts": rows}, status=status)
