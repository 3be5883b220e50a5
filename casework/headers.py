"""Headers for every page of ours: a strict content policy where a view has not set its own."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PORTAL_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
# The scripts of the admin, in whose frame the reports stand, and of the API's documentation evaluate expressions and
# style inline.
OTHER_FRONTENDS = ("/admin/", "/api/", "/reports/")


class ContentPolicyMiddleware:
    """Put the portal's policy on every answer that has none, the error pages included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(OTHER_FRONTENDS):
            response.headers.setdefault("Content-Security-Policy", PORTAL_POLICY)
        return response


def client_address(request: HttpRequest) -> str:
    """The address that a request came from.

    Behind our TLS proxy that is the last entry of X-Forwarded-For, the one that the proxy itself wrote; the entries
    before it are the client's own words.
    """
    forwarded = request.headers.get("X-Forwarded-For", "")
    if getattr(settings, "SECURE_PROXY_SSL_HEADER", None) and forwarded:
        return forwarded.rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def client_network(request: HttpRequest) -> str:
    """The address as limits count it: of IPv6 the /64, which is the least that a household or a server gets."""
    address = client_address(request)
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or ip_network((parsed, 64), strict=False))
