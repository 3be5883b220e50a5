"""Reading drafts."""

from __future__ import annotations

from collections.abc import Collection

from django.http import HttpRequest

from casework.cases.references import secret_matches
from casework.parties.perms import AnyUser
from casework.portal.code_grants import CodeGrants
from casework.portal.drafts.models import Draft, DraftQuerySet

GRANTS = CodeGrants("drafts", "portal.drafts")
MOST_SHOWN = 20


def drafts_of(user: AnyUser | None) -> DraftQuerySet:
    """The drafts of an account, the last changed first."""
    return Draft.objects.visible_to(user).kept()[:MOST_SHOWN]


def drafts_here(request: HttpRequest) -> list[Draft]:
    """The drafts that this browser may go on with: by their code, or by the account that is signed in."""
    granted = [int(pk) for pk in request.session.get(GRANTS.session_key, {})]
    by_code = [draft for draft in Draft.objects.kept().filter(pk__in=granted) if _opens(request, draft)]
    known = {draft.pk for draft in by_code}
    own = [draft for draft in drafts_of(request.user) if draft.pk not in known]
    return sorted([*by_code, *own], key=lambda draft: draft.changed_at, reverse=True)[:MOST_SHOWN]


def draft_here(request: HttpRequest, number: str, kind: str) -> Draft | None:
    """The draft of this number, if this browser may go on with it; None tells nobody whether there is one."""
    draft = Draft.objects.kept().filter(number=number, kind=kind).first()
    if draft is None:
        return None
    is_owner = request.user.is_authenticated and draft.owner_id == request.user.pk
    return draft if is_owner or _opens(request, draft) else None


def draft_by_code(number: str, code: str) -> Draft | None:
    """The draft that a number and its code open."""
    draft = Draft.objects.kept().filter(number=number).first()
    return draft if draft is not None and secret_matches(code, draft.code_hash) else None


def keys_of_drafts(keys: Collection[str]) -> set[str]:
    """Those of the keys under which the files of a draft wait."""
    return set(Draft.objects.kept().filter(key__in=keys).values_list("key", flat=True))


def _opens(request: HttpRequest, draft: Draft) -> bool:
    return GRANTS.holds(request, draft.pk, draft.code_hash)
