"""The questions of a complaint, one thing on each page; their rules are those of the form on one page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from casework.portal.journeys import Journey, Step
from complaints.flow import EVIDENCE_KINDS, KIND
from complaints.forms import FilingForm

STEPS = (
    Step(
        "buyer",
        _("Who owes you the money?"),
        _("Who owes you"),
        ("respondent_type",),
        lead=_("The law protects you against authorities and large enterprises. Not sure? Choose what comes closest."),
    ),
    Step(
        "supply",
        _("What did you supply, and since when is there a contract?"),
        _("The contract"),
        ("contract_object", "contract_title", "signed_on"),
        lead=_("An order, a delivery note or messages count too, if they show what was agreed."),
        examples=(_("Equipment purchase contract, no. 2025-017"), _("Order of 3 March 2025 by WeChat, no number")),
    ),
    Step(
        "size",
        _("How large was your enterprise when the contract was signed?"),
        _("Your size"),
        ("complainant_size", "size_industry", "size_employees", "size_revenue", "size_assets"),
        folded=("size_industry", "size_employees", "size_revenue", "size_assets"),
        folded_title=_("Check it with your figures"),
        lead=_("The size decides who may complain here. If you are not sure, say so; we check it."),
    ),
    Step(
        "debtor",
        _("What is the name of the one who owes you?"),
        _("The debtor"),
        ("respondent_name", "respondent_code"),
        lead=_("The full name from the contract or its seal is enough. Search for it: the code then comes by itself."),
    ),
    Step(
        "place",
        _("Where is it registered?"),
        _("Its place"),
        ("province", "city", "county", "respondent_address"),
        lead=_("The place decides which department receives your complaint."),
    ),
    Step(
        "delivery",
        _("When did you deliver?"),
        _("The delivery"),
        ("delivered_on", "acceptance_required", "acceptance_due_on", "acceptance_passed_on"),
        folded=("acceptance_required", "acceptance_due_on", "acceptance_passed_on"),
        folded_title=_("The contract makes payment wait for an acceptance"),
        lead=_("The payment term runs from this day. With several deliveries, enter the last one that was not paid."),
    ),
    Step(
        "amounts",
        _("How much is open?"),
        _("The amounts"),
        ("contract_amount", "paid_amount", "amount"),
        lead=_("Principal only. Interest is computed beside it."),
    ),
    Step(
        "terms",
        _("What was agreed on payment?"),
        _("Terms of payment"),
        ("agreed_term_days", "agreed_annual_rate", "settlement_confirmed_on", "state_owned", "sme_notice"),
        lead=_("All of it is optional. The more you say, the more exactly due date and interest can be computed."),
    ),
    Step(
        "story",
        _("What happened?"),
        _("What happened"),
        ("facts",),
        lead=_("In your own words. Three things help most:"),
        examples=(
            _("when payment was due, and how you asked for it (dates, calls, letters)"),
            _("what the other side answered, and its reason for not paying"),
            _("what it has acknowledged: a reconciliation, an invoice it took, a part it paid"),
        ),
    ),
    Step("request", _("What do you ask for?"), _("What you ask for"), ("request",)),
    Step(
        "evidence",
        _("What can you show?"),
        _("Evidence"),
        takes_files=True,
        lead=_("Photos are fine. Nothing at hand? Go on: the department tells you what it needs."),
    ),
    Step(
        "firm",
        _("Which enterprise complains?"),
        _("Your enterprise"),
        ("complainant_name", "complainant_code"),
        lead=_("As on the business licence."),
    ),
    Step(
        "contact",
        _("How do we reach you?"),
        _("Contact"),
        ("contact_name", "contact_phone", "contact_email", "contact_address"),
        folded=("contact_address",),
        folded_title=_("Letters by post"),
        lead=_("Only the departments that work on the complaint see it."),
    ),
    Step(
        "debtors_people",
        _("Whom do you know at the one who owes you?"),
        _("Its contact person"),
        ("respondent_contact", "respondent_phone"),
        lead=_("Optional: it helps the department to ask the right person."),
    ),
)
JOURNEY = Journey(
    kind=KIND,
    urls="portal:filing",
    title=_("File a complaint"),
    form=FilingForm,
    steps=STEPS,
    declared=("undertaking",),
    law="arrears.step",
    evidence=EVIDENCE_KINDS,
    one_page="portal:new",
)
