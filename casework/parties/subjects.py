"""The subject register: keeping organisations by their unified social credit code, and finding them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from casework.parties.models import Division, Subject
from casework.parties.validators import clean_credit_code

FOUND_AT_MOST = 20


def subject_keep(
    *, code: str, name: str, kind: str, division: Division, is_listed: bool = True, is_development: bool = False
) -> Subject:
    """Add an organisation to the register; one that is there stays as it is, but becomes listed when it shall be.

    Args:
        code: 18 characters, checked before (GB 32100).
        kind: of `SubjectType`.
        is_listed: whether it is known from an open register, so that everybody may find it.
    """
    subject, _created = Subject.objects.get_or_create(
        code=clean_credit_code(code),
        defaults={
            "name": name.strip(),
            "kind": kind,
            "division": division,
            "is_listed": is_listed,
            "is_development": is_development,
        },
    )
    if is_listed and not subject.is_listed:
        subject.is_listed = True
        subject.save(update_fields=["is_listed", "updated_at"])
    return subject


def subjects_found(words: str, subjects: QuerySet[Subject]) -> QuerySet[Subject]:
    """Of these organisations, those whose name or code holds all the words."""
    rows = subjects
    for word in words.split():
        rows = rows.filter(Q(name__icontains=word) | Q(code__icontains=word))
    return rows.order_by("name", "code")
