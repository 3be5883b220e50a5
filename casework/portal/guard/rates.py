"""How often one address sent a form lately. Two at the same moment may count as one: a limit, not an account."""

from __future__ import annotations

import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from casework.headers import client_network
from casework.portal.guard.conf import Rate


def rate_of(name: str) -> Rate | None:
    """What one address may send of it; None for as much as it wants."""
    return settings.GUARD.rates.get(name)


def used(request: HttpRequest, name: str) -> list[float]:
    """When this address sent it, within the rate's time, the oldest first."""
    rate = rate_of(name)
    if rate is None:
        return []
    since = time.time() - rate.seconds
    return [at for at in cache.get(_key(request, name), []) if at > since]


def paused_until(request: HttpRequest, name: str) -> float | None:
    """When this address may send it again; None for at once."""
    rate, times = rate_of(name), used(request, name)
    if rate is None or len(times) < rate.most:
        return None
    # An empty rate switches off, 0 would close for ever: it closes for its time.
    return times[-rate.most] + rate.seconds if rate.most else time.time() + rate.seconds


def count_use(request: HttpRequest, name: str) -> None:
    """Count one that passed."""
    rate = rate_of(name)
    if rate is not None:
        cache.set(_key(request, name), [*used(request, name), time.time()][-rate.most - 1 :], rate.seconds)


def _key(request: HttpRequest, name: str) -> str:
    # Hashed: no address shall stand in the cache.
    return f"guard-{name}-{salted_hmac('portal.guard', client_network(request)).hexdigest()}"
