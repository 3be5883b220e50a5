"""How often one caller may ask. The rates stand in the settings, by scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import SimpleRateThrottle

from casework.headers import client_address

if TYPE_CHECKING:
    from rest_framework.views import APIView


class ScopeThrottle(SimpleRateThrottle):
    """One budget for each scope and caller."""

    def get_rate(self) -> str | None:
        """The rate of the scope; None switches it off."""
        rate = (api_settings.DEFAULT_THROTTLE_RATES or {}).get(str(self.scope))
        return str(rate) if rate else None

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """The budget that the request is counted to."""
        return f"api-{self.scope}-{self.caller(request, view)}"

    def caller(self, request: Request, view: APIView) -> str:
        """The account, or the address of those without one."""
        if request.user and request.user.is_authenticated:
            return f"u{request.user.pk}"
        return client_address(request._request)


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
        return f"{str(view.kwargs['reference']).upper()}-{client_address(request._request)}"
