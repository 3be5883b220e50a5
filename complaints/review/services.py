"""The reviewer's work: checked conditions, what silence means, who does it, notes, tasks and reminders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from casework.cases.actors import Actor
from casework.cases.errors import CaseChanged, InvalidInput
from casework.cases.terms import terms_in_force
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.clocks.services import OPEN_STATUSES
from casework.parties.models import Role
from complaints.commands import flow_command, side_command, tell_complainant
from complaints.flow import State
from complaints.models import ArrearsComplaint
from complaints.review.models import ConditionCheck
from complaints.services import CORRECTION

REVIEWING_ROLES = frozenset({Role.RECEIVING_CLERK})
Verdict = ConditionCheck.Verdict


@dataclass(frozen=True)
class Finding:
    """What the reviewer found about one condition."""

    verdict: str
    remark: str = ""


def complaint_check_conditions(
    *, complaint: ArrearsComplaint, actor: Actor, findings: Mapping[str, Finding], version: int | None = None
) -> ArrearsComplaint:
    """Keep what was found about conditions of acceptance (`arrears.condition`); later findings replace earlier ones.

    Args:
        findings: by code of the condition; those left out stay as they are.
    Raises:
        InvalidInput: an unknown condition or finding, or one not met without a remark.
        CaseChanged: the complaint is no longer under review.
    """
    terms = {term.code: term for term in terms_in_force("arrears.condition", actor.today)}
    _check_findings(findings, set(terms))
    with side_command(complaint, REVIEWING_ROLES, actor, version) as case:
        if case.state != State.SUBMITTED or actor.user is None:
            raise CaseChanged
        for code, finding in findings.items():
            kept = {
                "condition_version": terms[code].version,
                "verdict": finding.verdict,
                "remark": finding.remark.strip(),
            }
            by = {"checked_by": actor.user, "checked_at": actor.moment}
            ConditionCheck.objects.update_or_create(complaint=case, condition=code, defaults={**kept, **by})
        said = [f"{terms[code].label}：{Verdict(found.verdict).label}" for code, found in findings.items()]
        event_record(case=case, verb=Verb.CHECKED, actor=actor, payload={"findings": said})
    return case


def _check_findings(findings: Mapping[str, Finding], known: set[str]) -> None:
    errors: dict[str, list[str]] = {}
    if not findings:
        errors[""] = [_("Say what you found about at least one condition.")]
    for code, finding in findings.items():
        if code not in known or finding.verdict not in Verdict.values:
            errors[code] = [_("Choose one of the list.")]
        elif finding.verdict == Verdict.NOT_MET and not finding.remark.strip():
            errors[code] = [_("Say which fact of the case shows that the condition is not met.")]
    if errors:
        raise InvalidInput(errors)


def complaint_lapse(
    *, complaint: ArrearsComplaint, actor: Actor, reason: str, version: int | None = None
) -> ArrearsComplaint:
    """Take silence after a correction request for giving the complaint up; only when the time to answer is over.

    Args:
        reason: what shows that the request arrived and that no good cause for the silence is known.
    Raises:
        InvalidInput: no reason, or the complainant still has time.
    """
    if not reason.strip():
        raise InvalidInput({"reason": [_("Say how the request arrived and that no good cause is known.")]})
    with flow_command(complaint, "lapse", actor, version) as case:
        if not correction_ran_out(case, actor.today):
            raise InvalidInput({"": [_("The complainant still has time to answer.")]})
        event_record(case=case, verb=Verb.LAPSED, actor=actor, payload={"reason": reason.strip()})
        tell_complainant(case, Verb.LAPSED)
    return case


def correction_ran_out(complaint: ArrearsComplaint, today: date) -> bool:
    """Whether the time to answer the correction request is over."""
    running = complaint.deadlines.filter(code=CORRECTION, status__in=OPEN_STATUSES)
    return running.filter(due__lt=today).exists()
