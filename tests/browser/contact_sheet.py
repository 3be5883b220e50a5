"""`make screenshots`: all pictures of a folder on a few sheets, and a page that links them in full size."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from html import escape
from pathlib import Path

from PIL import Image, ImageDraw

# Of one sheet: thumbnails beside and below each other, and the size of each in pixels.
COLUMNS, ROWS, WIDTH, HEIGHT, LABEL = 8, 4, 240, 330, 22


def contact_sheet(folder: Path) -> Path:
    """Write `sheet-1.png` and so on, and `index.html`, beside the pictures.

    Returns:
        the page.
    """
    pictures = sorted(file for file in folder.glob("*.png") if not file.name.startswith("sheet-"))
    sheets = [pictures[start : start + COLUMNS * ROWS] for start in range(0, len(pictures), COLUMNS * ROWS)]
    for number, part in enumerate(sheets, 1):
        _sheet(part).save(folder / f"sheet-{number}.png")
    rows = "".join(
        f'<li><a href="{escape(file.name)}"><img src="{escape(file.name)}" alt="" width="{WIDTH}" loading="lazy">'
        f"<br>{escape(file.stem)}</a></li>"
        for file in pictures
    )
    page = folder / "index.html"
    style = "ul{display:flex;flex-wrap:wrap;gap:1rem;list-style:none}img{height:22rem;object-fit:cover}"
    page.write_text(f"<!doctype html><title>Pages</title><style>{style}</style><ul>{rows}</ul>", encoding="utf-8")
    return page


def _sheet(pictures: Sequence[Path]) -> Image.Image:
    sheet = Image.new("RGB", (COLUMNS * WIDTH, ROWS * (HEIGHT + LABEL)), "#888")
    draw = ImageDraw.Draw(sheet)
    for place, file in enumerate(pictures):
        left, top = place % COLUMNS * WIDTH, place // COLUMNS * (HEIGHT + LABEL)
        with Image.open(file) as picture:
            small = picture.convert("RGB").resize((WIDTH - 8, max(1, picture.height * (WIDTH - 8) // picture.width)))
        sheet.paste(small.crop((0, 0, WIDTH - 8, min(HEIGHT, small.height))), (left + 4, top))
        draw.text((left + 4, top + HEIGHT + 4), file.stem[:38], fill="white")
    return sheet


if __name__ == "__main__":
    print(contact_sheet(Path(sys.argv[1])))
