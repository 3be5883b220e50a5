"""Which points this browser may write for, and how often one may guess.

A session keeps the point's id and the code that it was opened with in hashed form: a renewed code closes it.
"""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

from casework.cases.errors import CaseNotFound
from casework.headers import client_address
from fees.monitoring.answers import is_retired
from fees.monitoring.models import MonitoringPoint

SESSION_KEY = "monitoring_points"
MOST_GRANTS = 20
WINDOW_SECONDS = 15 * 60
TRIES_PER_ADDRESS = 10
TRIES_PER_REFERENCE = 30


def grant_point(request: HttpRequest, point: MonitoringPoint) -> None:
    """Let this browser write for the point; the session gets a new id, as after a login."""
    request.session.cycle_key()
    granted = {**request.session.get(SESSION_KEY, {}), str(point.pk): _mark(point)}
    request.session[SESSION_KEY] = dict(list(granted.items())[-MOST_GRANTS:])


def revoke_point(request: HttpRequest, point: MonitoringPoint) -> None:
    """Forget the point in this browser."""
    granted = request.session.get(SESSION_KEY, {})
    request.session[SESSION_KEY] = {pk: mark for pk, mark in granted.items() if pk != str(point.pk)}


def granted_point(request: HttpRequest, reference: str) -> MonitoringPoint:
    """The point of this reference, if this browser proved its present access code.

    Raises:
        CaseNotFound: not for this browser; whether it exists is told to nobody.
    """
    point = MonitoringPoint.objects.select_related("department").filter(reference=reference).first()
    if point is None or is_retired(point):
        raise CaseNotFound
    mark = request.session.get(SESSION_KEY, {}).get(str(point.pk), "")
    if not constant_time_compare(mark, _mark(point)):
        raise CaseNotFound
    return point


def is_blocked(request: HttpRequest, reference: str) -> bool:
    """Whether this address has guessed too often.

    A reference that many addresses guess at is closed only to those who already tried wrongly, so that nobody can
    lock the enterprise out.
    """
    by_address = cache.get(_key("address", client_address(request)), 0)
    by_reference = cache.get(_reference_key(reference), 0)
    return by_address >= TRIES_PER_ADDRESS or (by_address > 0 and by_reference >= TRIES_PER_REFERENCE)


def count_wrong_try(request: HttpRequest, reference: str) -> None:
    """Count a wrong code; the 15 minutes run from the last one."""
    for key in (_key("address", client_address(request)), _reference_key(reference)):
        cache.set(key, cache.get(key, 0) + 1, WINDOW_SECONDS)


def _mark(point: MonitoringPoint) -> str:
    return salted_hmac("fees.monitoring.session", point.code_hash).hexdigest()


def _reference_key(reference: str) -> str:
    return _key("reference", reference.strip().upper())


def _key(kind: str, value: str) -> str:
    # Hashed: neither addresses nor whatever was typed shall stand in the cache.
    return f"monitoring-{kind}-{salted_hmac('fees.monitoring', value).hexdigest()}"
