"""The respondent in the subject register, and when a credit record can follow from a complaint (Decree 802 art. 26)."""

from __future__ import annotations

from django.utils.translation import gettext as _

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
