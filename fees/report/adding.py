"""What a reporter adds after filing: new facts and files, until the report is concluded."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from casework.cases.actors import Actor
from casework.cases.errors import CaseChanged, InvalidInput
from casework.cases.notify import tell_department
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.cases.worklog.services import responsible_department
from casework.documents.evidence import evidence_add, evidence_record
from casework.parties.models import Role
from fees.report.commands import side_command
from fees.report.flow import State
from fees.report.models import FeeReport

OPEN_TO_ADDITIONS = (
    State.REGISTERED,
    State.ACCEPTED,
    State.TRANSFERRED,
    State.VERIFYING,
    State.VIOLATION_FOUND,
)


def can_add(report: FeeReport) -> bool:
    """Whether the department still takes in what the reporter adds."""
    return report.state in OPEN_TO_ADDITIONS


def report_add(*, report: FeeReport, actor: Actor, text: str = "", uploads: Sequence[UploadedFile] = ()) -> FeeReport:
    """Add facts, files or both; the department that has the report is told. No clock moves: nobody asked for them.

    It undoes nothing of what others did meanwhile, so it asks for no version; a form that was sent twice adds once.

    Args:
        actor: the reporter, by name or without one.
    Raises:
        InvalidInput: neither text nor file, or a file that is refused.
        CaseChanged: the report is concluded or has ended.
    """
    if not text.strip() and not uploads:
        raise InvalidInput({"text": [_("Write what you want to add, or choose a file.")]})
    with side_command(report, (Role.COMPLAINANT,), actor, None) as case:
        if not can_add(case):
            raise CaseChanged
        added = evidence_add(case=case, uploads=list(uploads), actor=actor)
        is_new = _tell_facts(case, text.strip(), actor)
        evidence_record(case=case, attachments=added, actor=actor)
        if is_new or added:
            verb = Verb.NEW_FACTS_TOLD if is_new else Verb.EVIDENCE_ADDED
            tell_department(case, responsible_department(case), verb)
    return case


def _tell_facts(case: FeeReport, text: str, actor: Actor) -> bool:
    """Write the text into the timeline; False for none, or for one that stands there already."""
    if not text or case.events.filter(verb=Verb.NEW_FACTS_TOLD, payload__text=text).exists():
        return False
    event_record(case=case, verb=Verb.NEW_FACTS_TOLD, actor=actor, payload={"text": text})
    return True
