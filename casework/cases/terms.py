"""Reading and loading cited terms."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

from django.apps import apps
from django.db.models import Q, QuerySet

from casework.cases.models import CitedTerm


def terms_in_force(vocabulary: str, on: date) -> QuerySet[CitedTerm]:
    """The entries of a list that are in force on a day, in their order."""
    return CitedTerm.objects.filter(
        Q(effective_to=None) | Q(effective_to__gte=on), vocabulary=vocabulary, effective_from__lte=on
    )


def term_in_force(vocabulary: str, code: str, on: date) -> CitedTerm | None:
    """One entry in the version in force on a day; None when the list doesn't hold it."""
    return terms_in_force(vocabulary, on).filter(code=code).order_by("-version").first()


def load_terms(path: Path) -> int:
    """Add the entries of a TOML file that the database doesn't have yet; those it has stay as they are.

    Returns:
        how many were added.
    """
    added = 0
    for position, entry in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["term"]):
        identity = {"vocabulary": entry["vocabulary"], "code": entry["code"], "version": entry.get("version", 1)}
        rest = {key: value for key, value in entry.items() if key not in identity}
        _term, created = CitedTerm.objects.get_or_create(**identity, defaults={"position": position, **rest})
        added += created
    return added


def load_all_terms() -> int:
    """Add what the legal lists of every app (`data/terms.toml`) hold and the database doesn't; see `load_terms`."""
    files = (Path(config.path) / "data" / "terms.toml" for config in apps.get_app_configs())
    return sum(load_terms(path) for path in files if path.exists())
