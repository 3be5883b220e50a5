"""The respondent in the subject register, and when a credit record can follow from a complaint (Decree 802 art. 26)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from casework.cases.errors import InvalidInput
from casework.cases.models import Case
from casework.parties.models import Subject, SubjectType
from casework.parties.subjects import subject_keep
from complaints.models import ArrearsComplaint, RespondentType

_KINDS = {
    RespondentType.ORGAN: SubjectType.ORGAN,
    RespondentType.INSTITUTION: SubjectType.INSTITUTION,
    RespondentType.LARGE_ENTERPRISE: SubjectType.LARGE_ENTERPRISE,
}


def enter_respondent(complaint: ArrearsComplaint) -> Subject:
    """Keep the respondent in the register once the complaint is accepted: before that its name is a claim."""
    return subject_keep(
        code=complaint.respondent_code,
        name=complaint.respondent_name,
        kind=_KINDS.get(RespondentType(complaint.respondent_type), SubjectType.OTHER),
        division=complaint.division,
        is_development=complaint.is_development,
    )


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
