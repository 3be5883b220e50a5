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
    """One character: its origin (left end of the baseline) in mm from the left and upper edge, its size in points."""

    character: str
    x: float
    y: float
    points: float


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
        yield Mark(character, x.value * MM_PER_POINT, (page_height - y.value) * MM_PER_POINT, points)


def render_elsewhere(template: str, var_dir: Path) -> bytes:
    """Render a sample in a fresh process with this VAR_DIR."""
    command = [sys.executable, "-c", _RENDER, str(settings.BASE_DIR), str(var_dir), template]
    environment = {**os.environ, "PYTHONPATH": str(settings.BASE_DIR), "PYTHONWARNINGS": "ignore"}
    return subprocess.run(command, check=True, capture_output=True, env=environment, timeout=120).stdout
