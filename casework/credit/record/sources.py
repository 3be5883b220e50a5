"""From which kinds of case a record can be proposed; each kind says when. The engine of records knows no kind."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from casework.cases.models import Case

# Refuses texts by which the subject could learn what it must not: (case, texts by name).
Discretion = Callable[..., None]
# What kind of subject the other side of a case is, of `SubjectType`.
KindOf = Callable[[Case], str]
# Says why a case can't be the occasion of a record (yet); "" when it can.
SourceFault = Callable[[Case], str]
_sources: dict[str, SourceFault] = {}
_discretions: dict[str, Discretion] = {}
_kinds: dict[str, KindOf] = {}


def register_source(kind: str, fault: SourceFault, kind_of: KindOf, discretion: Discretion | None = None) -> None:
    """Let records be proposed from a kind of case; called from an app's ready().

    Args:
        discretion: called with the case and texts that the subject or everybody will read, by their names; raises
            InvalidInput for one that tells too much, such as who reported.
    """
    _sources[kind], _kinds[kind] = fault, kind_of
    if discretion is not None:
        _discretions[kind] = discretion


def subject_kind(case: Case) -> str:
    """What kind of subject the other side of a case is, as the case has it; an officer may know better."""
    return _kinds[case.kind](case)


def check_discreet(source: Case | None, **texts: str) -> None:
    """Refuse texts by which the subject could learn what the case behind the record keeps from it.

    Raises:
        InvalidInput: by the name of the text.
    """
    if source is not None and source.kind in _discretions:
        _discretions[source.kind](source, **texts)


def source_fault(case: Case) -> str:
    """Why no record can be proposed from this case; "" when one can. That a case is late is never a reason for one."""
    if case.kind not in _sources:
        return _("No credit record follows from this kind of case.")
    if not case.respondent_code:
        return _("The unified social credit code of the other side is unknown. Enter it first.")
    return _sources[case.kind](case)
