"""Letters as tagged PDF (PDF/UA-1), a pure function of template, version and variables.

What keeps it fast and flat is measured in tests/bench/bench_letters.py: one FontConfiguration per process (a new one
per document is never given back), stylesheets parsed once, faces cut beforehand (see fonts.py). The bytes are the same
for the same input on the same faces, so the digest of a letter can be recomputed from what was frozen.
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Template
from threading import Lock
from typing import Any
from urllib.parse import unquote, urlsplit

import segno
from django.template import engines
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from casework.documents import fonts
from casework.documents.letter_templates import (
    LetterTemplate,
    display_values,
    get_template,
    template_folder,
    validate_variables,
)

# The type area of GB/T 9704-2012 is 156 mm wide (442 pt); the name above it stays on one line.
TYPE_AREA_WIDTH_PT = 442
MASTHEAD_LARGEST_PT = 32


class _LocalFetcher(URLFetcher):
    """Reads files under the given folders and data URIs; anything else stops the rendering. Never the network."""

    def __init__(self, *folders: Path) -> None:
        super().__init__(allowed_protocols=("file", "data"), allow_redirects=False)
        self._folders = tuple(folder.resolve() for folder in folders)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        parts = urlsplit(url)
        if parts.scheme != "data" and not self._is_ours(parts.scheme, parts.netloc, parts.path):
            raise FatalURLFetchingError(f"A letter may not load {url}")
        return super().fetch(url, headers)

    def _is_ours(self, scheme: str, host: str, path: str) -> bool:
        file = Path(unquote(path)).resolve()
        return scheme == "file" and not host and any(file.is_relative_to(folder) for folder in self._folders)


@dataclass(slots=True)
class _Engine:
    """What one process keeps between two letters."""

    fetcher: _LocalFetcher
    font_config: FontConfiguration
    faces: tuple[fonts.Face, ...]
    stylesheets: dict[str, CSS] = field(default_factory=dict)

    def stylesheet(self, layout: str) -> CSS:
        if layout not in self.stylesheets:
            self.stylesheets[layout] = self._parse(layout)
        return self.stylesheets[layout]

    def _parse(self, layout: str) -> CSS:
        source = (template_folder() / "layout" / f"{layout}.css").read_text(encoding="utf-8")
        text = Template(source).substitute(fonts.stylesheet_values(self.faces))
        faces = fonts.font_face_css(fonts.font_folder(), self.faces)
        return CSS(string=f"{faces}\n{text}", font_config=self.font_config, url_fetcher=self.fetcher)


# Pango and FontConfig objects are not made for two threads at once.
_lock = Lock()


@cache
def _engine(process_id: int) -> _Engine:
    # By process: a forked worker must not share (and at its end remove) its parent's folder of faces.
    folder = fonts.font_folder()
    fetcher = _LocalFetcher(folder, template_folder())
    return _Engine(fetcher=fetcher, font_config=FontConfiguration(), faces=fonts.available_faces(folder))


def render_pdf(html: str, *, layout: str = "letter_v1") -> bytes:
    """Lay out a whole HTML document as PDF/UA-1.

    Args:
        html: the document; `<html lang>` and `<title>` become the PDF's language and title.
        layout: name of the stylesheet under templates/letters/layout/.

    Returns:
        The file; the same bytes for the same input. It holds no time of creation.

    Raises:
        FatalURLFetchingError: the document refers to anything but a data URI or a file of the letter templates.
    """
    with _lock:
        engine = _engine(os.getpid())
        stylesheet = engine.stylesheet(layout)
        document = HTML(string=html, url_fetcher=engine.fetcher)
        content: bytes = document.write_pdf(
            font_config=engine.font_config, stylesheets=[stylesheet], pdf_variant="pdf/ua-1", presentational_hints=False
        )
    return content


def render_letter(template_code: str, version: int, variables: Mapping[str, object]) -> bytes:
    """Render one letter.

    Args:
        template_code: such as "acceptance_notice".
        version: the version frozen with the letter.
        variables: the template's whitelisted variables; ISO dates and decimal strings are taken too.

    Raises:
        LetterTemplateError: no such template or version.
        LetterVariableError: a variable is missing, unknown or of the wrong type.
    """
    template = get_template(template_code, version)
    return render_pdf(
        letter_html(template, validate_variables(template_code, version, variables)), layout=template.layout
    )


def letter_html(template: LetterTemplate, values: Mapping[str, object]) -> str:
    """The letter as HTML, every value escaped. `values` are those that validate_variables() gave back."""
    context = {**display_values(values), **_derived(template, values), "template": template}
    html: str = engines["django"].get_template(template.path).render(context)
    return html


def _derived(template: LetterTemplate, values: Mapping[str, object]) -> dict[str, Any]:
    """What a template shows besides its variables: the QR code, and the size at which the name fits its line."""
    name = str(values.get("department", ""))
    derived: dict[str, Any] = {"masthead_points": min(MASTHEAD_LARGEST_PT, TYPE_AREA_WIDTH_PT // max(1, len(name)))}
    if template.qr in values:
        derived["qr_code"] = segno.make(str(values[template.qr]), error="m", micro=False).svg_data_uri(border=0)
    return derived


def document_digest(content: bytes) -> str:
    """SHA-256 of a rendered file, as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
