"""What this system needs of its machine; `manage.py check --database default` asks, and so does the web's start."""

import ctypes
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connections

HARFBUZZ_SUBSET = ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib", "libharfbuzz-subset-0.dll")


def ctype_fault(alias: str = "default") -> str:
    """Why Chinese search would find nothing in this database; empty when it is right.

    Raises:
        django.db.Error: the database does not answer.
    """
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT datctype FROM pg_database WHERE datname = current_database()")
        ctype = str(cursor.fetchone()[0])
    return "" if ctype.upper().replace("-", "").endswith("UTF8") else f"LC_CTYPE is {ctype}"


def extension_fault(alias: str = "default") -> str:
    """Which of the extensions that indexes need are not there; empty when all are."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT name FROM pg_available_extensions WHERE name IN ('pg_trgm', 'btree_gin')")
        missing = sorted({"pg_trgm", "btree_gin"} - {name for (name,) in cursor.fetchall()})
        return f"not available: {', '.join(missing)}" if missing else ""


@register(Tags.database)
def check_database(databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """Refuse a database in which Chinese search silently finds nothing."""
    messages: list[CheckMessage] = []
    for alias in databases or ():
        if fault := ctype_fault(alias):
            hint = "Create the database with LC_CTYPE 'C.UTF-8' (or another UTF-8 locale) and TEMPLATE template0."
            messages.append(Error(f"{alias}: {fault}: no trigrams of Chinese text.", hint=hint, id="casework.E001"))
        if fault := extension_fault(alias):
            hint = "Install PostgreSQL's contrib package (Debian: postgresql-contrib)."
            messages.append(Error(f"{alias}: {fault}.", hint=hint, id="casework.E002"))
    return messages


def has_library(names: Sequence[str]) -> bool:
    """Whether the loader finds one of these shared libraries."""
    for name in names:
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False


@register(Tags.compatibility)
def check_harfbuzz(**_kwargs: Any) -> list[CheckMessage]:
    """Without harfbuzz-subset a letter takes seconds instead of milliseconds."""
    if has_library(HARFBUZZ_SUBSET):
        return []
    hint = "Install it (Debian: libharfbuzz-subset0)."
    return [Error("libharfbuzz-subset is missing: letters would take seconds each.", hint=hint, id="casework.E003")]


@register(Tags.files)
def check_storage(**_kwargs: Any) -> list[CheckMessage]:
    """The folder of STORAGE_URL must take files; an S3 bucket is not asked at start-up."""
    storage = default_storage
    if not isinstance(storage, FileSystemStorage):
        return []
    folder = Path(storage.location)
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if existing.is_dir() and os.access(existing, os.W_OK | os.X_OK):
        return []
    hint = "Give the folder of STORAGE_URL to the user that runs web and workers."
    return [Error(f"Files can't be stored in {folder}.", hint=hint, id="casework.E004")]
