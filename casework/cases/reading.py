"""Reading a case is logged: who opened which case, when and by which way (Decree 802 art. 25(5))."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from casework.cases.actors import Actor
from casework.cases.errors import CaseNotFound
from casework.cases.models import AccessLog, Case
from casework.cases.pages import is_told
from casework.cases.references import secret_matches

CaseType = TypeVar("CaseType", bound=Case)

_WAYS = {
    "page": gettext_lazy("case page"),
    "api": gettext_lazy("API"),
    "file": gettext_lazy("evidence file"),
    "letter": gettext_lazy("letter"),
    "action": gettext_lazy("form of an action"),
    "claim": gettext_lazy("bringing it into an account"),
    "mandate": gettext_lazy("power of attorney"),
    "protected": gettext_lazy("protected document"),
    "feedback": gettext_lazy("respondent's answer page"),
}


def case_by_secret(cases: QuerySet[CaseType], reference: str, secret: str) -> CaseType:
    """The case that a reference and its secret open.

    Args:
        cases: those of one kind, or of all.
    Raises:
        CaseNotFound: unknown reference, wrong secret, or nothing to tell yet; the three are told apart to nobody.
    """
    case = cases.filter(reference=reference.strip().upper()).first()
    if case is None or not secret_matches(secret, case.secret_hash) or not is_told(case):
        raise CaseNotFound
    return case


def access_text(what: str) -> str:
    """What was read, in words: `file:12` becomes "evidence file 12"."""
    way, _colon, which = what.partition(":")
    words = str(_WAYS.get(way, way))
    return f"{words} {which}" if which.isdecimal() else words


def log_access(*, case: Case, actor: Actor, what: str) -> None:
    """Write that an actor read something of a case.

    Args:
        what: a short fixed word: page, action:<name>, file:<id>, letter:<id>, api.
    """
    AccessLog.objects.create(case=case, user=actor.user, label=actor.label or actor.kind, what=what)


def log_export(*, cases: Iterable[Case], actor: Actor, what: str) -> None:
    """Write that an actor took several cases out in one file."""
    AccessLog.objects.bulk_create(
        [AccessLog(case=case, user=actor.user, label=actor.label, what=what) for case in cases], batch_size=1000
    )
