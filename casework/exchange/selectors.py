"""Reading the exchange: what waits too long, and whether the chain of packages is whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from casework.exchange.models import Package, Platform
from casework.exchange.services import package_is_whole

Status = Package.Status
# After so many attempts somebody has to look: by then more than an hour has passed.
MANY_ATTEMPTS = 5


def unanswered(platform: Platform) -> QuerySet[Package]:
    """What the platform has had for longer than it may take to answer."""
    since = timezone.now() - timedelta(days=platform.answer_days)
    return platform.packages.filter(status=Status.DELIVERED, delivered_at__lt=since)


def stuck() -> QuerySet[Package]:
    """What could not be delivered again and again; everything behind it waits too."""
    return Package.objects.filter(status=Status.WAITING, attempts_made__gte=MANY_ATTEMPTS, platform__is_active=True)


def exchange_fault() -> str:
    """What is wrong with the exchange, for /readyz; "" while it runs. A platform that is slow to answer is no fault."""
    row = stuck().order_by("pk").first()
    return f"package {row} can't be delivered" if row else ""


def chain_faults(platform: Platform) -> Iterator[str]:
    """Every gap in the numbers, every package that is not what was delivered, every break in the chain."""
    manifest, expected = "", 1
    for package in platform.packages.order_by("sequence").iterator():
        if package.sequence != expected:
            yield f"{package}: number {expected} is missing"
        expected = package.sequence + 1
        if package.status in (Status.WAITING, Status.SET_ASIDE):
            continue
        if package.previous_manifest != manifest:
            yield f"{package}: doesn't follow the package before it"
        if not package_is_whole(package):
            yield f"{package}: its content is not what was delivered"
        manifest = package.manifest_sha256
    if platform.packages.exists() and platform.last_sequence != expected - 1:
        yield f"{platform.code}: the last number is {platform.last_sequence}, found was {expected - 1}"
