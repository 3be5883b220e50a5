"""The size engine against vectors, every limit of the table, and a slow oracle that reads the standard's prose."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.sizing import Classification, Indicator, Size, StandardNotFound, classify
from complaints.sizing.standards import standard_on
from tests.complaints.sizing.table import NOT_COVERED, STEPS, TABLE, WAN, limits_of, size_by_prose, sizes_by_trial

DAY = date(2025, 6, 2)
SIZES = ("large", "medium", "small", "micro")


def sized(industry: str, figures: dict[str, Decimal | None]) -> Classification:
    people = figures.get("employees")
    return classify(
        industry,
        on=DAY,
        employees=None if people is None else int(people),
        revenue=figures.get("revenue"),
        assets=figures.get("assets"),
    )


@pytest.mark.parametrize(
    ("industry", "people", "revenue", "assets", "size"),
    [
        ("software", 103, 15_735, None, "medium"),
        ("industry", 1500, 39_999, None, "medium"),
        ("industry", 1500, 1_500, None, "small"),
        ("industry", 19, 100_000, None, "micro"),
        ("construction", None, 85_000, 4_000, "small"),
        ("real_estate", None, 250_000, 9_000, "medium"),
        # A medium band that began at 200 people would make this small.
        ("warehousing", 150, 5_000, None, "medium"),
    ],
)
def test_vectors(industry: str, people: int | None, revenue: int, assets: int | None, size: str) -> None:
    found = classify(
        industry,
        on=DAY,
        employees=people,
        revenue=Decimal(revenue * WAN),
        assets=None if assets is None else Decimal(assets * WAN),
    )
    assert (found.size, found.missing, found.is_sme) == (size, (), True)


@pytest.mark.parametrize("industry", TABLE)
def test_every_limit_one_below_at_it_and_one_above(industry: str) -> None:
    """With the other figure high enough, each limit alone divides its class from the one below."""
    limits = limits_of(industry)
    plenty: dict[str, Decimal | None] = {name: values[0] * 10 for name, values in limits.items()}
    assert sized(industry, plenty).size == "large"
    for name, values in limits.items():
        for step, limit in enumerate(values):
            around = [limit - STEPS[name], limit, limit + STEPS[name]]
            found = [sized(industry, {**plenty, name: value}).size for value in around]
            assert found == [SIZES[step + 1], SIZES[step], SIZES[step]], (name, limit)


@pytest.mark.parametrize("industry", TABLE)
def test_the_lowest_figure_decides(industry: str) -> None:
    """Each pair of bands: the class is the lower of the two."""
    limits = limits_of(industry)
    for bands in [(a, b) for a in range(4) for b in range(4)]:
        figures = {
            name: Decimal(0) if band == 3 else values[band]
            for (name, values), band in zip(limits.items(), bands, strict=False)
        }
        assert sized(industry, dict(figures)).size == SIZES[max(bands[: len(limits)])]


def test_the_table_is_whole() -> None:
    standard = standard_on(DAY)
    assert [industry.slug for industry in standard.covered] == list(TABLE)
    assert {industry.slug for industry in standard.industries} - set(TABLE) >= set(NOT_COVERED)
    for industry in standard.covered:
        told = {(str(limit.indicator), str(limit.size)): limit.threshold for limit in industry.limits}
        assert told == {
            (name, size): value
            for name, values in limits_of(industry.slug).items()
            for size, value in zip(SIZES, values, strict=False)
        }


@st.composite
def questions(draw: st.DrawFn) -> tuple[str, dict[str, Decimal | None]]:
    """An industry with figures near and far from its limits, some of them missing."""
    industry = draw(st.sampled_from(list(TABLE)))
    figures: dict[str, Decimal | None] = {}
    for name in STEPS:
        edges = [
            edge
            for limit in limits_of(industry).get(name, ())
            for edge in (limit - STEPS[name], limit, limit + STEPS[name])
        ]
        anything = st.decimals(0, 3_000_000_000, places=2) if name != "employees" else st.integers(0, 5000).map(Decimal)
        figures[name] = draw(st.none() | anything | st.sampled_from([Decimal(0), *edges]))
    return industry, figures


@given(question=questions())
def test_the_same_as_trying_every_value(question: tuple[str, dict[str, Decimal | None]]) -> None:
    industry, figures = question
    found, expected = sized(industry, figures), sizes_by_trial(industry, figures)
    assert {str(size) for size in found.possible} == expected
    assert found.size == (next(iter(expected)) if len(expected) == 1 else None)
    told = {size != "large" for size in expected}
    assert found.is_sme == (told.pop() if len(told) == 1 else None)
    absent = {name for name in TABLE[industry] if figures[name] is None}
    assert {str(name) for name in found.missing} == (absent if len(expected) > 1 else set())


@given(question=questions())
def test_every_comparison_is_told(question: tuple[str, dict[str, Decimal | None]]) -> None:
    industry, figures = question
    found = sized(industry, figures)
    told = {(str(c.indicator), str(c.size)): (c.value, c.met) for c in found.comparisons}
    assert told == {
        (name, size): (figures[name], None if (value := figures[name]) is None else value >= limit)
        for name, values in limits_of(industry).items()
        for size, limit in zip(SIZES, values, strict=False)
    }
    assert [SIZES.index(c.size) for c in found.comparisons] == sorted(SIZES.index(c.size) for c in found.comparisons)


@given(question=questions(), more=st.integers(0, 10**9))
def test_growing_never_makes_it_smaller(question: tuple[str, dict[str, Decimal | None]], more: int) -> None:
    industry, figures = question
    whole = {name: value or Decimal(0) for name, value in figures.items()}
    grown = {name: value + more for name, value in whole.items()}
    assert SIZES.index(size_by_prose(industry, grown)) <= SIZES.index(size_by_prose(industry, whole))
    before, after = sized(industry, dict(whole)).size, sized(industry, dict(grown)).size
    assert before is not None
    assert after is not None
    assert SIZES.index(after) <= SIZES.index(before)


def test_a_missing_figure_is_asked_for_only_if_it_matters() -> None:
    micro = classify("industry", on=DAY, employees=19)
    assert (micro.size, micro.missing, micro.is_sme) == (Size.MICRO, (), True)
    open_one = classify("industry", on=DAY, employees=300)
    assert (open_one.size, open_one.missing) == (None, (Indicator.REVENUE,))
    assert open_one.possible == (Size.MEDIUM, Size.SMALL, Size.MICRO)
    assert open_one.is_sme is True
    undecided = classify("industry", on=DAY, revenue=Decimal(400_000_000))
    assert (undecided.size, undecided.missing, undecided.is_sme) == (None, (Indicator.EMPLOYEES,), None)
    nothing = classify("industry", on=DAY, assets=Decimal(1))
    assert nothing.missing == (Indicator.EMPLOYEES, Indicator.REVENUE)


@pytest.mark.parametrize("industry", NOT_COVERED)
def test_what_the_standard_does_not_cover(industry: str) -> None:
    found = classify(industry, on=DAY, employees=5, revenue=Decimal(5), assets=Decimal(5))
    assert not found.is_covered
    assert (found.size, found.possible, found.missing, found.comparisons, found.is_sme) == (None, (), (), (), None)


@pytest.mark.parametrize("figures", [{"employees": -1}, {"revenue": Decimal("-0.01")}, {"assets": Decimal(-1)}])
def test_negative_figures_are_refused(figures: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="negative"):
        classify("industry", on=DAY, **figures)


def test_the_version_of_the_day() -> None:
    found = classify("software", on=date(2011, 6, 18), employees=9)
    assert found.standard.version == 1
    assert "工信部联企业〔2011〕300号" in found.citation
    with pytest.raises(StandardNotFound):
        classify("software", on=date(2011, 6, 17), employees=9)
