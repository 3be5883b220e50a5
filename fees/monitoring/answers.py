"""What a monitoring point does itself: save a draft, submit, correct while the round is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.cases.errors import CaseChanged, CaseNotFound, InvalidInput
from casework.cases.references import clean_secret, secret_matches
from fees.monitoring.alarms import alarms_update
from fees.monitoring.models import MonitoringPoint, PaidItem, QuarterlyReturn, Submission
from fees.monitoring.quarters import Quarter
from fees.monitoring.services import locked_return
from fees.monitoring.verdicts import Payment, judge, kept
from fees.verdict.engine import Verdict
from fees.verdict.likeness import bare_name

# A limit of the page, not of the law: a form sends 500 fields at most.
MOST_ROWS = 40
ROW_FIELDS = (
    "item", "payee", "payee_type", "payee_code", "division", "charged_on", "amount", "quantity", "unit", "note",
)  # fmt: skip
_LONGEST_CELL = 300
Status = QuarterlyReturn.Status


def point_by_code(reference: str, code: str) -> MonitoringPoint:
    """The active point whose access code this is.

    Raises:
        CaseNotFound: unknown, retired or wrong; which of them is told to nobody.
    """
    point = MonitoringPoint.objects.select_related("department").filter(reference=reference.strip().upper()).first()
    if point is None or not secret_matches(clean_secret(code), point.code_hash) or is_retired(point):
        raise CaseNotFound(_("Reference and access code don't fit. Both stand in the mail from your department."))
    return point


def is_retired(point: MonitoringPoint) -> bool:
    """Whether the point's last day has passed."""
    return point.active_to is not None and point.active_to < timezone.localdate()


def return_of(point: MonitoringPoint, quarter: Quarter) -> QuarterlyReturn:
    """The point's return for a quarter, with point and round.

    Raises:
        CaseNotFound: the point was not asked about it.
    """
    rows = point.returns.select_related("round__department", "point__department", "point__division")
    found = rows.filter(round__year=quarter.year, round__quarter_number=quarter.number).first()
    if found is None:
        raise CaseNotFound(_("There is no return for this quarter."))
    return found


def clean_rows(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Rows as typed, cut to what is known and to a bearable length; empty ones are left out."""
    known = [{name: str(row.get(name) or "").strip()[:_LONGEST_CELL] for name in ROW_FIELDS} for row in rows]
    return [row for row in known if any(row.values())][:MOST_ROWS]


def return_save_draft(
    *, row: QuarterlyReturn, rows: Sequence[Mapping[str, Any]], nothing_paid: bool, remark: str, version: int
) -> QuarterlyReturn:
    """Keep what was typed so far, however incomplete. A submitted return stays submitted until it is submitted anew.

    Args:
        rows: `ROW_FIELDS` as text.
        version: of the return that was being looked at.
    Raises:
        CaseChanged: written elsewhere meanwhile, or not open.
    """
    with transaction.atomic():
        locked = _open_return(row, version)
        locked.draft_rows, locked.nothing_paid, locked.remark = clean_rows(rows), nothing_paid, remark.strip()[:1000]
        locked.saved_at, locked.version = timezone.now(), locked.version + 1
        locked.save(update_fields=["draft_rows", "nothing_paid", "remark", "saved_at", "version"])
    return locked


def return_submit(
    *, row: QuarterlyReturn, payments: Sequence[Payment], nothing_paid: bool, remark: str, version: int
) -> QuarterlyReturn:
    """Submit, or correct what was submitted: the verdicts are computed now and kept, alarms follow.

    Args:
        version: of the return that was being looked at.
    Raises:
        InvalidInput: neither payments nor "we paid nothing", or both, or too many payments.
        CaseChanged: written elsewhere meanwhile, or not open.
    """
    _check_answer(payments, nothing_paid=nothing_paid)
    # Before anything is locked: what is published doesn't change.
    verdicts = [judge(payment) for payment in payments]
    with transaction.atomic():
        locked = _open_return(row, version)
        before = set(locked.paid_items.values_list("item_key", flat=True))
        locked.paid_items.all().delete()
        items = PaidItem.objects.bulk_create(
            _paid_item(locked, position, payment, verdict)
            for position, (payment, verdict) in enumerate(zip(payments, verdicts, strict=True), start=1)
        )
        locked.status, locked.submitted_at, locked.version = Status.SUBMITTED, timezone.now(), locked.version + 1
        locked.draft_rows = [row_of(payment) for payment in payments]
        locked.nothing_paid, locked.remark = nothing_paid, remark.strip()[:1000]
        locked.save()
        _keep_submission(locked, payments)
        alarms_update(locked.round.quarter, before | {item.item_key for item in items}, locked.point.division_id)
    return locked


def _check_answer(payments: Sequence[Payment], *, nothing_paid: bool) -> None:
    if nothing_paid and payments:
        raise InvalidInput(
            {"nothing_paid": [_("You list payments and say that nothing was paid. Untick the box or remove the rows.")]}
        )
    if not nothing_paid and not payments:
        raise InvalidInput({"nothing_paid": [_("List what was paid, or tick that nothing was.")]})
    if len(payments) > MOST_ROWS:
        raise InvalidInput({"": [_("At most %(count)d payments fit into one return.") % {"count": MOST_ROWS}]})


def _open_return(row: QuarterlyReturn, version: int) -> QuarterlyReturn:
    locked = locked_return(row)
    if not locked.is_editable:
        raise CaseChanged(_("This round is closed. Ask the responsible department if something has to be put right."))
    if locked.version != version:
        raise CaseChanged(_("This return was changed elsewhere since you opened it. Reload the page and look again."))
    return locked


def _paid_item(row: QuarterlyReturn, position: int, payment: Payment, verdict: Verdict) -> PaidItem:
    values = {name: value for name, value in asdict(payment).items() if name != "division"}
    return PaidItem(
        quarterly_return=row,
        position=position,
        item_key=item_key(payment.item),
        division_id=payment.division,
        **values,
        **kept(verdict),
    )


def item_key(item: str) -> str:
    """By what several points' payments are taken for the same: without blanks and punctuation; never empty."""
    return bare_name(item) or item.strip()


def _keep_submission(row: QuarterlyReturn, payments: Sequence[Payment]) -> None:
    assert row.submitted_at is not None
    Submission.objects.create(
        quarterly_return=row,
        number=row.submissions.count() + 1,
        nothing_paid=row.nothing_paid,
        remark=row.remark,
        rows=[row_of(payment) for payment in payments],
        submitted_at=row.submitted_at,
    )


def row_of(payment: Payment) -> dict[str, str]:
    """A payment as it would be typed."""
    plain = {name: "" if value is None else str(value) for name, value in asdict(payment).items()}
    if payment.quantity is not None:
        plain["quantity"] = f"{payment.quantity.normalize():f}"
    return plain


def rows_of_quarter_before(row: QuarterlyReturn) -> list[dict[str, str]]:
    """What the point submitted for the quarter before, without days and amounts: what is paid again and again."""
    before = row.round.quarter.before
    items = PaidItem.objects.filter(
        quarterly_return__point=row.point_id,
        quarterly_return__status=Status.SUBMITTED,
        quarterly_return__round__year=before.year,
        quarterly_return__round__quarter_number=before.number,
    )
    kept_fields = ("item", "payee", "payee_type", "payee_code", "unit")
    return [
        {
            **dict.fromkeys(ROW_FIELDS, ""),
            **{name: getattr(item, name) for name in kept_fields},
            "division": item.division_id,
        }
        for item in items.order_by("position")
    ]
