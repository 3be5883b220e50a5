"""Enterprise size (划型) by the size standard: a pure function of industry, figures and the day that counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from complaints.sizing.industries import find_industry
from complaints.sizing.sizes import LADDER, Indicator, Size
from complaints.sizing.standards import Industry, Limit, Standard, standard_on

Figures = dict[Indicator, int | Decimal | None]


@dataclass(frozen=True)
class Comparison:
    """A figure against the lower limit of a class, in persons or yuan; `value` and `met` are None if it isn't given."""

    size: Size
    indicator: Indicator
    value: int | Decimal | None
    threshold: int | Decimal
    met: bool | None


@dataclass(frozen=True)
class Classification:
    """The answer, with all that it rests on.

    Attributes:
        size: None where the standard doesn't cover the industry, or a figure is missing that could change the class.
        possible: the classes that the figures leave open, from large to micro; one if `size` is known.
        missing: the figures without which the class can't be told; empty if it can.
        comparisons: all limits of the industry, from large to small.
    """

    size: Size | None
    possible: tuple[Size, ...]
    missing: tuple[Indicator, ...]
    industry: Industry
    comparisons: tuple[Comparison, ...]
    standard: Standard

    @property
    def is_covered(self) -> bool:
        """Whether the standard covers the industry."""
        return self.industry.is_covered

    @property
    def is_sme(self) -> bool | None:
        """Whether it is a medium, small or micro enterprise; None if that can't be told.

        It can be told without the class: one figure below its limit for large makes an SME, whatever the other one is.
        """
        if not self.possible or len({size == Size.LARGE for size in self.possible}) > 1:
            return None
        return Size.LARGE not in self.possible

    @property
    def citation(self) -> str:
        """The standard, as it is cited."""
        return self.standard.citation


def classify(
    industry: str,
    *,
    on: date,
    employees: int | None = None,
    revenue: Decimal | None = None,
    assets: Decimal | None = None,
) -> Classification:
    """The size class of an enterprise.

    Large, medium and small must meet the lower limits of all indicators of the industry, otherwise the enterprise
    drops a class, and again (工信部联企业〔2011〕300号, 国统字〔2017〕213号). Figures that the industry doesn't use
    change nothing.

    Args:
        industry: slug, name or GB/T 4754-2017 code.
        on: the day whose standard applies; for a contract the day of signing (Decree 802 art. 3(2)).
        employees: at the end of the year.
        revenue: of the year, in yuan.
        assets: at the end of the year, in yuan.

    Raises:
        IndustryUnknown: no such industry or code, or (IndustryAmbiguous) one that stands for several.
        StandardNotFound: no standard of that day is loaded.
        ValueError: a figure is negative.
    """
    figures: Figures = {Indicator.EMPLOYEES: employees, Indicator.REVENUE: revenue, Indicator.ASSETS: assets}
    for indicator, value in figures.items():
        if value is not None and value < 0:
            raise ValueError(f"{indicator.value} is negative: {value}")
    standard = standard_on(on)
    found = find_industry(standard, industry)
    comparisons = tuple(_compare(limit, figures[limit.indicator]) for limit in found.limits)
    possible = _possible(found, comparisons)
    return Classification(
        size=possible[0] if len(possible) == 1 else None,
        possible=possible,
        missing=_not_given(comparisons) if len(possible) > 1 else (),
        industry=found,
        comparisons=comparisons,
        standard=standard,
    )


def _compare(limit: Limit, value: int | Decimal | None) -> Comparison:
    met = None if value is None else value >= limit.threshold
    return Comparison(limit.size, limit.indicator, value, limit.threshold, met)


def _possible(industry: Industry, comparisons: tuple[Comparison, ...]) -> tuple[Size, ...]:
    """The classes that remain: the highest that no given figure rules out, and with a figure missing all below it."""
    if not industry.is_covered:
        return ()
    ruled_out = {comparison.size for comparison in comparisons if comparison.met is False}
    highest = next(size for size in LADDER if size not in ruled_out)
    open_classes = LADDER[LADDER.index(highest) :]
    return open_classes if _not_given(comparisons) else open_classes[:1]


def _not_given(comparisons: tuple[Comparison, ...]) -> tuple[Indicator, ...]:
    return tuple(dict.fromkeys(comparison.indicator for comparison in comparisons if comparison.value is None))
