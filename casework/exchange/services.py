"""Putting packages on their way, delivering them strictly in sequence, and taking in what the platforms answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.cases.actors import Actor
from casework.cases.errors import InvalidInput
from casework.cases.models import OutboxMessage
from casework.cases.outbox import outbox_put
from casework.cases.timeline import json_ready
from casework.exchange.adapters import Answer, DeliveryError, adapter_of
from casework.exchange.models import Attempt, Package, Platform
from casework.exchange.packing import digest, package_files

CHANNEL = "exchange"
FIRST_WAIT = timedelta(seconds=25)
LONGEST_WAIT = timedelta(hours=6)
# Names this room's advisory locks.
_DELIVERING = 0x65786368
Status = Package.Status


def package_put(
    *,
    platform: str,
    kind: str,
    records: Sequence[Mapping[str, object]],
    key: str,
    actor: Actor,
    is_development: bool = False,
) -> Package:
    """Number a package and leave its delivery to a worker; in the caller's transaction.

    Args:
        platform: its code.
        kind: of `Package.Kind`.
        records: what the platform reads, by our names of the fields.
        key: the same for the same occasion; a second package with it is not made, the first one is given back.
    Raises:
        InvalidInput: no such platform, or it is not active.
    """
    # The row lock makes the numbers gapless: a rolled-back package gives its number back.
    row = Platform.objects.select_for_update().filter(pk=platform, is_active=True).first()
    if row is None:
        raise InvalidInput({"platform": [_("The platform %(code)s is not set up.") % {"code": platform}]})
    known = Package.objects.filter(key=key).first()
    if known is not None:
        return known
    row.last_sequence += 1
    row.save(update_fields=["last_sequence"])
    package = Package.objects.create(
        platform=row,
        sequence=row.last_sequence,
        kind=kind,
        key=key,
        records=[json_ready(record) for record in records],
        created_at=actor.moment,
        next_attempt_at=timezone.now(),
        is_development=is_development,
    )
    outbox_put(channel=CHANNEL, key=f"exchange-{package.pk}", payload={"platform": row.pk})
    return package


def relay_nudged(message: OutboxMessage) -> None:
    """A package waits for this platform; beat tries again what fails now."""
    platform_relay(platform=message.payload["platform"])


def platform_relay(*, platform: str) -> int:
    """Deliver what waits for a platform, in sequence, until one fails.

    Returns:
        how many were delivered.
    """
    delivered = 0
    while _relay_one(platform):
        delivered += 1
    return delivered


def relay_all() -> int:
    """Deliver what waits, and read the answers that came.

    Returns:
        how many packages were delivered.
    """
    delivered = 0
    for code in Platform.objects.filter(is_active=True).values_list("pk", flat=True):
        delivered += platform_relay(platform=code)
        answers_read(platform=code)
    return delivered


@transaction.atomic
def _relay_one(code: str) -> bool:
    if not _delivers_alone(code):
        return False
    platform = Platform.objects.get(pk=code)
    package = Package.objects.select_related("platform").filter(platform=platform).waiting().first()
    if package is None or package.next_attempt_at > timezone.now():
        return False
    package.platform = platform
    package.previous_manifest = platform.last_manifest
    files = package_files(package)
    manifest = digest(files["manifest.json"])
    package.attempts_made += 1
    try:
        answer = adapter_of(platform).deliver(platform, package.name, manifest, files)
    except DeliveryError as error:
        _postpone(package, str(error))
        return False
    _delivered(platform, package, manifest)
    if answer is not None:
        _take(package, answer)
    package.save()
    return True


def _delivers_alone(code: str, *, wait: bool = False) -> bool:
    """Whether this transaction is the only one that delivers to a platform.

    A lock of its own, not the platform's row: numbering a package must not wait for a platform that is slow.
    """
    ask = "pg_advisory_xact_lock(%s, hashtext(%s)), true" if wait else "pg_try_advisory_xact_lock(%s, hashtext(%s))"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {ask}", [_DELIVERING, code])
        return bool(cursor.fetchone()[-1])


def _postpone(package: Package, why: str) -> None:
    wait = min(FIRST_WAIT * 4 ** (min(package.attempts_made, 10) - 1), LONGEST_WAIT)
    package.next_attempt_at = timezone.now() + wait
    package.previous_manifest = ""
    package.save(update_fields=["attempts_made", "next_attempt_at"])
    _note(package, "failed", why)


def _delivered(platform: Platform, package: Package, manifest: str) -> None:
    package.manifest_sha256, package.status, package.delivered_at = manifest, Status.DELIVERED, timezone.now()
    Platform.objects.filter(pk=platform.pk).update(last_manifest=manifest)
    _note(package, "delivered", manifest)


def _note(package: Package, outcome: str, detail: str) -> None:
    Attempt.objects.create(package=package, at=timezone.now(), outcome=outcome, detail=detail[:1000])


def answers_read(*, platform: str) -> int:
    """Take in the answers that a platform left; one that names another digest or number is kept as a fault.

    Returns:
        how many packages got their answer.
    """
    taken = 0
    row = Platform.objects.get(pk=platform)
    try:
        answers = list(adapter_of(row).answers(row))
    except DeliveryError:
        return 0
    for answer in answers:
        taken += package_acknowledge(platform=platform, answer=answer)
    return taken


@transaction.atomic
def package_acknowledge(*, platform: str, answer: Answer) -> bool:
    """Take in an answer.

    Returns:
        whether it was new and meant a package of ours.
    """
    rows = Package.objects.select_for_update().filter(platform=platform, sequence=answer.sequence)
    package = rows.exclude(status=Status.WAITING).first()
    if package is None or package.answered_at is not None:
        return False
    if not _take(package, answer):
        return False
    package.save()
    return True


def _take(package: Package, answer: Answer) -> bool:
    if answer.manifest != package.manifest_sha256:
        if package.remark != _WRONG:
            _note(package, "wrong_digest", answer.manifest)
            package.remark = _WRONG
            package.save(update_fields=["remark"])
        return False
    if not answer.is_accepted:
        package.status = Status.REFUSED
    else:
        package.status = Status.PARTLY_REFUSED if answer.refused else Status.ACKNOWLEDGED
    package.answered_at = timezone.now()
    package.answer = {"accepted": answer.is_accepted, "rejected": answer.refused, "reason": answer.reason}
    _note(package, package.status, answer.reason)
    return True


_WRONG = "answer with another digest"


@transaction.atomic
def package_resend(*, package: Package) -> Package:
    """Send a package again as it was: same number, same content, same digest.

    Raises:
        InvalidInput: it waits still.
    """
    row = Package.objects.select_for_update(of=("self",)).select_related("platform").get(pk=package.pk)
    if row.status == Status.WAITING:
        row.next_attempt_at = timezone.now()
        row.save(update_fields=["next_attempt_at"])
        outbox_put(channel=CHANNEL, key=f"exchange-{row.pk}-{row.attempts_made}", payload={"platform": row.platform_id})
        return row
    files = package_files(row)
    row.attempts_made += 1
    try:
        answer = adapter_of(row.platform).deliver(row.platform, row.name, row.manifest_sha256, files)
    except DeliveryError as error:
        row.save(update_fields=["attempts_made"])
        _note(row, "failed", str(error))
        return row
    _note(row, "sent_again", row.manifest_sha256)
    row.status, row.answered_at, row.remark = Status.DELIVERED, None, ""
    if answer is not None:
        _take(row, answer)
    row.save()
    return row


@transaction.atomic
def package_set_aside(*, package: Package, reason: str) -> Package:
    """Let the packages behind one that can't be delivered go on without it.

    Raises:
        InvalidInput: no reason, or it was delivered.
    """
    if not reason.strip():
        raise InvalidInput({"reason": [_("Say why the platform doesn't get this package.")]})
    _delivers_alone(package.platform_id, wait=True)
    row = Package.objects.select_for_update(of=("self",)).get(pk=package.pk)
    if row.status != Status.WAITING:
        raise InvalidInput({"": [_("Only a package that waits can be set aside.")]})
    row.status, row.remark = Status.SET_ASIDE, reason.strip()
    row.save(update_fields=["status", "remark"])
    _note(row, "set_aside", reason.strip())
    return row


def package_is_whole(package: Package) -> bool:
    """Whether the package, built anew, has the digest under which it was delivered."""
    return digest(package_files(package)["manifest.json"]) == package.manifest_sha256
