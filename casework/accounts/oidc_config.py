"""The OpenID Connect provider from the environment; read by the settings, so it knows no model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PROVIDER_ID = "main"
_NEEDED = ("ISSUER", "CLIENT_ID", "CLIENT_SECRET")


def providers(given: Mapping[str, str]) -> dict[str, Any]:
    """What the library is told; nothing while the provider is not wholly named."""
    if not all(given[name] for name in _NEEDED):
        return {}
    app = {
        "provider_id": PROVIDER_ID,
        "name": given["NAME"] or given["ISSUER"],
        "client_id": given["CLIENT_ID"],
        "secret": given["CLIENT_SECRET"],
        "settings": {"server_url": given["ISSUER"].rstrip("/")},
    }
    return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}


def faults(given: Mapping[str, str]) -> list[tuple[bool, str]]:
    """What production refuses to start with, as (wrong, message)."""
    named = [name for name in _NEEDED if given[name]]
    return [
        (0 < len(named) < len(_NEEDED), "OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET belong together"),
        (bool(named) and not given["ISSUER"].startswith("https://"), "OIDC_ISSUER must be an https:// address"),
    ]
