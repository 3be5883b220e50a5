"""The form of the public size calculator."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.fields import YuanField
from complaints.sizing.engine import Classification, classify
from complaints.sizing.sizes import MOST_EMPLOYEES, Indicator
from complaints.sizing.standards import TEN_THOUSAND, Industry, Standard, standard_on
from complaints.sizing.words import industry_words, list_words

MONEY = (Indicator.REVENUE, Indicator.ASSETS)


class Unit(models.TextChoices):
    """In what the amounts are given."""

    TEN_THOUSAND_YUAN = "wan", _("10,000 yuan")
    YUAN = "yuan", _("yuan")


class SizeForm(forms.Form):
    """Industry and figures, in a GET form so that an answer has an address."""

    industry = forms.ChoiceField(
        label=_("industry"),
        help_text=_("That of your main business. In brackets the codes of the classification GB/T 4754-2017."),
        error_messages={"required": _("Choose one of these."), "invalid_choice": _("Choose one of these.")},
    )
    employees = forms.IntegerField(
        label=_("number of employees"), required=False, min_value=0, max_value=MOST_EMPLOYEES
    )
    unit = forms.ChoiceField(label=_("amounts in"), choices=Unit.choices, required=False, widget=forms.RadioSelect)
    revenue = YuanField(label=_("operating revenue"), required=False, min_value=0, max_digits=18, decimal_places=6)
    assets = YuanField(label=_("total assets"), required=False, min_value=0, max_digits=18, decimal_places=6)

    def __init__(self, data: dict[str, str] | None = None) -> None:
        unit = Unit.TEN_THOUSAND_YUAN.value
        super().__init__(None if data is None else {"unit": unit, **data}, initial={"unit": unit})
        standard = standard_on(timezone.localdate())
        industry = self.fields["industry"]
        assert isinstance(industry, forms.ChoiceField)
        industry.choices = [("", _("Choose")), *industry_choices(standard)]
        industry.widget.attrs["autocomplete"] = "off"
        self.fields["employees"].widget.attrs.update({"class": "amount", "autocomplete": "off"})
        self._mark_use(standard)

    def _mark_use(self, standard: Standard) -> None:
        """Say at each figure which industries it matters to: in words, and for the page's script."""
        for indicator in Indicator:
            field = self.fields[indicator.value]
            field.widget.attrs["data-industries"], field.help_text = use_of(indicator, standard)
        money = [industry.slug for industry in standard.covered if set(MONEY) & set(industry.indicators)]
        self.fields["unit"].widget.attrs["data-industries"] = " ".join(money)

    def classification(self) -> Classification:
        """The answer of a valid form, by the standard of today."""
        given = self.cleaned_data
        return classify(given["industry"], on=timezone.localdate(), employees=given["employees"], **self.figures())

    def figures(self) -> dict[str, Decimal | None]:
        """Revenue and assets of a valid form, in yuan."""
        given = self.cleaned_data
        factor = 1 if given["unit"] == Unit.YUAN else TEN_THOUSAND
        return {name.value: None if given[name] is None else given[name] * factor for name in MONEY}


def industry_choices(standard: Standard) -> list[Any]:
    """The industries of the standard, and those that it doesn't cover, each with its codes."""

    def option(industry: Industry) -> tuple[str, str]:
        return industry.slug, f"{industry_words(industry)} ({', '.join(industry.codes)})"

    outside = [option(industry) for industry in standard.industries if not industry.is_covered]
    covered = [option(industry) for industry in standard.covered]
    return [*covered, (_("Not covered by the standard"), outside)]


def use_of(indicator: Indicator, standard: Standard) -> tuple[str, str]:
    """The industries that need a figure: their slugs for a script, and a sentence for people."""
    users = [industry for industry in standard.covered if indicator in industry.indicators]
    others = [industry for industry in standard.covered if industry not in users]
    slugs = " ".join(industry.slug for industry in users)
    if len(users) < len(others):
        return slugs, _("Only for: %(industries)s.") % {"industries": _listed(users)}
    return slugs, _("Not needed for: %(industries)s.") % {"industries": _listed(others)}


def _listed(industries: list[Industry]) -> str:
    return list_words(industry_words(industry) for industry in industries)
