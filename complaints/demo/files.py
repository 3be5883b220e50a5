"""Small evidence files: one page that says that it is an example. The same words give the same bytes."""

from __future__ import annotations

import time
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

_PAGE = (420, 594)
_EPOCH = time.gmtime(0)


def evidence_file(kind: str, number: int, *, as_pdf: bool) -> SimpleUploadedFile:
    """A page with a frame and a few words.

    Args:
        kind: contract, delivery or licence.
        number: told apart by it; the same file is attached once only.
    """
    image = Image.new("L", _PAGE, 255)
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, _PAGE[0] - 20, _PAGE[1] - 20), outline=0)
    for line, text in enumerate(("EXAMPLE DATA - NO REAL DOCUMENT", "", kind.upper(), f"No. {number:05}")):
        draw.text((50, 80 + 30 * line), text, fill=0)
    out = BytesIO()
    if as_pdf:
        image.save(out, "PDF", resolution=72, creationDate=_EPOCH, modDate=_EPOCH)
    else:
        image.save(out, "PNG", optimize=True)
    name = {"contract": "合同", "delivery": "送货验收单", "licence": "营业执照"}[kind]
    return SimpleUploadedFile(f"{name}{number:05}.{'pdf' if as_pdf else 'png'}", out.getvalue())
