"""What each kind of case is called and where it is looked at, so that this room and reports need not know the kinds."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise

from casework.cases.flow import Flow
from casework.cases.models import Case

_pages: dict[str, str] = {}
_labels: dict[str, str | Promise] = {}
_filers: dict[str, str | Promise] = {}
_flows: dict[str, tuple[str, Flow]] = {}
_tracking: dict[str, str] = {}


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


def state_label(case: Case) -> str:
    """The state in words, whatever kind of case it is."""
    _name, flow = _flows[case.kind]
    return str(flow.states(case.state).label)


def register_tracking(kind: str, url_name: str) -> None:
    """Say which page shows a kind of case to the one who filed it.

    Args:
        url_name: a name for `reverse()` that takes the case's reference.
    """
    _tracking[kind] = url_name


def tracking_page(case: Case) -> str:
    """The page on which the one who filed a case follows it."""
    return reverse(_tracking[case.kind], args=[case.reference])


def tracking_url(case: Case) -> str:
    """The address for letters and codes, the same for every kind, without the secret."""
    return f"{settings.SITE_URL}/track/{case.reference}/"


def tracking_link(case: Case, secret: str) -> str:
    """The address that opens the case at once.

    The secret is in the fragment, which browsers never send: no log keeps it.
    """
    return f"{tracking_url(case)}#{secret}"
