"""When a credit record can follow from a complaint (Decree 802 art. 26)."""

from __future__ import annotations

from django.utils.translation import gettext as _

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


def respondent_kind(case: Case) -> str:
    """What kind of subject the respondent is, as the complaint has it."""
    kind = ArrearsComplaint.objects.values_list("respondent_type", flat=True).get(pk=case.pk)
    return _KINDS.get(RespondentType(kind), SubjectType.OTHER)
