"""What is done to points and rounds by the responsible department; one transaction each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.cases.errors import CaseChanged, InvalidInput
from casework.cases.outbox import outbox_put_many
from casework.cases.references import hash_secret, new_idempotency_key, next_reference
from casework.parties.models import Department, User
from casework.parties.validators import clean_credit_code
from fees.monitoring.access import require_running
from fees.monitoring.alarms import alarms_update
from fees.monitoring.mails import derived_code, put_code_mail, return_mail
from fees.monitoring.models import MonitoringPoint, QuarterlyReturn, Round
from fees.monitoring.quarters import Quarter
from fees.monitoring.terms import reporting_days

POINT_FIELDS = (
    "name", "credit_code", "division", "industry", "contact_name", "contact_phone", "contact_email", "active_from",
)  # fmt: skip
CONTACT_FIELDS = ("contact_name", "contact_phone", "contact_email")
INVITATION, REOPENED = "fee_monitoring_invitation", "fee_monitoring_reopened"


def point_register(
    *, department: Department, user: User, data: Mapping[str, Any], development: bool = False
) -> tuple[MonitoringPoint, str]:
    """Register an enterprise as a monitoring point, and mail it its access code.

    Args:
        data: `POINT_FIELDS`; without `active_from` from today on.
    Returns:
        the point, and the access code, which is shown now and never again.
    Raises:
        ActionNotAllowed: the user doesn't work in the department.
        InvalidInput: by field; also where the enterprise is a point already, or lies outside the department's division.
    """
    require_running(user, department)
    with transaction.atomic():
        point = MonitoringPoint(
            **{name: data[name] for name in POINT_FIELDS if name in data},
            department=department,
            registered_by=user,
            is_development=development,
        )
        point.active_from = data.get("active_from") or timezone.localdate()
        point.credit_code = clean_credit_code(point.credit_code)
        point.reference = next_reference("JC", timezone.localdate().year)
        code = _give_code(point, user)
        check_point(point)
        point.save()
        put_code_mail(point)
    return point, code


def check_point(point: MonitoringPoint) -> None:
    """Whether a point may be registered as it stands; writes nothing.

    Raises:
        InvalidInput: by field.
    """
    try:
        point.full_clean(exclude=["reference"])
    except ValidationError as error:
        raise InvalidInput(error.message_dict) from error
    if not point.division_id.startswith(point.department.division.prefix):
        raise InvalidInput({"division": [_("This place doesn't lie in the division of the department.")]})


def point_change_contact(*, point: MonitoringPoint, user: User, data: Mapping[str, Any]) -> MonitoringPoint:
    """Write who is to be asked at a point.

    Args:
        data: `CONTACT_FIELDS`.
    Raises:
        ActionNotAllowed, InvalidInput.
    """
    require_running(user, point.department)
    with transaction.atomic():
        row = _locked_point(point)
        for name in CONTACT_FIELDS:
            setattr(row, name, data[name])
        check_point(row)
        row.save(update_fields=CONTACT_FIELDS)
    return row


def point_code_renew(*, point: MonitoringPoint, user: User) -> tuple[MonitoringPoint, str]:
    """Give a point a new access code and mail it; the old one opens nothing any more.

    Returns:
        the point, and the code, which is shown now and never again.
    Raises:
        ActionNotAllowed: the user doesn't work in the department.
        InvalidInput: the point is retired.
    """
    require_running(user, point.department)
    with transaction.atomic():
        row = _locked_point(point)
        code = _give_code(row, user)
        row.save(update_fields=["code_key", "code_hash", "code_made_at", "code_made_by"])
        put_code_mail(row)
    return row, code


def point_retire(*, point: MonitoringPoint, user: User, reason: str, on: date | None = None) -> MonitoringPoint:
    """End a point's part: it is asked no more, what it reported stays.

    Args:
        on: the last day; today without it.
    Raises:
        ActionNotAllowed: the user doesn't work in the department.
        InvalidInput: retired already, no reason, or a day before its first.
    """
    require_running(user, point.department)
    with transaction.atomic():
        row = _locked_point(point)
        last = on or timezone.localdate()
        if not reason.strip():
            raise InvalidInput({"reason": [_("Say why the point is given up.")]})
        if last < row.active_from:
            raise InvalidInput({"on": [_("This day lies before the point's first.")]})
        row.active_to, row.retired_by, row.retire_reason = last, user, reason.strip()
        row.save(update_fields=["active_to", "retired_by", "retire_reason"])
    return row


def _give_code(point: MonitoringPoint, user: User) -> str:
    point.code_key = new_idempotency_key()
    code = derived_code(point.code_key)
    point.code_hash, point.code_made_at, point.code_made_by = hash_secret(code), timezone.now(), user
    return code


def _locked_point(point: MonitoringPoint) -> MonitoringPoint:
    row = MonitoringPoint.objects.select_for_update(of=("self",)).select_related("department").get(pk=point.pk)
    if row.active_to is not None:
        raise InvalidInput({"": [_("This point is retired.")]})
    return row


def round_open(
    *, department: Department, user: User, quarter: Quarter, due_on: date | None = None, on: date | None = None
) -> Round:
    """Ask all points of the department about a quarter that is over; each gets an empty return and an invitation.

    Args:
        due_on: the last day for returns; without it the default number of days after the opening.
        on: the day of the opening; today without it. Only seeding sets it.
    Raises:
        ActionNotAllowed: the user doesn't work in the department.
        InvalidInput: the quarter isn't over, was asked about already, no point is active, or a due day in the past.
    """
    require_running(user, department)
    opens_on = on or timezone.localdate()
    due = due_on or opens_on + timedelta(days=reporting_days(opens_on))
    row = Round(
        department=department, year=quarter.year, quarter_number=quarter.number, opens_on=opens_on, due_on=due,
        opened_by=user,
    )  # fmt: skip
    _check_round(row)
    try:
        with transaction.atomic():
            row.save()
            if not _invite(row):
                raise InvalidInput({"": [_("The department has no active monitoring point. Register points first.")]})
    except IntegrityError as error:
        if "monitoring_round_once" not in str(error):
            raise
        raise InvalidInput({"": [_("The points were asked about this quarter already.")]}) from error
    return row


def _check_round(row: Round) -> None:
    try:
        row.clean_fields(exclude=["department"])
    except ValidationError as error:
        raise InvalidInput(error.message_dict) from error
    if row.quarter.last_day >= row.opens_on:
        raise InvalidInput(
            {"quarter": [_("This quarter isn't over: payments of its last days couldn't be reported yet.")]}
        )
    if row.due_on <= row.opens_on:
        raise InvalidInput({"due_on": [_("Leave the points at least one day: give a later day.")]})


def round_invite(*, row: Round, user: User) -> int:
    """Ask the points that were registered after the round was opened.

    Returns:
        how many.
    Raises:
        ActionNotAllowed: the user doesn't work in the department.
        CaseChanged: the round is closed.
    """
    require_running(user, row.department)
    with transaction.atomic():
        return _invite(_locked_round(row))


def points_to_invite(row: Round) -> Any:
    """Active points of the round's department that have no return in it."""
    active = MonitoringPoint.objects.filter(department=row.department_id, active_to=None)
    return active.filter(active_from__lte=timezone.localdate()).exclude(returns__round=row).order_by("pk")


def _invite(row: Round) -> int:
    made = QuarterlyReturn.objects.bulk_create(
        [QuarterlyReturn(point=point, round=row) for point in points_to_invite(row).select_related("department")]
    )
    outbox_put_many([return_mail(one, INVITATION, f"monitoring-invite-{one.pk}") for one in made])
    return len(made)


def round_close(*, row: Round, user: User) -> Round:
    """Take no more returns for the quarter. Drafts stay unanswered, unless one is reopened.

    Raises:
        ActionNotAllowed: the user doesn't work in the department.
        CaseChanged: it is closed already.
    """
    require_running(user, row.department)
    with transaction.atomic():
        closed = _locked_round(row)
        closed.closed_at, closed.closed_by = timezone.now(), user
        closed.save(update_fields=["closed_at", "closed_by"])
    return closed


def _locked_round(row: Round) -> Round:
    locked = Round.objects.select_for_update(of=("self",)).select_related("department").get(pk=row.pk)
    if not locked.is_open:
        raise CaseChanged(_("This round is closed."))
    return locked


def return_reopen(*, row: QuarterlyReturn, user: User, reason: str) -> QuarterlyReturn:
    """Let a point write its return again, also after the round was closed; until it submits, it isn't counted.

    Raises:
        ActionNotAllowed: the user doesn't work in the department.
        InvalidInput: no reason.
        CaseChanged: the point may write anyway.
    """
    require_running(user, row.point.department)
    if not reason.strip():
        raise InvalidInput({"reason": [_("Say what the point is to put right.")]})
    with transaction.atomic():
        locked = locked_return(row)
        if locked.is_editable and locked.status == QuarterlyReturn.Status.DRAFT:
            raise CaseChanged(_("The point may write this return already."))
        locked.status, locked.version = QuarterlyReturn.Status.DRAFT, locked.version + 1
        locked.reopened_at, locked.reopened_by, locked.reopen_reason = timezone.now(), user, reason.strip()
        locked.save()
        key = f"monitoring-reopened-{locked.pk}-{locked.version}"
        outbox_put_many([return_mail(locked, REOPENED, key, reason=locked.reopen_reason)])
        items = set(locked.paid_items.values_list("item_key", flat=True))
        alarms_update(locked.round.quarter, items, locked.point.division_id)
    return locked


def locked_return(row: QuarterlyReturn) -> QuarterlyReturn:
    """The return, locked, and its round held open or closed until the end of the transaction."""
    # The round first, as closing does: a return that is being submitted goes in before the round closes, or is refused.
    round_ = Round.objects.select_for_update(of=("self",), no_key=True).get(pk=row.round_id)
    rows: Iterable[QuarterlyReturn] = QuarterlyReturn.objects.select_for_update(of=("self",)).filter(pk=row.pk)
    locked = next(iter(rows.select_related("point__department")))  # type: ignore[attr-defined]
    locked.round = round_
    return locked
