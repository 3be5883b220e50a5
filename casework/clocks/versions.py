"""Versions of a statutory period: drafted, reviewed by a second person, published. A published one never changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.clocks.models import StatutoryPeriod
from casework.clocks.recompute import Effect, apply_change, preview_change
from casework.clocks.seen import fingerprint

Status = StatutoryPeriod.Status
# What a successor takes over from the version before it.
_COPIED = (
    "code", "division", "name", "amount", "unit", "due_month", "due_day", "start_day_excluded", "roll_forward",
    "hard_cap", "pausable", "starts_on", "stops_on", "responsible", "warning_leads", "citation", "certainty",
)  # fmt: skip


# What a person reviews and publishes.
REVIEWED_FIELDS = (*_COPIED, "effective_from", "effective_to")


def period_fingerprint(period: StatutoryPeriod) -> str:
    """A mark of what a version says; another one as soon as anybody changes it."""
    return fingerprint(*(getattr(period, name) for name in REVIEWED_FIELDS))


def version_before(period: StatutoryPeriod) -> StatutoryPeriod | None:
    """The published version of the same rule and division that this one follows."""
    others = StatutoryPeriod.objects.filter(code=period.code, division=period.division, status=Status.PUBLISHED)
    return others.filter(version__lt=period.version).order_by("-version").first()


def draft_after(period: StatutoryPeriod) -> StatutoryPeriod | None:
    """The version of the same rule and division that is being prepared."""
    others = StatutoryPeriod.objects.filter(code=period.code, division=period.division)
    return others.exclude(status=Status.PUBLISHED).order_by("version").first()


def next_version(code: str, division: str) -> int:
    """The number that a rule's next version gets."""
    rows = StatutoryPeriod.objects.filter(code=code, division=division)
    return (rows.aggregate(last=Max("version"))["last"] or 0) + 1


def period_succeed(*, period: StatutoryPeriod, user: Any) -> StatutoryPeriod:
    """Begin the draft of a rule's next version as a copy of this one, in force from tomorrow until told otherwise."""
    values = {name: getattr(period, name) for name in _COPIED}
    with transaction.atomic():
        return StatutoryPeriod.objects.create(
            **values,
            version=next_version(period.code, period.division),
            effective_from=timezone.localdate() + timedelta(days=1),
            status=Status.DRAFT,
            drafted_by=user,
        )


def period_draft(*, period: StatutoryPeriod, user: Any) -> StatutoryPeriod:
    """Save a draft, new or changed. Whoever wrote last is its drafter; a review of the text before is void.

    Raises:
        ValidationError: the version is published, or its values contradict each other.
    """
    with transaction.atomic():
        if period.pk:
            _locked(period, Status.DRAFT, Status.REVIEWED)
        else:
            period.version = next_version(period.code, period.division)
        period.status, period.drafted_by = Status.DRAFT, user
        period.reviewed_by = period.reviewed_at = None
        period.full_clean()
        period.save()
    return period


def period_review(*, period: StatutoryPeriod, user: Any, seen: str = "") -> StatutoryPeriod:
    """A second person has compared the draft with its source.

    Args:
        seen: the mark of what the user was looking at; "" asks no such question.
    Raises:
        ValidationError: the drafter reviews the own work, it is no draft any more, or it was changed meanwhile.
    """
    with transaction.atomic():
        row = _locked(period, Status.DRAFT, seen=seen)
        if row.drafted_by_id == user.pk:
            raise ValidationError(_("You wrote this draft. A second person has to review it."))
        row.full_clean()
        row.status, row.reviewed_by, row.reviewed_at = Status.REVIEWED, user, timezone.now()
        row.save()
    return row


def period_return(*, period: StatutoryPeriod, user: Any) -> StatutoryPeriod:
    """Put a reviewed version back to draft."""
    with transaction.atomic():
        row = _locked(period, Status.REVIEWED)
        row.status, row.reviewed_by, row.reviewed_at = Status.DRAFT, None, None
        row.save()
    return row


def period_preview(period: StatutoryPeriod) -> Effect:
    """What publishing would do to the open deadlines; nothing is kept."""
    return preview_change(lambda: _publish(period, None))


def period_publish(*, period: StatutoryPeriod, user: Any, seen: str = "") -> tuple[StatutoryPeriod, Effect]:
    """Bring a reviewed version into force from its day on, and move the open deadlines that started since then.

    Args:
        seen: the mark of what the user was looking at; "" asks no such question.
    Raises:
        ValidationError: not reviewed, changed meanwhile, or it begins no later than the version before it.
    """
    rows: list[StatutoryPeriod] = []
    effect = apply_change(lambda: rows.append(_publish(period, user, seen)), lambda: _cause(rows[0]))
    return rows[0], effect


def _publish(period: StatutoryPeriod, user: Any, seen: str = "") -> StatutoryPeriod:
    row = _locked(period, Status.REVIEWED, seen=seen)
    _check_order(row)
    row.status, row.published_by, row.published_at = Status.PUBLISHED, user, timezone.now()
    row.save()
    return row


def _check_order(period: StatutoryPeriod) -> None:
    """Versions follow each other by number and by day, so that one day has one version."""
    others = StatutoryPeriod.objects.filter(code=period.code, division=period.division, status=Status.PUBLISHED)
    last = others.order_by("-effective_from").first()
    if last and (period.effective_from <= last.effective_from or period.version < last.version):
        raise ValidationError(
            {
                "effective_from": _("Version %(version)s is in force from %(day)s: this one has to start later.")
                % {"version": last.version, "day": last.effective_from.isoformat()}
            }
        )


def _cause(period: StatutoryPeriod) -> str:
    return f"{period.name} v{period.version}：{period.citation}"


def _locked(period: StatutoryPeriod, *statuses: str, seen: str = "") -> StatutoryPeriod:
    row = StatutoryPeriod.objects.select_for_update().filter(pk=period.pk, status__in=statuses).first()
    if row is None or (seen and seen != period_fingerprint(row)):
        raise ValidationError(_("Somebody changed this version or its status meanwhile. Look at it again."))
    return row
