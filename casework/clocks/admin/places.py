"""Divisions by code and name. They belong to a room above this one: they are asked for by the model's name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminTextInputWidget

NATION = "000000"


def _divisions() -> QuerySet[Any]:
    rows: QuerySet[Any] = apps.get_model("parties", "Division")._default_manager.exclude(code=NATION)
    return rows


def place_name(division: str) -> str:
    """A division in words, its province before its own name; "" is the whole country."""
    return place_names([division])[division]


def place_names(divisions: list[str]) -> dict[str, str]:
    """Divisions in words, by code; one that is unknown is called by its code."""
    found = dict(
        _divisions().filter(code__in={*divisions, *(_province(code) for code in divisions)}).values_list("code", "name")
    )
    return {code: _full_name(code, found) if code else _("Whole country") for code in divisions}


def _province(code: str) -> str:
    return code[:2] + "0000"


def _full_name(code: str, names: dict[str, str]) -> str:
    above = "" if code == _province(code) else names.get(_province(code), "")
    return above + names.get(code, code)


class PlaceInput(UnfoldAdminTextInputWidget):
    """A field for a division's code that suggests provinces, prefectures and autonomous counties by name."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The input with its suggestions."""
        listed = f"{name}-places"
        field = super().render(name, value, {**(attrs or {}), "list": listed, "autocomplete": "off"}, renderer)
        # Days off of their own belong to autonomous areas; a rule of its own may belong to any province or prefecture.
        autonomous = Q(name__endswith="自治县") | Q(name__endswith="自治旗")
        rows = _divisions().filter(Q(level__in=["province", "city"]) | autonomous).order_by("code")
        options = format_html_join(
            "",
            '<option value="{}">{}{}</option>',
            (
                (code, above if level != "province" else "", own)
                for code, own, level, above in rows.order_by("code").values_list(
                    "code", "name", "level", "parent__name"
                )
            ),
        )
        return format_html('{}<datalist id="{}">{}</datalist>', field, listed, options)


class PlaceField(forms.CharField):
    """A division by its code or by its name; "" is the whole country."""

    widget = PlaceInput

    def clean(self, value: Any) -> str:
        """The code.

        Raises:
            ValidationError: there is no such division, or its name is not enough to tell which.
        """
        text: str = super().clean(value)
        if text in ("", NATION):
            return ""
        codes = list(_divisions().filter(Q(code=text) | Q(name=text)).values_list("code", flat=True)[:2])
        if len(codes) == 2:
            raise forms.ValidationError(_("Several divisions are called so. Give the code."))
        if not codes:
            raise forms.ValidationError(_("No such division. Give a code of six digits, or choose from the list."))
        return str(codes[0])
