"""Reading rendered letters: text, and where each character stands on the page."""

import ctypes
import io
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pypdf
import pypdfium2
import pypdfium2.raw as pdfium
from django.conf import settings

MM_PER_POINT = 25.4 / 72

# Renders one sample in a process of its own, without the project's settings: the engine needs two of them.
_RENDER = """
import sys
from pathlib import Path
import django
from django.conf import settings
settings.configure(
    BASE_DIR=Path(sys.argv[1]), VAR_DIR=Path(sys.argv[2]), USE_TZ=True, TIME_ZONE="UTC",
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [Path(sys.argv[1]) / "templates"]}],
)
django.setup()
from casework.documents.pdf import render_letter
from tests.documents.letter_samples import SAMPLES
sys.stdout.buffer.write(render_letter(sys.argv[3], 1, SAMPLES[sys.argv[3]]))
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """One character: its origin (left end of the baseline) in mm from the left and upper edge, its points, its face."""

    character: str
    x: float
    y: float
    points: float
    font: str


def text_of(content: bytes) -> str:
    """All text of a PDF without line ends and spaces, which depend on where lines break."""
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def lines_of(content: bytes) -> list[dict[float, list[Mark]]]:
    """Per page, the characters by line (height of the baseline in mm, rounded to 0.1)."""
    with closing(pypdfium2.PdfDocument(content)) as document:
        return [_lines(page) for page in document]


def _lines(page: pypdfium2.PdfPage) -> dict[float, list[Mark]]:
    lines: dict[float, list[Mark]] = defaultdict(list)
    with closing(page), closing(page.get_textpage()) as text:
        for mark in _marks(text, page.get_height()):
            lines[round(mark.y, 1)].append(mark)
    return dict(sorted(lines.items()))


def _marks(text: pypdfium2.PdfTextPage, page_height: float) -> Iterator[Mark]:
    for index in range(text.count_chars()):
        character = chr(pdfium.FPDFText_GetUnicode(text, index))
        if character.isspace():
            continue
        x, y, matrix = ctypes.c_double(), ctypes.c_double(), pdfium.FS_MATRIX()
        pdfium.FPDFText_GetCharOrigin(text, index, x, y)
        pdfium.FPDFText_GetMatrix(text, index, matrix)
        points = pdfium.FPDFText_GetFontSize(text, index) * matrix.a
        yield Mark(
            character, x.value * MM_PER_POINT, (page_height - y.value) * MM_PER_POINT, points, _font(text, index)
        )


def _font(text: pypdfium2.PdfTextPage, index: int) -> str:
    name = ctypes.create_string_buffer(100)
    pdfium.FPDFText_GetFontInfo(text, index, name, 100, ctypes.c_int())
    return name.value.decode()


def red_bars(page: pypdfium2.PdfPage, x: float) -> list[tuple[float, float]]:
    """The red bars that a line down the page crosses at x mm: upper and lower edge in mm from the upper edge."""
    pixels_per_mm = 20
    left = x / MM_PER_POINT
    image = page.render(
        scale=pixels_per_mm * MM_PER_POINT, crop=(left, 0, page.get_width() - left - 1, 0), rev_byteorder=True
    ).to_pil()
    column = ((row, _is_red(*image.getpixel((0, row))[:3])) for row in range(image.height))
    runs = ([row for row, _red in group] for is_red, group in groupby(column, key=lambda pixel: pixel[1]) if is_red)
    return [(run[0] / pixels_per_mm, (run[-1] + 1) / pixels_per_mm) for run in runs]


def _is_red(red: int, green: int, blue: int) -> bool:
    return red > 150 and green < 120 and blue < 120


def drawings_of(page: pypdfium2.PdfPage) -> set[tuple[float, float, float, float]]:
    """Lines and pictures of a page: left, upper, right and lower edge in mm from the left and upper edge."""
    boxes = (item.get_bounds() for item in page.get_objects(max_depth=4) if item.type != pdfium.FPDF_PAGEOBJ_TEXT)
    height = page.get_height()
    return {
        (left * MM_PER_POINT, (height - upper) * MM_PER_POINT, right * MM_PER_POINT, (height - lower) * MM_PER_POINT)
        for left, lower, right, upper in boxes
    }


def render_elsewhere(template: str, var_dir: Path) -> bytes:
    """Render a sample in a fresh process with this VAR_DIR."""
    command = [sys.executable, "-c", _RENDER, str(settings.BASE_DIR), str(var_dir), template]
    environment = {**os.environ, "PYTHONPATH": str(settings.BASE_DIR), "PYTHONWARNINGS": "ignore"}
    return subprocess.run(command, check=True, capture_output=True, env=environment, timeout=120).stdout
