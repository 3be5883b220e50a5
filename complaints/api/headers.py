"""The two headers that carry what must not stand in an address."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from casework.cases.errors import InvalidInput
from casework.cases.references import clean_secret

KEY_PATTERN = "^[A-Za-z0-9_-]{16,64}$"
REFERENCE_PATTERN = "[A-Z]{2}[0-9]{4}-[0-9]{6,12}-[0-9]"
SECRET_PATTERN = "^[0-9A-Za-z -]{20,40}$"  # noqa: S105 - a pattern, no secret

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": KEY_PATTERN},
    OpenApiParameter.HEADER,
    required=True,
    description="Random and new for each filing; a repeat with the same key and content finds the first filing again.",
)
CASE_SECRET = OpenApiParameter(
    "X-Case-Secret",
    {"type": "string", "pattern": SECRET_PATTERN},
    OpenApiParameter.HEADER,
    required=True,
    description="The secret that the filing was answered with.",
)
REFERENCE = OpenApiParameter(
    "reference",
    {"type": "string", "pattern": f"^{REFERENCE_PATTERN}$"},
    OpenApiParameter.PATH,
    description="The case's reference, such as QK2026-000123-7.",
)


def idempotency_key(request: Request) -> str:
    """The key of a filing.

    Raises:
        InvalidInput: missing, too short, or with other characters.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not re.fullmatch(KEY_PATTERN, key):
        message = _(
            "Send the header Idempotency-Key: 16 to 64 random letters, digits, - or _, new for each filing and the "
            "same when you repeat one."
        )
        raise InvalidInput({"idempotency_key": [message]})
    return key


def case_secret(request: Request) -> str:
    """The secret of a case, as it was typed.

    Raises:
        InvalidInput: missing.
    """
    secret = request.headers.get("X-Case-Secret", "")
    if not clean_secret(secret):
        raise InvalidInput({"x_case_secret": [_("Send the case's secret in the header X-Case-Secret.")]})
    return secret
