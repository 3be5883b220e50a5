"""Addresses that answer with and without the last slash."""

from __future__ import annotations

from django.urls import URLPattern, path
from rest_framework.views import APIView


def either_way(route: str, view: type[APIView], name: str) -> list[URLPattern]:
    """A calculator's address as its clients write it, without a slash, and as the rest of the API has it.

    A POST can't be redirected from one to the other without losing its body. The schema shows the first only.

    Args:
        route: without a slash at its end.
        name: of the first; the other one's ends in `-slash`.
    """
    return [
        path(route, view.as_view(), name=name),
        path(f"{route}/", view.as_view(schema=None), name=f"{name}-slash"),
    ]
