"""The tabs over the queues."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.admin.views.main import SEARCH_VAR
from django.http import HttpRequest
from django.urls import reverse

from casework.desk.queue import ALL, Part, default_scope, scope_labels

_queues: dict[str, tuple[str, tuple[Part, ...]]] = {}


def register_queue(model: str, url_name: str, parts: tuple[Part, ...] = ()) -> None:
    """Say which list shows a kind's cases.

    Args:
        model: as unfold names it, such as `complaints.arrearscomplaint`.
        parts: those of the kind's own.
    """
    _queues[model] = (url_name, parts)


def queue_tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """For each queue one tab for each part that the user has; none before sign-in."""
    if not request.user.is_authenticated:
        return []
    return [{"models": [model], "items": _items(request, *queue)} for model, queue in _queues.items()]


def _items(request: HttpRequest, url_name: str, parts: tuple[Part, ...]) -> list[dict[str, Any]]:
    address = reverse(url_name)
    return [
        {"title": label, "link": f"{address}?queue={key}", "active": _is_active(key)}
        for key, label in scope_labels(request.user, parts)
    ]


def _is_active(key: str) -> Callable[[HttpRequest], bool]:
    def active(request: HttpRequest) -> bool:
        default = ALL if request.GET.get(SEARCH_VAR) else default_scope(request.user)
        return request.GET.get("queue", default) == key

    return active
