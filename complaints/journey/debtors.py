"""Finding the debtor by its name: most small firms know no code but their own."""

from __future__ import annotations

from django.db.models import QuerySet

from casework.parties.models import Subject, SubjectType
from complaints.models import RespondentType

MOST_FOUND = 8
LEAST_WORD = 2
_KINDS = {
    RespondentType.ORGAN: SubjectType.ORGAN,
    RespondentType.INSTITUTION: SubjectType.INSTITUTION,
    RespondentType.LARGE_ENTERPRISE: SubjectType.LARGE_ENTERPRISE,
}


def debtors_like(words: str, kind: str = "") -> QuerySet[Subject]:
    """The organisations of open registers whose name or code holds the words; those of the kind first.

    Whoever is in the register only because of a case is not found: that somebody complained of it is nobody's business.

    Args:
        kind: a `RespondentType`.
    """
    words = words.strip()
    if len(words) < LEAST_WORD:
        return Subject.objects.none()
    listed = Subject.objects.filter(is_listed=True).select_related("division")
    found = listed.filter(code=words.upper()) if words.isascii() else listed.filter(name__icontains=words)
    wanted = _KINDS.get(kind)  # type: ignore[call-overload]
    if wanted and found.filter(kind=wanted).exists():
        found = found.filter(kind=wanted)
    return found.order_by("name")[:MOST_FOUND]
