"""The commands of protection: the complainant raises an alert, a supervisor writes what was done about it.

Nothing of it stands in the timeline: the departments read that, and one of them may be too near the respondent.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from casework.cases.access import roles_on
from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.notify import Notice
from casework.cases.outbox import outbox_put_many
from casework.cases.verbs import Verb
from casework.parties.models import Membership, Role
from complaints.models import ArrearsComplaint
from complaints.protection.models import ThreatAlert


def alert_raise(*, complaint: ArrearsComplaint, actor: Actor, text: str, reach_me: str = "") -> ThreatAlert:
    """Tell the supervisors of the division of a threat or reprisal (Decree 802 arts 20 and 35), whatever the state.

    Args:
        reach_me: how the complainant can be reached safely.
    Raises:
        ActionNotAllowed: not the complainant.
        InvalidInput: nothing is told.
    """
    if Role.COMPLAINANT not in roles_on(actor, complaint):
        raise ActionNotAllowed
    if not text.strip():
        raise InvalidInput({"text": [_("Say what happened.")]})
    with transaction.atomic():
        alert = ThreatAlert.objects.create(
            complaint=complaint, text=text.strip(), reach_me=reach_me.strip(), raised_at=actor.moment
        )
        # That there is one, and on which case: what it says is read only behind `visible_to`.
        notice = Notice(complaint, Verb.THREAT_RAISED, {}, f"threat-{alert.pk}")
        if supervisors := supervisors_over(complaint):
            outbox_put_many([notice.inbox(supervisors, "supervisors")])
    return alert


def supervisors_over(complaint: ArrearsComplaint) -> list[int]:
    """Ids of the supervisors whose division holds the complaint's."""
    rows = Membership.objects.filter(role=Role.SUPERVISOR, user__is_active=True).select_related("department__division")
    code = complaint.division_id
    return sorted({row.user_id for row in rows if code.startswith(row.department.division.prefix)})


def alert_handle(*, alert: ThreatAlert, actor: Actor, note: str) -> ThreatAlert:
    """Write what was done about an alert; once.

    Raises:
        ActionNotAllowed: not a supervisor of the division.
        InvalidInput: no note.
        CaseChanged: another supervisor wrote first.
    """
    if not note.strip():
        raise InvalidInput({"note": [_("Say what was done.")]})
    with transaction.atomic():
        row = ThreatAlert.objects.select_for_update(of=("self",)).get(pk=alert.pk)
        if actor.user is None or not ThreatAlert.objects.visible_to(actor.user).filter(pk=row.pk).exists():
            raise ActionNotAllowed
        if row.handled_at is not None:
            raise CaseChanged
        row.handled_by, row.handled_at, row.handling_note = actor.user, actor.moment, note.strip()
        row.save(update_fields=["handled_by", "handled_at", "handling_note"])
    return row
