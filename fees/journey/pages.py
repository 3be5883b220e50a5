"""What only a report knows of its pages: the kinds of violation, what the catalogue says, and the filing."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from casework.cases.actors import Actor
from casework.portal.drafts.models import Draft
from casework.portal.filing import remember_filing
from casework.portal.grants import account
from casework.portal.journeys import Step, StepForm
from casework.portal.stepping import JourneyPages
from fees.journey.steps import JOURNEY
from fees.report.forms import IDENTITY, ReportForm
from fees.report.intake import report_file
from fees.verdict.words import disclaimer
from fees.views.verdicts import shown_verdicts


class ReportFiler:
    """The commands and extras of the journey."""

    def context(self, step: Step | None, form: StepForm, draft: Draft | None) -> dict[str, Any]:
        """The kinds of violation beside their question; what the catalogue says before it is sent."""
        context: dict[str, Any] = {"stylesheet": "fees/fees.css", "script": "fees/report.js"}
        if step is None:
            report = cast(ReportForm, form)
            shown = [] if report.errors else shown_verdicts(report.verdicts())
            context |= {
                "consequences": "fees/steps/verdicts.html",
                "charge": report.cleaned_data,
                "verdicts": shown,
                "disclaimer": disclaimer(),
            }
        elif step.slug == "violation":
            context["below"] = "fees/report_violations.html"
        return context

    def button(self, request: HttpRequest, step: Step, data: QueryDict) -> dict[str, list[str]] | None:
        """A report has no buttons of its own."""
        return None

    def kept(self, answers: dict[str, list[str]]) -> dict[str, list[str]]:
        """Who reports without a name leaves none: not even in the draft, whatever was typed before."""
        return {**answers, **{name: [] for name in IDENTITY}} if answers.get("is_anonymous") else answers

    def file(self, request: HttpRequest, draft: Draft, form: StepForm) -> str:
        """File the report under the draft's key; an account that reports without a name is not kept either."""
        data = form.cleaned_data
        user = None if data["is_anonymous"] else account(request)
        actor = Actor.complainant(data["complainant_name"], user)
        filing = report_file(data=data, idempotency_key=draft.key, actor=actor)
        remember_filing(request, filing.case, draft.key)
        return reverse("fees:report_filed")


PAGES = JourneyPages(JOURNEY, ReportFiler())
