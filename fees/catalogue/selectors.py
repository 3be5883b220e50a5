"""Reading lists, versions and entries."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Count, Max, Q, QuerySet

from casework.parties.models import NATION
from fees.catalogue.models import CatalogueEntry, CatalogueList, CatalogueVersion

PUBLISHED = CatalogueVersion.Status.PUBLISHED


def places_above(division: str) -> list[str]:
    """A division's code with those of the divisions that it lies in, the nation included."""
    return sorted({division, division[:4] + "00", division[:2] + "0000", NATION})


def version_before(version: CatalogueVersion) -> CatalogueVersion | None:
    """The published version that this one follows."""
    others = CatalogueVersion.objects.filter(fee_list=version.fee_list_id, status=PUBLISHED)
    return others.filter(number__lt=version.number).order_by("-number").first()


def published_versions() -> QuerySet[CatalogueVersion]:
    """The versions that everybody may read, with their lists."""
    return CatalogueVersion.objects.filter(status=PUBLISHED).select_related("fee_list__division__parent__parent")


def newest_versions() -> QuerySet[CatalogueVersion]:
    """Published versions, the newest first."""
    return published_versions().order_by("-published_at", "-id")


def lists_with_newest() -> QuerySet[CatalogueList]:
    """Lists with `published_from`, the day from which their newest version is in force, and `version_count`."""
    published = Q(versions__status=PUBLISHED)
    rows = CatalogueList.objects.annotate(
        published_from=Max("versions__effective_from", filter=published),
        version_count=Count("versions", filter=published),
    )
    return rows.select_related("division__parent__parent").order_by("division_id", "kind", "code")


def published_lists() -> QuerySet[CatalogueList]:
    """Lists that have a published version, as `lists_with_newest` gives them."""
    rows: QuerySet[Any] = lists_with_newest()
    return rows.filter(published_from__isnull=False)


def published_entries() -> QuerySet[CatalogueEntry]:
    """The entries that everybody may read, with version and list."""
    return CatalogueEntry.objects.filter(version__status=PUBLISHED).select_related("version__fee_list", "division")


def entries_in_force(day: date) -> QuerySet[CatalogueEntry]:
    """The entries of the versions in force on a day, cancelled and suspended ones included.

    Lists and divisions are for the caller to fetch: joined here, they would be joined to thousands of rows of which one
    page is shown.
    """
    begun = Q(version__effective_from__lte=day)
    not_ended = Q(version__effective_to=None) | Q(version__effective_to__gte=day)
    return CatalogueEntry.objects.filter(begun, not_ended, version__status=PUBLISHED)


def search_entries(
    *, words: Sequence[str], payee: str, division: str, kind: str, day: date, close: bool = False
) -> QuerySet[CatalogueEntry]:
    """Entries in force on a day.

    Args:
        words: each of them has to occur in the names, parts, payee or service.
        division: of this place and those above; "" of every place.
        close: names that are like the words instead, for a search that found nothing.
    """
    rows = entries_in_force(day).prefetch_related("version__fee_list", "division")
    text = unicodedata.normalize("NFKC", " ".join(words)).casefold()
    if close and text:
        rows = rows.filter(name__trigram_similar=text)
    else:
        for word in text.split():
            found = {"pairs__contains": [word]} if len(word) == 2 else {"search_text__contains": word}
            rows = rows.filter(**found)
    if payee:
        rows = rows.filter(payee__icontains=payee)
    if division:
        rows = rows.filter(division__in=places_above(division))
    if kind:
        rows = rows.filter(kind=kind)
    if not text:
        return rows.order_by("fee_list_id", "position", "id")
    return rows.annotate(likeness=TrigramSimilarity("name", text)).order_by(
        "-likeness", "fee_list_id", "position", "id"
    )


def history_of(entry: CatalogueEntry) -> list[CatalogueEntry]:
    """The same item in all published versions of its list, the newest first."""
    rows = published_entries().filter(fee_list=entry.fee_list_id, key=entry.key)
    return list(rows.order_by("-version__number"))


def entries_for_company(*, industry: str, matter: str, division: str, day: date) -> QuerySet[CatalogueEntry]:
    """What a company may be asked to pay on a day: the lists of its place and above, without what is stopped.

    An entry without industries concerns all, one without matters any of them.
    """
    rows = entries_in_force(day).filter(division__in=places_above(division))
    rows = rows.prefetch_related("version__fee_list", "division")
    stopped = Q(status__in=["cancelled", "suspended"], valid_to=None) | Q(valid_to__lt=day) | Q(valid_from__gt=day)
    rows = rows.exclude(stopped).exclude(enterprise_related=False)
    if industry:
        rows = rows.filter(Q(industries=[]) | Q(industries__contains=[industry]))
    if matter:
        rows = rows.filter(Q(matters=[]) | Q(matters__contains=[matter]))
    return rows.order_by("kind", "-division_id", "fee_list_id", "position", "id")
