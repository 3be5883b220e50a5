"""What only a complaint knows of its pages: places, the debtor, what follows from the answers, and the filing."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from casework.cases.actors import Actor
from casework.parties.models import Subject
from casework.portal.drafts.models import Draft
from casework.portal.filing import remember_filing
from casework.portal.grants import account
from casework.portal.journeys import Step, StepForm
from casework.portal.stepping import JourneyPages
from complaints.forms import FilingForm
from complaints.journey.debtors import debtors_like
from complaints.journey.steps import JOURNEY
from complaints.services import complaint_file

# From here on there may be something to compute; before it the panel would only be in the way.
_ASSESSED = frozenset({"size", "delivery", "amounts", "terms"})


class ComplaintFiler:
    """The commands and extras of the journey."""

    def context(self, step: Step | None, form: StepForm, draft: Draft | None) -> dict[str, Any]:
        """Due date, interest and size as soon as they can be computed; the search for the debtor."""
        filing = cast(FilingForm, form)
        context: dict[str, Any] = {}
        if step is None:
            return {"preview": filing.assessment()}
        if step.slug in _ASSESSED:
            context["preview"] = filing.assessment()
        if step.slug == "debtor" and draft is not None:
            words = str(form["respondent_name"].value() or "")
            known = form["respondent_code"].value()
            context["debtors"] = [] if known else debtors_like(words, str(form["respondent_type"].value() or ""))
        if step.slug == "request" and not form["request"].value():
            context["suggestion"] = suggested_request(filing)
        return context

    def button(self, request: HttpRequest, step: Step, data: QueryDict) -> dict[str, list[str]] | None:
        """The debtor that was picked, the places below the chosen one, the request that was taken over."""
        if step.slug == "debtor" and (code := str(data.get("pick", ""))):
            subject = Subject.objects.filter(is_listed=True, pk=code).first()
            return {"respondent_name": [subject.name], "respondent_code": [subject.pk]} if subject else {}
        if "suggested" in data:
            return {"request": [str(data["suggested"])]}
        return {} if {"search", "reload_places", "compute"} & data.keys() else None

    def kept(self, answers: dict[str, list[str]]) -> dict[str, list[str]]:
        """Everything that was answered."""
        return answers

    def file(self, request: HttpRequest, draft: Draft, form: StepForm) -> str:
        """File the complaint under the draft's key."""
        filing = cast(FilingForm, form)
        actor = Actor.complainant(filing.cleaned_data["complainant_name"], account(request))
        filed = complaint_file(data=filing.filing_data(), idempotency_key=draft.key, actor=actor)
        remember_filing(request, filed.complaint, draft.key)
        return reverse("portal:filed")


def suggested_request(form: FilingForm) -> str:
    """A first wording of what one may ask for, from the amount."""
    amount = form.cleaned_data.get("amount") if hasattr(form, "cleaned_data") else None
    if not amount:
        return ""
    return _("Payment of %(amount)s yuan and the interest for the delay until the day of payment.") % {
        "amount": f"{amount:,.2f}"
    }


PAGES = JourneyPages(JOURNEY, ComplaintFiler())
