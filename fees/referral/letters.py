"""The letter of a referral. It belongs to no case: no case page, list or download shows it."""

from __future__ import annotations

from casework.cases.actors import Actor
from casework.documents.letters import DEVELOPMENT_NOTICE, letter_issue
from casework.documents.models import Letter
from fees.referral.models import Referral


def issue_referral_letter(referral: Referral, *, actor: Actor) -> Letter:
    """问题线索移送函, to discipline inspection or the police."""
    report = referral.report
    return letter_issue(
        case=None,
        template="fee_referral",
        variables={
            "reference": report.reference,
            "development_notice": DEVELOPMENT_NOTICE if report.is_development else "",
            "addressee": referral.body,
            "payee": report.respondent_name,
            "item": report.item,
            "ground": referral.ground,
            "citation": referral.citation,
            "summary": referral.summary,
            "attachments": [entry["name"] for entry in referral.evidence],
            "attachment_count": len(referral.evidence) or None,
        },
        department=referral.department,
        actor=actor,
        to_complainant=False,
    )
