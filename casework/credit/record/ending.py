"""How records end: annulled, repaired, or by themselves when the longest period is over. Everything ends together."""

from __future__ import annotations

import logging
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.cases.actors import Actor
from casework.cases.commands import case_end, locked_case
from casework.cases.errors import CaseChanged, CaseNotFound, InvalidInput
from casework.cases.models import Heartbeat
from casework.cases.notify import Notice, notify_people_above, tell_department
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.credit.commands import (
    KEEPERS,
    fitted,
    flow_command,
    refuse_empty,
    refuse_indiscreet,
    side_command,
    start_correction,
    tell_subject,
)
from casework.credit.delivery import Change, deliver
from casework.credit.flow import EFFECTIVE, FLOW, State
from casework.credit.measures.services import end_measures
from casework.credit.objections.models import Objection
from casework.credit.record.decision import annulment_is_due, carried_out, withhold
from casework.credit.record.models import CreditRecord
from casework.credit.repair.models import RepairApplication

logger = logging.getLogger(__name__)
HEARTBEAT = "sweep-credit"
BATCH = 200
SET_ASIDE = "set_aside"


def end_effects(case: CreditRecord, actor: Actor, reason: str = "") -> None:
    """Publication, sharing and measures end together (NDRC Order 36 art. 3); what is open has lost its object.

    Args:
        reason: why, where the state doesn't say it.
    """
    case.ended_reason = reason
    end_measures(case, actor)
    case.objections.filter(outcome=Objection.Outcome.OPEN).update(
        outcome=Objection.Outcome.MOOT, decided_on=actor.today
    )
    case.repairs.filter(outcome=RepairApplication.Outcome.OPEN).update(
        outcome=RepairApplication.Outcome.MOOT, decided_on=actor.today
    )
    case_end(case=case, actor=actor)
    # What was withheld is withdrawn already.
    if case.withheld_since is None:
        deliver(case, Change.WITHDRAW, actor)


def finding_set_aside(
    *, record: CreditRecord, actor: Actor, on: date, by: str, version: int | None = None
) -> CreditRecord:
    """Record that the finding was set aside: out of sight at once, annulled within three working days.

    Args:
        on: the day of the document that set it aside.
        by: authority and number of that document.
    Raises:
        InvalidInput: no document, a day before the finding or in the future, recorded before, or before the prior
            notice, when the proposal is simply dropped.
    """
    refuse_empty(_("Name the authority and the number of its document."), by=by)
    refuse_indiscreet(record, by=by)
    with side_command(record, KEEPERS, actor, version) as case:
        if case.state == State.PROPOSED:
            raise InvalidInput({"": [_("The subject had no notice of it yet. Have the proposal dropped.")]})
        if case.set_aside_on is not None:
            raise InvalidInput({"": [_("This is recorded already.")]})
        if not case.finding_date <= on <= actor.today:
            raise InvalidInput({"on": [_("Between the day of the finding and today.")]})
        case.set_aside_on, case.set_aside_by = on, fitted(CreditRecord, "set_aside_by", by, "by")
        event_record(case=case, verb=Verb.RECORD_SET_ASIDE, actor=actor, payload={"on": on, "by": by.strip()})
        start_correction(case, on, actor)
        if case.state in EFFECTIVE and case.withheld_since is None:
            withhold(case, SET_ASIDE, _("Finding set aside"), actor)
        tell_department(case, case.receiving_department, Verb.RECORD_SET_ASIDE)
    return case


def record_annul(*, record: CreditRecord, actor: Actor, reason: str, version: int | None = None) -> CreditRecord:
    """End a record as if it had not been: its finding was set aside, or an objection was right.

    Raises:
        InvalidInput: no reason; or neither was recorded.
    """
    refuse_empty(_("Say why it is annulled."), reason=reason)
    refuse_indiscreet(record, reason=reason)
    with flow_command(record, "annul", actor, version) as case:
        if not annulment_is_due(case):
            raise InvalidInput({"": [_("Record first what set the finding aside, or decide the objection.")]})
        carried_out(case, Objection.Outcome.ANNULLED, actor)
        event_record(case=case, verb=Verb.RECORD_ANNULLED, actor=actor, payload={"reason": reason.strip()})
        end_effects(case, actor, fitted(CreditRecord, "ended_reason", reason, "reason"))
        tell_subject(case, Verb.RECORD_ANNULLED)
    return case


def conduct_corrected(
    *, record: CreditRecord, actor: Actor, on: date, how: str, version: int | None = None
) -> CreditRecord:
    """Record that the subject put its conduct right; a record that expires before that is told to the supervisors.

    Raises:
        InvalidInput: nothing said, or a day before the finding or in the future.
    """
    refuse_empty(_("Say what was put right and how it was verified."), how=how)
    with side_command(record, KEEPERS, actor, version) as case:
        if not case.finding_date <= on <= actor.today:
            raise InvalidInput({"on": [_("Between the day of the finding and today.")]})
        case.corrected_on = on
        event_record(case=case, verb=Verb.CONDUCT_CORRECTED, actor=actor, payload={"on": on, "how": how.strip()})
    return case


def record_expire(*, record: CreditRecord, actor: Actor) -> CreditRecord:
    """End a record whose longest period is over. Conduct that goes on is told to the supervisors, not prolonged.

    Raises:
        CaseChanged: its period runs still, or it has ended.
    """
    with locked_case(CreditRecord, record.pk, None) as case:
        if not FLOW.can_take(case, "expire") or not case.publicity.is_over(actor.today):
            raise CaseChanged
        case.expire()
        case.updated_at = actor.moment
        event_record(case=case, verb=Verb.RECORD_EXPIRED, actor=actor, payload={"last_day": case.last_day})
        end_effects(case, actor)
        tell_subject(case, Verb.RECORD_EXPIRED)
        if case.corrected_on is None:
            _tell_supervisors(case, actor)
    return case


def _tell_supervisors(case: CreditRecord, actor: Actor) -> None:
    event_record(case=case, verb=Verb.RECORD_UNCORRECTED, actor=actor)
    notice = Notice(case, Verb.RECORD_UNCORRECTED, {}, f"{case.reference}-uncorrected")
    notify_people_above(case.division, notice)


def sweep_records(today: date | None = None) -> int:
    """End what is over by `today`: a state that is found, never a day that is waited for, so that no night is missed.

    Each record is a transaction of its own; one that another process ended meanwhile is passed over, and one that
    fails keeps none of the others: the alarm of `sweep_fault` names that records are left.

    Returns:
        how many ended.
    """
    day, ended, last = today or timezone.localdate(), 0, 0
    actor = Actor.system(None if today is None else _morning_of(today))
    over = CreditRecord.objects.filter(state__in=EFFECTIVE, last_day__lt=day).order_by("pk")
    while rows := list(over.filter(pk__gt=last)[:BATCH]):
        ended += sum(_expire_one(record, actor) for record in rows)
        last = rows[-1].pk
    _beat()
    return ended


def _morning_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _expire_one(record: CreditRecord, actor: Actor) -> bool:
    try:
        record_expire(record=record, actor=actor)
    except (CaseChanged, CaseNotFound):
        return False
    except Exception:  # whatever is wrong with one record, no other one has an effect a day too long for it
        logger.exception("credit record %s is over and could not be ended", record.pk)
        return False
    return True


def _beat() -> None:
    with transaction.atomic():
        Heartbeat.objects.update_or_create(name=HEARTBEAT, defaults={"at": timezone.now()})


def sweep_fault() -> str:
    """What is wrong with the sweep, for /readyz: records that are over and were not ended; "" when there are none."""
    yesterday = timezone.localdate() - timedelta(days=1)
    if CreditRecord.objects.filter(state__in=EFFECTIVE, last_day__lt=yesterday).exists():
        return "credit records are over and were not ended: are beat and a worker running?"
    return ""
