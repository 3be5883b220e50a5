"""The questions of a report, one thing on each page; their rules are those of the form on one page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from casework.portal.journeys import Journey, Step
from fees.report.flow import EVIDENCE_KINDS, KIND
from fees.report.forms import IDENTITY, MEASURE, ReportForm

STEPS = (
    Step(
        "charge",
        _("What were you charged for?"),
        _("The charge"),
        ("item", "charged_on", "amount", "is_paid", *MEASURE),
        folded=MEASURE,
        folded_title=_("By quantity or share"),
        lead=_("As it stands on the receipt or the notice of payment."),
    ),
    Step(
        "payee",
        _("Who charged it, and where?"),
        _("Who charged it"),
        ("respondent_name", "payee_type", "division", "respondent_code", "payee_address"),
        folded=("respondent_code", "payee_address"),
        folded_title=_("Its code and address"),
    ),
    Step(
        "violation",
        _("What seems wrong with it?"),
        _("What seems wrong"),
        ("suspected", "payees_basis"),
        lead=_("Optional. If you are not sure, go on: the department decides."),
    ),
    Step(
        "story",
        _("What happened?"),
        _("What happened"),
        ("facts",),
        lead=_("In your own words. Three things help most:"),
        examples=(
            _("who asked for the money, when and how"),
            _("what was said would happen to those who don't pay"),
            _("whether others were charged the same"),
        ),
    ),
    Step("request", _("What do you want to be done?"), _("What you want"), ("request",)),
    Step(
        "evidence",
        _("What can you show?"),
        _("Evidence"),
        takes_files=True,
        lead=_("Photos are fine. Nothing at hand? Go on: the department tells you what it needs."),
    ),
    Step(
        "you",
        _("Who reports?"),
        _("Who reports"),
        ("is_anonymous", *IDENTITY),
        lead=_("With your name you get letters and answers. Without it you follow the report by reference and secret."),
    ),
)
JOURNEY = Journey(
    kind=KIND,
    urls="fees:reporting",
    title=_("Report a charge"),
    form=ReportForm,
    steps=STEPS,
    declared=(),
    law="fee.step",
    evidence=EVIDENCE_KINDS,
    one_page="fees:report_new",
    begun={"payee": "respondent_name"},
)
