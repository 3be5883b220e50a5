"""Who may follow which case in this browser, and how often one may guess.

A session keeps the case's id and the beginning of the secret's hash, never the secret: a new secret closes the case in
every browser that knew the old one. Wrong tries are counted per address and per reference for 15
minutes; the secret has 100 random bits, so the limit is against noise, not the only lock.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from casework.cases.access import is_complainant
from casework.cases.actors import Actor
from casework.cases.errors import CaseNotFound
from casework.cases.models import Case
from casework.cases.pages import follower_name
from casework.headers import client_address
from casework.parties.models import User

SESSION_KEY = "tracked_cases"
# Under which the session keeps for whom its account files; the accounts' room writes it.
FILES_FOR_KEY = "files_for"
MARKS_KEY = "tracked_marks"
MOST_GRANTS = 20
WINDOW_SECONDS = 15 * 60
TRIES_PER_ADDRESS = 10
TRIES_PER_REFERENCE = 30
CaseType = TypeVar("CaseType", bound=Case)
_acting_names: list[Callable[[User, Case], str]] = []


def grant_case(request: HttpRequest, case: Case) -> None:
    """Let this browser follow the case; the session gets a new id, as after a login."""
    request.session.cycle_key()
    granted = [pk for pk in request.session.get(SESSION_KEY, []) if pk != case.pk]
    kept = [*granted, case.pk][-MOST_GRANTS:]
    marks = {**request.session.get(MARKS_KEY, {}), str(case.pk): _mark(case)}
    request.session[SESSION_KEY] = kept
    # A session is kept as JSON, whose keys are texts.
    request.session[MARKS_KEY] = {pk: mark for pk, mark in marks.items() if int(pk) in kept}


def revoke_case(request: HttpRequest, pk: int) -> None:
    """Forget the case in this browser."""
    request.session[SESSION_KEY] = [granted for granted in request.session.get(SESSION_KEY, []) if granted != pk]


def granted_case(request: HttpRequest, cases: QuerySet[CaseType], reference: str) -> CaseType:
    """The case of this reference, if this browser proved its secret or the signed-in account filed it.

    Args:
        cases: those of one kind, or of all.
    Raises:
        CaseNotFound: not for this browser; whether it exists is told to nobody.
    """
    case = cases.filter(reference=reference).first()
    if case is None or not may_follow(request, case):
        raise CaseNotFound
    return case


def may_follow(request: HttpRequest, case: Case) -> bool:
    """Whether this browser may follow the case now: by its account, or by the secret that it proved."""
    is_filer = is_complainant(account(request), case)
    if is_filer or case.pk not in request.session.get(SESSION_KEY, []):
        return is_filer
    # Grants of sessions older than the marks have none.
    return bool(request.session.get(MARKS_KEY, {}).get(str(case.pk), _mark(case)) == _mark(case))


def _mark(case: Case) -> str:
    return case.secret_hash[:16]


def account(request: HttpRequest) -> User | None:
    """The signed-in user, if any, who knows for whom this browser files."""
    if not isinstance(request.user, User):
        return None
    request.user.files_for = request.session.get(FILES_FOR_KEY, "")
    return request.user


def complainant_actor(request: HttpRequest, case: Case) -> Actor:
    """Whoever follows the case in this browser. An account without a part in the case adds nothing to who acts."""
    user = account(request)
    if user is None or not is_complainant(user, case):
        return Actor.complainant(follower_name(case))
    return Actor.complainant(acting_name(user, case), user)


def register_acting_name(name: Callable[[User, Case], str]) -> None:
    """Say by what name an account acts for a complainant; called from an app's ready()."""
    _acting_names[:] = [name]


def acting_name(user: User, case: Case) -> str:
    """The complainant's name, and who acts for it where somebody does."""
    return _acting_names[0](user, case) if _acting_names else follower_name(case)


def is_blocked(request: HttpRequest, reference: str) -> bool:
    """Whether this address has guessed too often.

    A reference that many addresses guess at is closed only to those who already tried wrongly, so that nobody can
    lock the complainant out.
    """
    by_address = cache.get(_address_key(request), 0)
    by_reference = cache.get(_reference_key(reference), 0)
    return by_address >= TRIES_PER_ADDRESS or (by_address > 0 and by_reference >= TRIES_PER_REFERENCE)


def count_wrong_try(request: HttpRequest, reference: str) -> None:
    """Count a wrong secret; the 15 minutes run from the last one."""
    for key in (_address_key(request), _reference_key(reference)):
        cache.set(key, cache.get(key, 0) + 1, WINDOW_SECONDS)


def _address_key(request: HttpRequest) -> str:
    return _key("address", client_address(request))


def _reference_key(reference: str) -> str:
    return _key("reference", reference.strip().upper())


def _key(kind: str, value: str) -> str:
    # Hashed: neither addresses nor whatever was typed shall stand in the cache.
    return f"track-{kind}-{salted_hmac('portal.track', value).hexdigest()}"
