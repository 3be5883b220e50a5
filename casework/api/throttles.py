"""How often one caller may ask. The rates stand in the settings, by scope."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import SimpleRateThrottle

from casework.headers import client_network

if TYPE_CHECKING:
    from rest_framework.views import APIView

_log = logging.getLogger(__name__)


class ScopeThrottle(SimpleRateThrottle):
    """One budget for each scope and caller."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Whether the budget lasts; a cache that is away refuses nobody."""
        try:
            return bool(super().allow_request(request, view))
        except Exception:  # noqa: BLE001 - whatever a cache that is away raises, no filing is lost for a count's sake
            _log.exception("The budget %s can't be counted; the request passes.", self.scope)
            return True

    def get_rate(self) -> str | None:
        """The rate of the scope; None switches it off."""
        rate = (api_settings.DEFAULT_THROTTLE_RATES or {}).get(str(self.scope))
        return str(rate) if rate else None

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """The budget that the request is counted to."""
        return f"api-{self.scope}-{self.caller(request, view)}"

    def caller(self, request: Request, view: APIView) -> str:
        """The account, or the address (of IPv6 the /64) of those without one."""
        if request.user and request.user.is_authenticated:
            return f"u{request.user.pk}"
        return client_network(request._request)


class StandardThrottle(ScopeThrottle):
    """Whatever has no narrower scope."""

    scope = "standard"


class FilingThrottle(ScopeThrottle):
    """Filings."""

    scope = "filing"


class EvidenceThrottle(ScopeThrottle):
    """Uploads before a filing."""

    scope = "evidence"


class TokenThrottle(ScopeThrottle):
    """Sign-ins."""

    scope = "token"


class DocsThrottle(ScopeThrottle):
    """The schema."""

    scope = "docs"


class CalculatorThrottle(ScopeThrottle):
    """Public calculators."""

    scope = "calculator"


class VerifyThrottle(ScopeThrottle):
    """Codes of letters."""

    scope = "verify"


class LookupThrottle(ScopeThrottle):
    """What departments ask about subjects, by account: nobody reads the whole register through it."""

    scope = "lookup"


class TrackThrottle(ScopeThrottle):
    """Tracking: guesses of one case's secret from one address."""

    scope = "track"

    def caller(self, request: Request, view: APIView) -> str:
        """Reference and address."""
        return f"{str(view.kwargs['reference']).upper()}-{client_network(request._request)}"
