"""Pictures as cameras make them, for tests."""

from __future__ import annotations

import io

import pillow_heif
from PIL import Image

pillow_heif.register_heif_opener()
ORIENTATION, GPS = 0x0112, 0x8825


def photo(width: int = 400, height: int = 200, *, kind: str = "JPEG", turned: bool = True) -> bytes:
    """Red on its left, blue on its right; a camera held upright wrote it lying, with the place where it stood."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (width // 2, 0, width, height))
    exif = Image.Exif()
    exif[ORIENTATION] = 6 if turned else 1
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (32.0, 3.0, 0.0)
    target = io.BytesIO()
    image.save(target, kind, exif=exif.tobytes())
    return target.getvalue()
