"""WeasyPrint as the letters use it: local files only, one FontConfiguration and parsed stylesheets for each process.

Imported with the first PDF (see pdf.py): WeasyPrint costs a process 29 MB.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Template
from threading import Lock
from urllib.parse import unquote, urlsplit

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from casework.documents import fonts
from casework.documents.letter_templates import template_folder


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


def write_pdf(html: str, layout: str) -> bytes:
    """Lay out a document; see `casework.documents.pdf.render_pdf`."""
    with _lock:
        engine = _engine(os.getpid())
        stylesheet = engine.stylesheet(layout)
        document = HTML(string=html, url_fetcher=engine.fetcher)
        content: bytes = document.write_pdf(
            font_config=engine.font_config, stylesheets=[stylesheet], pdf_variant="pdf/ua-1", presentational_hints=False
        )
    return content
