"""What each kind of case is called and where it is looked at, so that this room and reports need not know the kinds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise

from casework.cases.flow import Flow
from casework.cases.models import Case


def _complainant_name(case: Case) -> str:
    return case.complainant_name


def _always(_case: Case) -> bool:
    return True


@dataclass(frozen=True)
class Tracking:
    """How a kind of case is followed by the one whom it is for.

    Attributes:
        url_name: a name for `reverse()` that takes the case's reference.
        follower: by what name that one acts.
        is_told: whether there is anything to follow yet; before that its code opens nothing.
    """

    url_name: str
    follower: Callable[[Case], str]
    is_told: Callable[[Case], bool]


_pages: dict[str, str] = {}
_labels: dict[str, str | Promise] = {}
_filers: dict[str, str | Promise] = {}
_flows: dict[str, tuple[str, Flow]] = {}
_tracking: dict[str, Tracking] = {}


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


def register_tracking(
    kind: str,
    url_name: str,
    *,
    follower: Callable[[Case], str] = _complainant_name,
    is_told: Callable[[Case], bool] = _always,
) -> None:
    """Say which page shows a kind of case to the one who follows it; see `Tracking`."""
    _tracking[kind] = Tracking(url_name, follower, is_told)


def is_followed_by_its_filer(case: Case) -> bool:
    """Whether the one who follows this kind of case is the one who filed it, and not, say, the subject of a record."""
    return _tracking[case.kind].follower is _complainant_name


def follower_name(case: Case) -> str:
    """The name of the one who follows a case: its complainant, unless the kind says otherwise."""
    return _tracking[case.kind].follower(case)


def is_told(case: Case) -> bool:
    """Whether the one whom a case is for may know of it yet."""
    return _tracking[case.kind].is_told(case)


def tracking_page(case: Case) -> str:
    """The page on which the one who filed a case follows it."""
    return reverse(_tracking[case.kind].url_name, args=[case.reference])


def tracking_url(case: Case) -> str:
    """The address for letters and codes, the same for every kind, without the secret."""
    return f"{settings.SITE_URL}/track/{case.reference}/"


def tracking_link(case: Case, secret: str) -> str:
    """The address that opens the case at once.

    The secret is in the fragment, which browsers never send: no log keeps it.
    """
    return f"{tracking_url(case)}#{secret}"
