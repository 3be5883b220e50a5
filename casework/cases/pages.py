"""What each kind of case is called and where it is looked at, so that this room and reports need not know the kinds."""

from __future__ import annotations

from django.urls import reverse
from django.utils.functional import Promise

from casework.cases.flow import Flow
from casework.cases.models import Case

_pages: dict[str, str] = {}
_labels: dict[str, str | Promise] = {}
_filers: dict[str, str | Promise] = {}
_flows: dict[str, tuple[str, Flow]] = {}


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


def register_kind(kind: str, label: str | Promise, filer: str | Promise) -> None:
    """Say what a kind of case is called, and who files one."""
    _labels[kind], _filers[kind] = label, filer


def filer_word(kind: str) -> str:
    """What the one who filed a case of this kind is called."""
    return str(_filers.get(kind, ""))


def kind_choices() -> list[tuple[str, str]]:
    """Every kind with its name in the reader's language."""
    return [(kind, str(label)) for kind, label in _labels.items()]


def register_flow(kind: str, name: str, flow: Flow) -> None:
    """Say how a kind of case moves.

    Args:
        name: in English, with its article, for the documents.
    """
    _flows[kind] = (name, flow)


def flows() -> dict[str, tuple[str, Flow]]:
    """By kind, its name in English and its table of moves."""
    return dict(_flows)
