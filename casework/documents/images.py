"""Pictures for the screen: upright, of a sensible size, without the place where they were taken.

The bytes that came stay as they are, for they are the evidence: who submits electronic data submits the original
(Supreme People's Court, provisions on evidence in civil procedure, Fa Shi [2019] 19, art. 15).
"""

from __future__ import annotations

import io
from typing import IO

import pillow_heif
from django.conf import settings
from django.core.files.base import ContentFile
from PIL import Image, ImageOps, UnidentifiedImageError

HEIC = "image/heic"
RENDITION_TYPE = "image/jpeg"
THUMBNAIL_EDGE = 320
# A picture of a few kilobytes can claim any number of pixels; no camera in use has more than these.
MOST_PIXELS = 120_000_000
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_UNREADABLE = (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError)

pillow_heif.register_heif_opener()
# Above it the library warns, and from twice as many on it refuses; what it warns of is refused here.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


def is_heic(head: bytes) -> bool:
    """Whether a file begins as the pictures of many phones do."""
    return head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS


def has_too_many_pixels(file: IO[bytes]) -> bool:
    """Whether decoding the picture would eat the memory; read from its head alone."""
    file.seek(0)
    try:
        with Image.open(file) as image:
            return image.width * image.height > MOST_PIXELS
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return True
    except _UNREADABLE:
        return False
    finally:
        file.seek(0)


def rendition_of(file: IO[bytes]) -> ContentFile[bytes] | None:
    """The picture for the screen as a JPEG; None for what can't be decoded, which may be evidence all the same."""
    return _jpeg(file, settings.EVIDENCE_PICTURE_EDGE, settings.EVIDENCE_PICTURE_QUALITY)


def thumbnail_of(file: IO[bytes]) -> ContentFile[bytes] | None:
    """A small picture for lists."""
    return _jpeg(file, THUMBNAIL_EDGE, 75)


def _jpeg(file: IO[bytes], edge: int, quality: int) -> ContentFile[bytes] | None:
    file.seek(0)
    try:
        with Image.open(file) as image:
            if image.width * image.height > MOST_PIXELS:
                return None
            image.draft("RGB", (edge, edge))
            upright = ImageOps.exif_transpose(image).convert("RGBA")
    except _UNREADABLE:
        return None
    finally:
        file.seek(0)
    upright.thumbnail((edge, edge))
    # A new sheet of paper: of the old file only its pixels go over.
    sheet = Image.new("RGB", upright.size, "white")
    sheet.paste(upright, mask=upright.getchannel("A"))
    target = io.BytesIO()
    sheet.save(target, "JPEG", quality=quality, optimize=True)
    return ContentFile(target.getvalue(), name="rendition.jpg")
