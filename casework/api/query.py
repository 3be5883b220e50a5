"""Parameters of an address, as strict as a body."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request


def refuse_unknown(request: Request, known: Iterable[str]) -> None:
    """Refuse parameters that nobody reads: a misspelt or empty filter must not silently show everything.

    Raises:
        ValidationError: naming each of them.
    """
    known = set(known)
    faults = {name: [_("Unknown parameter. Check its name.")] for name in request.query_params if name not in known}
    for name, values in request.query_params.lists():
        if name in known and not all(values):
            faults[name] = [_("Empty. Give a value or leave the parameter out.")]
    if faults:
        raise ValidationError(faults)
