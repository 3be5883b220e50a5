"""A platform that reads a folder: each package a directory that appears whole or not at all; answers lie in `ack/`."""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from casework.exchange.adapters import Answer, DeliveryError, Files
from casework.exchange.models import Platform
from casework.exchange.packing import digest

logger = logging.getLogger(__name__)
ANSWERS = "ack"


class FolderAdapter:
    """Below the data directory, so that no platform's row can point anywhere else."""

    def deliver(self, platform: Platform, name: str, manifest: str, files: Files) -> Answer | None:
        """Write the package under another name, flush it to the disk, then rename it."""
        try:
            self._deliver(folder_of(platform), name, manifest, files)
        except OSError as error:
            raise DeliveryError(f"{type(error).__name__}: {error.strerror}") from error
        return None

    def _deliver(self, folder: Path, name: str, manifest: str, files: Files) -> None:
        target, draft = folder / name, folder / f".{name}.part"
        if target.exists():
            if digest((target / "manifest.json").read_bytes()) != manifest:
                raise DeliveryError("another package lies there under this name")
            return
        # What a killed worker left is written anew.
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        for file, content in files.items():
            _write(draft / file, content)
        draft.rename(target)
        _flush(folder)

    def answers(self, platform: Platform) -> Iterator[Answer]:
        """Every answer that lies there; one that can't be read is told in the log and passed over."""
        for path in sorted((folder_of(platform) / ANSWERS).glob("*.json")):
            try:
                said = json.loads(path.read_bytes())
                yield Answer(
                    int(said["sequence"]),
                    str(said["manifest_sha256"]),
                    bool(said["accepted"]),
                    list(said.get("rejected", [])),
                )
            except (OSError, ValueError, KeyError, TypeError) as error:
                logger.warning("Answer %s of %s can't be read: %s", path.name, platform.code, error)


def folder_of(platform: Platform) -> Path:
    """Where a platform's packages lie.

    Raises:
        DeliveryError: the address leads out of the data directory.
    """
    root = (Path(settings.VAR_DIR) / "exchange").resolve()
    folder = (root / platform.address).resolve()
    if not folder.is_relative_to(root):
        raise DeliveryError("the folder lies outside the data directory")
    return folder


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush(folder: Path) -> None:
    """The new name reaches the disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
