"""Loading and reading the classes of severity and the list of measures."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from django.db.models import Q, QuerySet

from casework.credit.catalogue.models import MeasureItem, SeverityClass

DATA = Path(__file__).parent.parent / "data"


def load_credit_lists(folder: Path = DATA) -> int:
    """Add what the files hold and the database doesn't; what it has stays as it is.

    Returns:
        how many entries were added.
    """
    added = 0
    for entry in _entries(folder / "severity.toml", "severity"):
        identity = {"code": entry["code"], "version": entry.get("version", 1)}
        added += SeverityClass.objects.get_or_create(**identity, defaults=entry)[1]
    for entry in _entries(folder / "measures.toml", "measure"):
        identity = {"edition": entry["edition"], "code": entry["code"], "version": entry.get("version", 1)}
        added += MeasureItem.objects.get_or_create(**identity, defaults=entry)[1]
    return added


def _entries(path: Path, name: str) -> list[dict[str, Any]]:
    return list(tomllib.loads(path.read_text(encoding="utf-8"))[name])


def _in_force(on: date) -> Q:
    return Q(effective_from__lte=on) & (Q(effective_to=None) | Q(effective_to__gte=on))


def severities_in_force(on: date) -> QuerySet[SeverityClass]:
    """The classes in force on a day, the mildest first."""
    return SeverityClass.objects.filter(_in_force(on)).order_by("most_months", "code", "-version")


def severity_in_force(code: str, on: date) -> SeverityClass | None:
    """A class in the version in force on a day."""
    return severities_in_force(on).filter(code=code).order_by("-version").first()


def measures_in_force(subject_kind: str, severity: str, on: date) -> QuerySet[MeasureItem]:
    """The measures that the list of a day allows for such a subject and severity."""
    return MeasureItem.objects.filter(
        _in_force(on), subjects__contains=[subject_kind], severities__contains=[severity]
    ).order_by("edition", "number")
