"""Where a case is looked at: each kind names its page, so that this room links to cases without knowing their kinds."""

from __future__ import annotations

from django.urls import reverse

from casework.cases.models import Case

_pages: dict[str, str] = {}


def register_case_page(kind: str, url_name: str) -> None:
    """Say which page shows a kind of case to staff.

    Args:
        url_name: a name for `reverse()` that takes the case's id.
    """
    _pages[kind] = url_name


def case_page(case: Case) -> str:
    """The address of a case's page; "" for a kind without one."""
    name = _pages.get(case.kind)
    return reverse(name, args=[case.pk]) if name else ""
