"""Alarms: several points of a place paid the same item outside the catalogue in one quarter.

The narrowest place with enough points gets the alarm: the county, else the prefecture, the province, the nation. Where
an alarm about a wider place stands already, a narrower one would tell the same people the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.parties.models import NATION, User, division_prefix
from casework.parties.perms import AnyUser, departments_with
from fees.monitoring.access import WORKING_ROLES, PaidItemQuerySet
from fees.monitoring.models import Alarm, AlarmReport, PaidItem, QuarterlyReturn
from fees.monitoring.quarters import Quarter
from fees.monitoring.terms import alarm_points
from fees.monitoring.verdicts import OUTSIDE
from fees.report.models import FeeReport

Status = Alarm.Status
# Any number that nothing else in this database uses as the first half of a lock's key.
_LOCK = 202_530


def alarms_update(quarter: Quarter, items: Collection[str], division: str) -> list[Alarm]:
    """Bring the alarms about items up to date, in the transaction of the return that changed them.

    What an alarm says about its points follows corrections; an alarm once raised is never taken back by itself.

    Args:
        items: keys of the items that the return holds or held.
        division: the point's.
    Returns:
        the alarms that are new.
    """
    if not items:
        return []
    _one_at_a_time(quarter)
    raised = []
    for key in sorted(items):
        raised += _update_item(quarter, key, division)
    return raised


def _one_at_a_time(quarter: Quarter) -> None:
    """Two returns at once must count each other: the second waits for the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, quarter.year * 4 + quarter.number])


def _update_item(quarter: Quarter, key: str, division: str) -> list[Alarm]:
    payers = _payers(quarter, key)
    known = list(Alarm.objects.filter(item_key=key, year=quarter.year, quarter_number=quarter.number))
    for alarm in known:
        alarm.points.set(_within(payers, alarm.division_id))
    threshold = alarm_points(timezone.localdate())
    place = next((code for code in _places(division) if len(_within(payers, code)) >= threshold), None)
    if place is None or any(place.startswith(division_prefix(alarm.division_id)) for alarm in known):
        return []
    raised = Alarm.objects.create(
        item_key=key,
        item=_first_wording(quarter, key),
        division_id=place,
        year=quarter.year,
        quarter_number=quarter.number,
        threshold=threshold,
    )
    raised.points.set(_within(payers, place))
    return [raised]


def paid_outside(quarter: Quarter) -> PaidItemQuerySet:
    """Payments of submitted returns for a quarter that no list allowed."""
    return PaidItem.objects.filter(
        quarterly_return__round__year=quarter.year,
        quarterly_return__round__quarter_number=quarter.number,
        quarterly_return__status=QuarterlyReturn.Status.SUBMITTED,
        verdict__in=OUTSIDE,
    )


def _payers(quarter: Quarter, key: str) -> dict[str, set[int]]:
    """The points that paid the item outside the catalogue, by their divisions."""
    rows = paid_outside(quarter).filter(item_key=key)
    found: dict[str, set[int]] = defaultdict(set)
    for code, point in rows.values_list("quarterly_return__point__division", "quarterly_return__point"):
        found[code].add(point)
    return found


def _within(payers: dict[str, set[int]], place: str) -> set[int]:
    prefix = division_prefix(place)
    return {point for code, points in payers.items() if code.startswith(prefix) for point in points}


def _places(division: str) -> Iterable[str]:
    """The division and those that it lies in, the narrowest first."""
    return dict.fromkeys([division, division[:4] + "00", division[:2] + "0000", NATION])


def _first_wording(quarter: Quarter, key: str) -> str:
    return str(paid_outside(quarter).filter(item_key=key).order_by("pk").values_list("item", flat=True)[0])


def alarm_take(*, alarm: Alarm, user: User) -> Alarm:
    """Say that one looks into an alarm.

    Raises:
        ActionNotAllowed: none of its points belongs to the user's departments.
        CaseChanged: somebody took or closed it already.
    """
    with transaction.atomic():
        row = _locked_alarm(alarm, user, (Status.NEW,))
        row.status, row.taken_by, row.taken_at = Status.LOOKED_INTO, user, timezone.now()
        row.save(update_fields=["status", "taken_by", "taken_at"])
    return row


def alarm_hand_on(*, alarm: Alarm, report: FeeReport, user: User) -> AlarmReport:
    """Keep which report an alarm began; again for the same report it changes nothing.

    Raises:
        ActionNotAllowed: none of its points belongs to the user's departments, or the report isn't the user's to see.
        CaseChanged: it is closed already, or nobody looks into it.
    """
    if not FeeReport.objects.visible_to(user).filter(pk=report.pk).exists():
        raise ActionNotAllowed
    with transaction.atomic():
        if known := AlarmReport.objects.filter(alarm=alarm, report=report).first():
            return known
        row = _locked_alarm(alarm, user, (Status.LOOKED_INTO,))
        return AlarmReport.objects.get_or_create(alarm=row, report=report, defaults={"linked_by": user})[0]


def alarm_close(*, alarm: Alarm, user: User, outcome: str, result: str) -> Alarm:
    """Write what came of an alarm.

    Args:
        outcome: `reported` or `unfounded`.
        result: in words; where it was reported, with the report's reference.
    Raises:
        ActionNotAllowed: none of its points belongs to the user's departments.
        InvalidInput: no words, no such outcome, or "unfounded" although a report was registered from it.
        CaseChanged: it is closed already, or nobody looked into it.
    """
    if not result.strip():
        raise InvalidInput({"result": [_("Say what came of it.")]})
    if outcome not in (Status.REPORTED, Status.UNFOUNDED):
        raise InvalidInput({"outcome": [_("Choose what came of it.")]})
    with transaction.atomic():
        row = _locked_alarm(alarm, user, (Status.LOOKED_INTO,))
        if outcome == Status.UNFOUNDED and row.handed_on.exists():
            raise InvalidInput({"outcome": [_("A report was registered from this alarm: it was handed on.")]})
        row.status, row.result, row.closed_by, row.closed_at = outcome, result.strip(), user, timezone.now()
        row.save(update_fields=["status", "result", "closed_by", "closed_at"])
    return row


def reports_of(alarm: Alarm, user: AnyUser) -> list[FeeReport]:
    """The reports that the alarm began, as far as the user may see them."""
    return list(FeeReport.objects.visible_to(user).filter(alarms__alarm=alarm).order_by("pk"))


def alarms_of(report: FeeReport, user: AnyUser) -> list[Alarm]:
    """The alarms that began a report, as far as the user may see them."""
    rows = Alarm.objects.visible_to(user).filter(handed_on__report=report)
    return list(rows.select_related("division").order_by("pk"))


def may_close(user: User, alarm: Alarm) -> bool:
    """Whether one of the alarm's points belongs to a department in which the user works."""
    return alarm.points.filter(department__in=departments_with(user, *WORKING_ROLES)).exists()


def _locked_alarm(alarm: Alarm, user: User, statuses: tuple[str, ...]) -> Alarm:
    row = Alarm.objects.select_for_update().get(pk=alarm.pk)
    if not may_close(user, row):
        raise ActionNotAllowed(_("Only a department that is responsible for one of the points may do this."))
    if row.status not in statuses:
        raise CaseChanged(_("Somebody changed this alarm meanwhile. Look at it again."))
    return row
