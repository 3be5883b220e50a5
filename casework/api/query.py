"""Parameters of an address, as strict as a body."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request


def refuse_unknown(request: Request, known: Iterable[str]) -> None:
    """Refuse parameters that nobody reads: a misspelt filter must not silently show everything.

    Raises:
        ValidationError: naming each unknown parameter.
    """
    unknown = set(request.query_params) - set(known)
    if unknown:
        raise ValidationError({name: [_("Unknown parameter. Check its name.")] for name in sorted(unknown)})
