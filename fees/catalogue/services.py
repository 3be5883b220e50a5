"""Writing lists: draft, checks, review by a second person, publication. A published version never changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from fees.catalogue.announcing import announce_version
from fees.catalogue.contents import complete_entry, copy_entry, needs_reason, settle_status
from fees.catalogue.kinds import CheckKind
from fees.catalogue.models import CatalogueEntry, CatalogueList, CatalogueVersion, VersionCheck
from fees.catalogue.selectors import version_before

Status = CatalogueVersion.Status
Outcome = VersionCheck.Outcome
BATCH = 500


def version_draft(*, fee_list: CatalogueList, user: Any, effective_from: date | None = None) -> CatalogueVersion:
    """Begin the next version as a copy of the last published one; what that one cancelled is left out.

    Args:
        effective_from: tomorrow, if not told.
    Raises:
        ValidationError: another version of the list is being prepared.
    """
    with transaction.atomic():
        rows = CatalogueList.objects.select_for_update().get(pk=fee_list.pk).versions
        if rows.exclude(status=Status.PUBLISHED).exists():
            raise ValidationError(_("A version of this list is being prepared already."))
        version = CatalogueVersion.objects.create(
            fee_list=fee_list,
            number=(rows.aggregate(last=Max("number"))["last"] or 0) + 1,
            effective_from=effective_from or timezone.localdate() + timedelta(days=1),
            drafted_by=user,
        )
        before = version_before(version)
        kept = before.entries.exclude(status=CatalogueEntry.Status.CANCELLED) if before else ()
        CatalogueEntry.objects.bulk_create([copy_entry(entry, version=version) for entry in kept], batch_size=BATCH)
    return version


def version_change(*, version: CatalogueVersion, user: Any) -> CatalogueVersion:
    """Save the head of a draft: its day and its source.

    Raises:
        ValidationError: it is no draft any more, or a value is wrong.
    """
    with transaction.atomic():
        row = _touch(version, user)
        for name in ("effective_from", "source_title", "source_url", "citation", "certainty"):
            setattr(row, name, getattr(version, name))
        row.full_clean()
        row.save()
    return row


def version_discard(*, version: CatalogueVersion) -> None:
    """Delete a draft with its entries and checks."""
    with transaction.atomic():
        _locked(version, Status.DRAFT).delete()


def entry_save(*, entry: CatalogueEntry, user: Any) -> CatalogueEntry:
    """Add or change an entry of a draft. Its status against the version before is found, not told.

    Raises:
        ValidationError: the version is no draft any more, or a value is wrong.
    """
    with transaction.atomic():
        version = _touch(entry.version, user)
        version.save()
        entry.version, entry.fee_list_id = version, version.fee_list_id
        complete_entry(entry)
        before = version_before(version)
        settle_status(entry, before.entries.filter(key=entry.key).first() if before else None)
        entry.full_clean()
        if needs_reason(entry):
            raise ValidationError({"change_reason": _("Give the reason of the change.")})
        entry.save()
    return entry


def entry_delete(*, entry: CatalogueEntry, user: Any) -> None:
    """Take an entry out of a draft. What the version before had counts as cancelled from this version on."""
    with transaction.atomic():
        _touch(entry.version, user).save()
        entry.delete()


def entries_replace(
    *, version: CatalogueVersion, entries: Sequence[CatalogueEntry], user: Any, revision: int | None = None
) -> int:
    """Put entries that were read and found right in the place of all entries of a draft.

    Args:
        entries: complete and settled, as `read_entries` gives them.
        revision: of the draft that they were compared with; None asks no such question.
    Returns:
        how many there are now.
    Raises:
        ValidationError: the version is no draft any more, or was changed meanwhile.
    """
    with transaction.atomic():
        row = _touch(version, user, revision)
        row.save()
        row.entries.all().delete()
        for entry in entries:
            entry.pk, entry.version, entry.fee_list_id = None, row, row.fee_list_id
        return len(CatalogueEntry.objects.bulk_create(entries, batch_size=BATCH))


def check_record(
    *,
    version: CatalogueVersion,
    user: Any,
    kind: str,
    outcome: str,
    checked_on: date,
    document: str = "",
    remark: str = "",
    revision: int | None = None,
) -> VersionCheck:
    """Record a check of a draft as it stands; a later change of the draft asks for another.

    Args:
        document: the opinion, or its number; a check that was made has one.
        remark: why no check was needed.
    Raises:
        ValidationError: no draft, changed meanwhile, a day to come, or a check without its ground.
    """
    if checked_on > timezone.localdate():
        raise ValidationError({"checked_on": _("This day has not come yet.")})
    if outcome == Outcome.NOT_NEEDED and not remark.strip():
        raise ValidationError({"remark": _("Say why no check is needed.")})
    if outcome != Outcome.NOT_NEEDED and not document.strip():
        raise ValidationError({"document": _("Name the opinion, or its number.")})
    with transaction.atomic():
        row = _locked(version, Status.DRAFT, revision=revision)
        check = VersionCheck(
            version=row, kind=kind, outcome=outcome, revision=row.revision, document=document.strip(),
            remark=remark.strip(), checked_on=checked_on, recorded_by=user,
        )  # fmt: skip
        check.full_clean()
        check.save()
    return check


def version_faults(version: CatalogueVersion) -> list[str]:
    """Why a draft can't be reviewed yet; empty when it can."""
    faults = []
    if not version.entries.exists():
        faults.append(_("The version has no entries."))
    changing = version.entries.exclude(status__in=["kept", "added"]).filter(change_reason="")
    faults += [
        _("%(item)s changes without a reason.") % {"item": name} for name in changing.values_list("name", flat=True)
    ]
    return faults + _check_faults(version)


def _check_faults(version: CatalogueVersion) -> list[str]:
    latest = {check.kind: check for check in version.checks.order_by("id")}
    faults = []
    for kind in CheckKind:
        check = latest.get(kind)
        if check is None:
            faults.append(_("Not recorded: %(check)s.") % {"check": kind.label})
        elif check.revision != version.revision:
            faults.append(_("The draft was changed since this check: %(check)s.") % {"check": kind.label})
        elif check.outcome == Outcome.FAILED:
            faults.append(_("Not passed: %(check)s.") % {"check": kind.label})
    return faults


def version_review(*, version: CatalogueVersion, user: Any, revision: int | None = None) -> CatalogueVersion:
    """A second person has compared the draft with its source.

    Args:
        revision: of the draft that the user was looking at.
    Raises:
        ValidationError: the drafter reviews the own work, something is missing, or it was changed meanwhile.
    """
    with transaction.atomic():
        row = _locked(version, Status.DRAFT, revision=revision)
        if row.drafted_by_id == user.pk:
            raise ValidationError(_("You wrote this draft last. A second person has to review it."))
        if faults := version_faults(row):
            raise ValidationError(faults)
        row.status, row.reviewed_by, row.reviewed_at = Status.REVIEWED, user, timezone.now()
        row.save()
    return row


def version_return(*, version: CatalogueVersion) -> CatalogueVersion:
    """Put a reviewed version back to draft."""
    with transaction.atomic():
        row = _locked(version, Status.REVIEWED)
        row.status, row.reviewed_by, row.reviewed_at = Status.DRAFT, None, None  # type: ignore[assignment]
        row.save()
    return row


def version_publish(*, version: CatalogueVersion, user: Any, revision: int | None = None) -> CatalogueVersion:
    """Publish a reviewed version: it is in force from its day on, and the one before it until the day before.

    Raises:
        ValidationError: not reviewed, changed meanwhile, or it begins no later than the version before it.
    """
    with transaction.atomic():
        CatalogueList.objects.select_for_update().get(pk=version.fee_list_id)
        row = _locked(version, Status.REVIEWED, revision=revision)
        before = version_before(row)
        if before and row.effective_from <= before.effective_from:
            raise ValidationError(
                _("Version %(number)s is in force from %(day)s: this one has to start later.")
                % {"number": before.number, "day": before.effective_from.isoformat()}
            )
        if before:
            before.effective_to = row.effective_from - timedelta(days=1)
            before.save(update_fields=["effective_to"])
        row.status, row.published_by, row.published_at = Status.PUBLISHED, user, timezone.now()
        row.save()
        announce_version(row)
    return row


def _touch(version: CatalogueVersion, user: Any, revision: int | None = None) -> CatalogueVersion:
    """Lock a draft that is about to be changed: whoever writes last is its drafter, and checks of before are stale."""
    row = _locked(version, Status.DRAFT, revision=revision)
    row.revision, row.drafted_by = row.revision + 1, user
    return row


def _locked(version: CatalogueVersion, status: str, revision: int | None = None) -> CatalogueVersion:
    row = CatalogueVersion.objects.select_for_update().filter(pk=version.pk, status=status).first()
    if row is None or revision not in (None, row.revision):
        raise ValidationError(_("Somebody changed this version or its status meanwhile. Look at it again."))
    return row
