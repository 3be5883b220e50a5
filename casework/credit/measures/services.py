"""Measures: intended before the notice, applied with the decision, acknowledged, ended with the record.

A measure that reduces rights or adds duties needs its basis in law (opinions of 2025, point 12): only the closed list.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.models import Case
from casework.cases.notify import Notice, notify_people_of
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.credit.catalogue.models import MeasureItem
from casework.credit.catalogue.reference import measures_in_force
from casework.credit.commands import KEEPERS, fitted, refuse_empty, refuse_indiscreet, side_command
from casework.credit.flow import State
from casework.credit.measures.models import EXECUTING_ROLES, Measure
from casework.credit.record.models import CreditRecord
from casework.parties.models import Department
from casework.parties.perms import departments_with


def measure_intend(
    *,
    record: CreditRecord,
    actor: Actor,
    item: MeasureItem,
    department: Department,
    extent: str = "",
    version: int | None = None,
) -> Measure:
    """Intend a measure of the list; the prior notice names it, so that the subject is heard on it.

    Args:
        department: the one that carries it out.
        extent: what exactly, where the list leaves it open.
    Raises:
        InvalidInput: not in the list for this subject and class, intended already, an inactive department, or after
            the notice.
    """
    refuse_indiscreet(record, extent=extent)
    with side_command(record, KEEPERS, actor, version) as case:
        if case.state != State.PROPOSED:
            raise InvalidInput({"": [_("Measures are chosen before notice: the subject is heard on them.")]})
        allowed = measures_in_force(case.subject.kind, case.severity.code, actor.today)
        if not allowed.filter(pk=item.pk).exists():
            raise InvalidInput({"item": [_("The list has no such measure for this subject and class.")]})
        if case.measures.filter(item=item).exclude(state=Measure.State.DROPPED).exists():
            raise InvalidInput({"item": [_("This measure is intended already.")]})
        if not department.is_active:
            raise InvalidInput({"department": [_("This department is no longer active.")]})
        said = fitted(Measure, "extent", extent)
        measure = Measure.objects.create(record=case, item=item, department=department, extent=said)
        _tell(case, measure, Verb.SANCTION_INTENDED, actor)
    return measure


def measure_drop(*, record: CreditRecord, actor: Actor, measure: int, version: int | None = None) -> Measure:
    """Take back a measure that was only intended.

    Args:
        measure: its id.
    Raises:
        InvalidInput: there is none such.
        CaseChanged: the subject had notice of it: what is applied is the decision's word then.
    """
    with side_command(record, KEEPERS, actor, version) as case:
        if case.state != State.PROPOSED:
            raise CaseChanged
        row = case.measures.filter(pk=measure, state=Measure.State.INTENDED).first()
        if row is None:
            raise InvalidInput({"measure": [_("Choose an intended measure.")]})
        row.state = Measure.State.DROPPED
        row.save(update_fields=["state"])
    return row


def drop_impossible(case: CreditRecord, actor: Actor) -> None:
    """Drop intended measures that the list doesn't allow for this subject and class (any more)."""
    allowed = measures_in_force(case.subject.kind, case.severity.code, actor.today)
    intended = case.measures.filter(state=Measure.State.INTENDED)
    intended.exclude(item__in=allowed).update(state=Measure.State.DROPPED)


def apply_measures(case: CreditRecord, chosen: list[int], actor: Actor) -> list[Measure]:
    """Apply those intended measures that the decision keeps, drop the others; in the decision's transaction.

    Raises:
        InvalidInput: one that was not intended.
    """
    rows = {row.pk: row for row in case.measures.filter(state=Measure.State.INTENDED).select_related("item")}
    if set(chosen) - rows.keys():
        raise InvalidInput({"measures": [_("Only measures of the prior notice can be applied.")]})
    for pk, row in rows.items():
        if pk in chosen:
            row.state, row.starts_on, row.ends_on = Measure.State.APPLIED, actor.today, case.last_day
            row.save(update_fields=["state", "starts_on", "ends_on"])
            _tell(case, row, Verb.SANCTION_APPLIED, actor)
            _tell_executing(case, row, Verb.SANCTION_APPLIED)
        else:
            row.state = Measure.State.DROPPED
            row.save(update_fields=["state"])
    return [rows[pk] for pk in chosen]


def end_measures(case: CreditRecord, actor: Actor) -> None:
    """No measure outlives its record: those that apply end today, those intended are dropped."""
    for row in case.measures.filter(state=Measure.State.APPLIED).select_related("item", "department"):
        row.state, row.ended_on = Measure.State.ENDED, actor.today
        row.save(update_fields=["state", "ended_on"])
        _tell(case, row, Verb.SANCTION_ENDED, actor)
        _tell_executing(case, row, Verb.SANCTION_ENDED)
    case.measures.filter(state=Measure.State.INTENDED).update(state=Measure.State.DROPPED)


def measure_acknowledge(*, measure: Measure, actor: Actor, done: str) -> Measure:
    """Acknowledge, for the executing department, that a measure is carried out, or after its end that it is lifted.

    Args:
        done: what was done, in a sentence.
    Raises:
        ActionNotAllowed: the actor doesn't keep credit matters of that department.
        InvalidInput: nothing said, or acknowledged before.
    """
    refuse_empty(_("Say what was done."), done=done)
    said = fitted(Measure, "acknowledgement", done, "done")
    if actor.user is None or measure.department_id not in departments_with(actor.user, *EXECUTING_ROLES):
        raise ActionNotAllowed
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).get(pk=measure.record_id)
        row = Measure.objects.select_for_update(of=("self",)).select_related("item", "department").get(pk=measure.pk)
        _acknowledge(row, actor, said)
        payload = {**_payload(row), "done": said}
        event_record(case=case, verb=Verb.SANCTION_ACKNOWLEDGED, actor=actor, payload=payload)
    return row


def _acknowledge(row: Measure, actor: Actor, done: str) -> None:
    if row.state == Measure.State.APPLIED and row.acknowledged_on is None:
        row.acknowledged_on, row.acknowledged_by, row.acknowledgement = actor.today, actor.user, done
        row.save(update_fields=["acknowledged_on", "acknowledged_by", "acknowledgement"])
    elif row.state == Measure.State.ENDED and row.lifted_on is None:
        row.lifted_on, row.lifted_by = actor.today, actor.user
        row.save(update_fields=["lifted_on", "lifted_by"])
    else:
        raise InvalidInput({"": [_("There is nothing to acknowledge.")]})


def _tell(case: CreditRecord, measure: Measure, verb: Verb, actor: Actor) -> None:
    event_record(case=case, verb=verb, actor=actor, payload=_payload(measure))


def _payload(measure: Measure) -> dict[str, object]:
    return {"measure": measure.item.label, "department": measure.department.name, "until": measure.ends_on}


def _tell_executing(case: CreditRecord, measure: Measure, verb: Verb) -> None:
    """Those who keep credit matters in the executing department, whether they may see the record or not."""
    notice = Notice(case, verb, _payload(measure), f"{case.reference}-{verb}-{measure.pk}")
    notify_people_of(measure.department_id, EXECUTING_ROLES, notice)
