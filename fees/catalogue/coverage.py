"""How far the publishing of lists has got: which places and departments have published, and how old it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from casework.cases.terms import terms_in_force
from casework.parties.models import Division
from fees.catalogue.models import CatalogueList
from fees.catalogue.selectors import lists_with_newest

OLD_AFTER = "fee.list_age"


class Standing(TextChoices):
    """How a list stands."""

    GAP = "gap", _("Not published")
    OLD = "old", _("Old")
    CURRENT = "current", _("Up to date")


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a place or a department has got.

    Attributes:
        name: of the province or the publisher.
        place: with the divisions above it.
        list: None where there is none at all.
        published_from: the day of the newest version; None: not published.
        age_days: since that day; below 0 where the version is not in force yet.
    """

    name: str
    place: str
    list: CatalogueList | None
    published_from: date | None
    age_days: int | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class Covered:
    """What meets the filter, and how all of it stands.

    Attributes:
        counts: by standing, before the filter.
    """

    provinces: list[Coverage]
    others: list[Coverage]
    counts: dict[Standing, int]


def coverage(today: date, *, words: str = "", standing: str = "") -> Covered:
    """Provinces, and all other lists, the gaps first, then the oldest.

    Args:
        words: each of them has to occur in the name of the place, publisher or list, or in their code.
        standing: one of `Standing`; "" for all.
    """
    rows = list(lists_with_newest())
    old_after = days_until_old(today)
    others = [row for row in rows if row.division.level != Division.Level.PROVINCE]
    places = _provinces(rows, today, old_after)
    rest = [_covered(row.division, row, today, old_after) for row in others]
    counts = {one: sum(row.standing == one for row in (*places, *rest)) for one in Standing}
    wanted = words.casefold().split()
    return Covered(_narrowed(places, wanted, standing), _narrowed(rest, wanted, standing), counts)


def days_until_old(on: date) -> int:
    """From which age on a list counts as old.

    Raises:
        LookupError: the reference data are not loaded.
    """
    term = terms_in_force(OLD_AFTER, on).order_by("-effective_from", "-version").first()
    if term is None:
        raise LookupError(f"No entry of {OLD_AFTER} is in force on {on}: run manage.py load_reference.")
    return int(term.code)


def _provinces(rows: list[CatalogueList], today: date, old_after: int) -> list[Coverage]:
    by_place: dict[str, list[CatalogueList | None]] = {}
    for row in rows:
        by_place.setdefault(row.division_id, []).append(row)
    none: list[CatalogueList | None] = [None]
    provinces = Division.objects.filter(level=Division.Level.PROVINCE).order_by("code")
    return [_covered(one, row, today, old_after) for one in provinces for row in by_place.get(one.code) or none]


def _covered(place: Division, row: CatalogueList | None, today: date, old_after: int) -> Coverage:
    since = row.published_from if row else None  # type: ignore[attr-defined]
    age = (today - since).days if since else None
    name = row.publisher_name if row and place.level != Division.Level.PROVINCE else place.name
    return Coverage(name, place.full_name, row, since, age, _standing(age, old_after))


def _standing(age: int | None, old_after: int) -> Standing:
    if age is None:
        return Standing.GAP
    return Standing.OLD if age > old_after else Standing.CURRENT


def _narrowed(rows: Iterable[Coverage], words: list[str], standing: str) -> list[Coverage]:
    met = (row for row in rows if standing in ("", row.standing) and _holds(row, words))
    return sorted(met, key=lambda row: (row.published_from is not None, row.published_from or date.min))


def _holds(row: Coverage, words: list[str]) -> bool:
    own = (row.list.name, row.list.code, row.list.publisher_name) if row.list else ()
    text = " ".join((row.name, row.place, *own)).casefold()
    return all(word in text for word in words)
