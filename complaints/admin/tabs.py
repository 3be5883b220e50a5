"""The tabs over the queue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.admin.views.main import SEARCH_VAR
from django.http import HttpRequest
from django.urls import reverse

from complaints.admin.queue import ALL, default_scope, scope_labels


def queue_tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """One tab for each part of the queue that the user has; none before sign-in."""
    if not request.user.is_authenticated:
        return []
    address = reverse("admin:complaints_arrearscomplaint_changelist")
    items = [
        {"title": label, "link": f"{address}?queue={key}", "active": _is_active(key)}
        for key, label in scope_labels(request.user)
    ]
    return [{"models": ["complaints.arrearscomplaint"], "items": items}]


def _is_active(key: str) -> Callable[[HttpRequest], bool]:
    def active(request: HttpRequest) -> bool:
        default = ALL if request.GET.get(SEARCH_VAR) else default_scope(request.user)
        return request.GET.get("queue", default) == key

    return active
