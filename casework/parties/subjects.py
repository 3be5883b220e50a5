"""The subject register: keeping organisations by their unified social credit code, and finding them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from casework.parties.models import Division, Subject
from casework.parties.validators import clean_credit_code

FOUND_AT_MOST = 20


def subject_keep(*, code: str, name: str, kind: str, division: Division, is_development: bool = False) -> Subject:
    """Add an organisation to the register; one that is there stays as it is.

    Args:
        code: 18 characters, checked before (GB 32100).
        kind: of `SubjectType`.
    """
    subject, _created = Subject.objects.get_or_create(
        code=clean_credit_code(code),
        defaults={"name": name.strip(), "kind": kind, "division": division, "is_development": is_development},
    )
    return subject


def subjects_found(words: str) -> QuerySet[Subject]:
    """Organisations whose name or code holds all the words."""
    rows = Subject.objects.select_related("division")
    for word in words.split():
        rows = rows.filter(Q(name__icontains=word) | Q(code__icontains=word))
    return rows.order_by("name", "code")
