"""A place in a form: its code or its name, as people type it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, Value
from django.utils.translation import gettext as _

from casework.parties.models import NATION, Division

OFFERED = 5


class PlaceField(forms.CharField):
    """A division by code or name; empty is the nation. A name that several have is answered with their codes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=60, **options)
        self.widget.attrs |= {"autocomplete": "off", "class": "short"}

    def clean(self, value: Any) -> Division:
        """The division.

        Raises:
            ValidationError: none of this code or name, or several.
        """
        text = str(super().clean(value)).strip() or NATION
        found = Division.objects.filter(pk=text).first()
        if found is None:
            found = self._by_name(text)
        return found

    def _by_name(self, name: str) -> Division:
        rows = Division.objects.select_related("parent__parent")
        exact = list(rows.filter(name=name)[: OFFERED + 1])
        close = exact or list(rows.filter(name__startswith=name)[: OFFERED + 1]) or _by_full_name(name)
        if not close:
            raise ValidationError(_("No division has this name or code."))
        if len(close) > 1:
            offers = "; ".join(f"{row.full_name} {row.code}" for row in close[:OFFERED])
            raise ValidationError(_("Several have this name. Give the code: %(offers)s"), params={"offers": offers})
        return close[0]


def _by_full_name(name: str) -> list[Division]:
    """江苏省南京市玄武区, or 南京市玄武区: the last part is the division's own name."""
    rows = Division.objects.select_related("parent__parent").exclude(pk=NATION)
    ending = rows.annotate(asked=Value(name)).filter(asked__endswith=F("name"))
    return [row for row in ending if row.full_name.endswith(name)]
