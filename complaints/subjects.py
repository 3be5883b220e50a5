"""When a credit record can follow from a complaint, and what it keeps to itself (Decree 802 arts 25, 26)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from casework.cases.errors import InvalidInput
from casework.cases.models import Case
from casework.parties.models import SubjectType
from complaints.models import ArrearsComplaint, RespondentType

_KINDS = {
    RespondentType.ORGAN: SubjectType.ORGAN,
    RespondentType.INSTITUTION: SubjectType.INSTITUTION,
    RespondentType.LARGE_ENTERPRISE: SubjectType.LARGE_ENTERPRISE,
}


def record_fault(case: Case) -> str:
    """Why no record can be proposed from a complaint; "" when one can."""
    if case.accepted_on is None:
        return _("Only an accepted complaint can be the occasion of a credit record.")
    return ""


def keep_complainant_out(case: Case, **texts: str) -> None:
    """Refuse texts that name the complainant: everybody may read a record, and its dealings are its own (art. 25(5)).

    Raises:
        InvalidInput: by the name of the text.
    """
    complaint = ArrearsComplaint.objects.get(pk=case.pk)
    refusal = _("This text names the complainant or the complaint: %(words)s. Leave it out.")
    words = {
        complaint.reference,
        complaint.complainant_name,
        complaint.complainant_code,
        complaint.contact_phone,
        complaint.contact_email,
    } - {""}
    errors = {
        name: [refusal % {"words": ", ".join(found)}]
        for name, text in texts.items()
        if (found := sorted(word for word in words if word.casefold() in text.casefold()))
    }
    if errors:
        raise InvalidInput(errors)


def respondent_kind(case: Case) -> str:
    """What kind of subject the respondent is, as the complaint has it."""
    kind = ArrearsComplaint.objects.values_list("respondent_type", flat=True).get(pk=case.pk)
    return _KINDS.get(RespondentType(kind), SubjectType.OTHER)
