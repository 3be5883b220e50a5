"""Repair: asked for with proof and undertaking, decided on a clock; granted, everything ends at once.

Conditions: least publicity reached, conduct corrected and duties fulfilled, undertaking, others of law (NDRC Order 36).
Free of charge. A plan of reorganisation or settlement approved by a court is a ground of its own (国办发〔2025〕22号).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.utils import formats
from django.utils.translation import gettext as _

from casework.cases.actors import Actor, ActorKind
from casework.cases.commands import clock_meet, clock_start
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.notify import tell_department
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.credit import letters
from casework.credit.commands import (
    HEADS,
    REPAIR,
    SUBJECT_OR_KEEPER,
    flow_command,
    keep_files,
    refuse_empty,
    refuse_indiscreet,
    refuse_too_early,
    side_command,
    tell_subject,
)
from casework.credit.flow import EFFECTIVE
from casework.credit.record.ending import end_effects
from casework.credit.record.models import CreditRecord
from casework.credit.repair.models import RepairApplication

Ground, Outcome = RepairApplication.Ground, RepairApplication.Outcome


def repair_fault(case: CreditRecord, ground: str, today: date) -> str:
    """Why repair on this ground can't be granted on a day; "" when it can."""
    if ground == Ground.REORGANISATION or today >= case.repair_from:
        return ""
    day = formats.date_format(case.repair_from, "DATE_FORMAT")
    return _("The least publicity of this class runs. Repair is possible from %(day)s on.") % {"day": day}


def repair_ask(
    *,
    record: CreditRecord,
    actor: Actor,
    ground: str,
    fulfilment: str,
    undertaking: str,
    uploads: Sequence[UploadedFile],
    court_document: str = "",
    asked_on: date | None = None,
    version: int | None = None,
) -> RepairApplication:
    """Apply for repair with its two documents, proof of fulfilment and undertaking.

    Args:
        ground: of `RepairApplication.Ground`.
        uploads: the proof; at least one file.
        court_document: number of the court's decision, for a reorganisation.
        asked_on: the day it arrived, where it came on paper before today.
    Raises:
        InvalidInput: by field; before the earliest day it names that day, and no paper came before the decision.
        CaseChanged: the record has no effect (any more).
    """
    _check(ground, fulfilment, undertaking, uploads, court_document)
    is_online = actor.kind == ActorKind.COMPLAINANT
    day = actor.today if is_online else asked_on or actor.today
    if day > actor.today:
        raise InvalidInput({"asked_on": [_("This day lies in the future. Give the day on which it arrived.")]})
    with side_command(record, SUBJECT_OR_KEEPER, actor, version) as case:
        if case.state not in EFFECTIVE:
            raise CaseChanged
        refuse_too_early(case.decided_on, asked_on=day)
        if open_repair(case) is not None:
            raise InvalidInput({"": [_("An application is being looked at already.")]})
        if fault := repair_fault(case, ground, actor.today):
            raise InvalidInput({"": [fault]})
        application = RepairApplication.objects.create(
            record=case,
            number=case.repairs.count() + 1,
            ground=ground,
            fulfilment=fulfilment.strip(),
            undertaking=undertaking.strip(),
            court_document=court_document.strip(),
            asked_on=day,
            is_online=is_online,
        )
        application.proofs.set(keep_files(case, uploads, actor))
        event_record(case=case, verb=Verb.REPAIR_ASKED, actor=actor, payload={"number": application.number})
        clock_start(case=case, code=REPAIR, on=day, actor=actor)
        tell_department(case, case.receiving_department, Verb.REPAIR_ASKED)
    return application


def _check(
    ground: str, fulfilment: str, undertaking: str, uploads: Sequence[UploadedFile], court_document: str
) -> None:
    errors: dict[str, list[str]] = {}
    if ground not in Ground.values:
        errors["ground"] = [_("Choose one of these.")]
    if not fulfilment.strip():
        errors["fulfilment"] = [_("Say what was fulfilled, and when.")]
    if not undertaking.strip():
        errors["undertaking"] = [_("Without an undertaking there is no repair.")]
    if not uploads:
        errors["files"] = [_("Add the proof: a receipt, a decision, a confirmation of the other side.")]
    if ground == Ground.REORGANISATION and not court_document.strip():
        errors["court_document"] = [_("Give the number of the court's decision.")]
    if errors:
        raise InvalidInput(errors)


def open_repair(case: CreditRecord) -> RepairApplication | None:
    """The application that is being looked at."""
    return next((row for row in case.repairs.all() if row.outcome == Outcome.OPEN), None)


def repair_grant(*, record: CreditRecord, actor: Actor, reasons: str, version: int | None = None) -> CreditRecord:
    """Grant repair: publication, sharing and measures end together, and a withdrawal goes out (NDRC Order 36 art. 3).

    Raises:
        ActionNotAllowed: the same person entered the application.
        InvalidInput: no reasons, or before the earliest day.
        CaseChanged: no application is open.
    """
    refuse_empty(_("Say how the conditions were checked."), reasons=reasons)
    refuse_indiscreet(record, reasons=reasons)
    with flow_command(record, "repair", actor, version) as case:
        application = _open(case)
        _refuse_own(case, application, actor)
        if fault := repair_fault(case, application.ground, actor.today):
            raise InvalidInput({"": [fault]})
        _decide(case, application, Outcome.GRANTED, reasons, actor)
        case.corrected_on = case.corrected_on or actor.today
        event_record(case=case, verb=Verb.RECORD_REPAIRED, actor=actor)
        letters.issue_repair_decision(case, application=application, actor=actor)
        end_effects(case, actor)
        tell_subject(case, Verb.RECORD_REPAIRED)
    return case


def repair_refuse(
    *, record: CreditRecord, actor: Actor, reasons: str, version: int | None = None
) -> RepairApplication:  # fmt: skip
    """Refuse repair with reasons; the subject can apply again at any time.

    Raises:
        InvalidInput: no reasons.
        CaseChanged: no application is open.
    """
    refuse_empty(_("Give the reasons: the subject reads them."), reasons=reasons)
    refuse_indiscreet(record, reasons=reasons)
    with side_command(record, HEADS, actor, version) as case:
        application = _open(case)
        _decide(case, application, Outcome.REFUSED, reasons, actor)
        letters.issue_repair_decision(case, application=application, actor=actor)
        tell_subject(case, Verb.REPAIR_DECIDED)
    return application


def _refuse_own(case: CreditRecord, application: RepairApplication, actor: Actor) -> None:
    """Whoever enters a paper and says that its conditions are met is checked by nobody.

    Raises:
        ActionNotAllowed: the same person entered the application.
    """
    entered = case.events.filter(verb=Verb.REPAIR_ASKED, payload__number=application.number).first()
    if entered is not None and entered.actor_id is not None and entered.actor_id == (actor.user and actor.user.pk):
        raise ActionNotAllowed(_("Another person than the one who entered the application grants it."))


def _open(case: CreditRecord) -> RepairApplication:
    application = open_repair(case)
    if application is None:
        raise CaseChanged
    return application


def _decide(
    case: CreditRecord, row: RepairApplication, outcome: RepairApplication.Outcome, reasons: str, actor: Actor
) -> None:
    if actor.user is None:
        raise ActionNotAllowed
    row.outcome, row.reasons, row.decided_on, row.decided_by = outcome, reasons.strip(), actor.today, actor.user
    row.save(update_fields=["outcome", "reasons", "decided_on", "decided_by"])
    payload = {"code": str(outcome), "outcome": str(outcome.label), "number": row.number}
    event_record(case=case, verb=Verb.REPAIR_DECIDED, actor=actor, payload=payload)
    clock_meet(case=case, code=REPAIR, on=actor.today, actor=actor)
