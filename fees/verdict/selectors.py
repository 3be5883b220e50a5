"""The items of the catalogue that a charge may mean, in all their published versions: two questions to the database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Q, QuerySet

from fees.catalogue.contents import OUT_OF_FORCE
from fees.catalogue.models import CatalogueEntry
from fees.catalogue.selectors import PUBLISHED, places_above
from fees.catalogue.standards import standard_from_json
from fees.verdict.engine import Listed, Verdict, fee_check
from fees.verdict.likeness import bare_name

# More than are shown: likeness by the engine's measure orders them anew, and an item stands in many versions.
MOST_ROWS = 30
# What the engine takes, by where it stands.
_COLUMNS = {
    "id": "id",
    "key": "key",
    "name": "name",
    "kind": "kind",
    "list_code": "version__fee_list__code",
    "list_name": "version__fee_list__name",
    "version": "version__number",
    "division": "division",
    "effective_from": "version__effective_from",
    "effective_to": "version__effective_to",
    "standard": "standard",
    **{
        name: name
        for name in (
            "parent_item", "sub_items", "payee", "legal_basis", "standard_text", "valid_from", "valid_to",
            "change_reason",
        )
    },
}  # fmt: skip


def check_charge(
    *,
    item: str,
    division: str,
    charged_on: date,
    amount: Decimal,
    payee: str | None = None,
    quantity: Decimal | None = None,
    unit: str | None = None,
    base: Decimal | None = None,
) -> tuple[Verdict, ...]:
    """The verdicts about a charge against the catalogue; see `fee_check`."""
    entries = listed_like(item, division)
    return fee_check(item, payee, division, charged_on, amount, quantity, unit, base, entries=entries)


def listed_like(item: str, division: str) -> list[Listed]:
    """What published versions of the place and above have that is like a name, in all versions of each item."""
    items = _items_like(item, division)
    if not items:
        return []
    # Two short lists are answered from the index on both; what they pair wrongly is left out here.
    rows = CatalogueEntry.objects.filter(
        fee_list__in={fee_list for fee_list, _key in items}, key__in={key for _list, key in items}
    )
    # Columns, not models: of the many versions of the items that may be meant, most are looked at once.
    found = rows.filter(version__status=PUBLISHED).order_by().values_list("fee_list", "status", *_COLUMNS.values())
    return [
        _listed(status, dict(zip(_COLUMNS, columns, strict=True)))
        for fee_list, status, *columns in found
        if (fee_list, columns[1]) in items
    ]


def _items_like(item: str, division: str) -> set[tuple[int, str]]:
    name = bare_name(item)
    rows = _in_places(division).filter(Q(name__trigram_similar=name) | _part_of(name))
    rows = rows.annotate(likeness=TrigramSimilarity("name", name)).order_by("-likeness")
    found = rows.values_list("fee_list_id", "key")[:MOST_ROWS]
    return set(found)


def _part_of(name: str) -> Q:
    """A name within a longer one, or within its parts; too short a word would find half the catalogue."""
    return Q(search_text__contains=name) if len(name) > 2 else Q()


def _in_places(division: str) -> QuerySet[CatalogueEntry]:
    return CatalogueEntry.objects.filter(division__in=places_above(division), version__status=PUBLISHED)


def _listed(status: str, row: dict[str, Any]) -> Listed:
    """An entry as the engine takes it."""
    standard = standard_from_json(row.pop("standard"))
    return Listed(**row, standard=standard, is_stopped=status in OUT_OF_FORCE)
