"""Letters as tagged PDF (PDF/UA-1), a pure function of template, version and variables.

What keeps it fast and flat is measured in tests/bench/bench_letters.py: one FontConfiguration per process (a new one
per document is never given back), stylesheets parsed once, faces cut beforehand (see fonts.py). The bytes are the same
for the same input on the same faces, so the digest of a letter can be recomputed from what was frozen.
"""

import hashlib
from collections.abc import Mapping
from textwrap import wrap
from typing import Any

import segno
from django.template import engines

from casework.documents.letter_templates import LetterTemplate, display_values, get_template, validate_variables

# The type area of GB/T 9704-2012 is 156 mm wide (442 pt); the name above it stays on one line.
TYPE_AREA_WIDTH_PT = 442
MASTHEAD_LARGEST_PT = 32


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
    # Here, so that a process that renders nothing, such as the default queue's worker, goes without WeasyPrint.
    from casework.documents.engine import write_pdf

    return write_pdf(html, layout)


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
    """What a template shows besides its variables: the QR code, its code to type, the size at which the name fits."""
    name = str(values.get("department", ""))
    derived: dict[str, Any] = {"masthead_points": min(MASTHEAD_LARGEST_PT, TYPE_AREA_WIDTH_PT // max(1, len(name)))}
    if template.qr in values:
        derived["qr_code"] = segno.make(str(values[template.qr]), error="m", micro=False).svg_data_uri(border=0)
    if url := str(values.get("verify_url", "")):
        derived["verify_code"] = " ".join(wrap(url.rstrip("/").rpartition("/")[2], 4))
    return derived


def document_digest(content: bytes) -> str:
    """SHA-256 of a rendered file, as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
