"""The arithmetic of standards against a slow oracle in exact fractions, unit by unit; verdicts by day and place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fees.catalogue.notation import read_standard, write_standard
from fees.catalogue.standards import (
    Fixed,
    Line,
    Percentage,
    Range,
    Standard,
    StandardError,
    Tier,
    Tiered,
    check_line,
    standard_from_json,
    standard_to_json,
)
from fees.verdict.arithmetic import Measure, allowed_amount
from fees.verdict.engine import Listed, Verdict, fee_check
from fees.verdict.likeness import likeness, names_body

DAY = date(2026, 3, 1)


def numbers(least: str = "0", most: str = "999999", places: int = 4) -> st.SearchStrategy[Decimal]:
    return st.decimals(Decimal(least), Decimal(most), places=places, allow_nan=False, allow_infinity=False)


units = st.sampled_from(["件", "吨·公里", "平方米·月", "10千克·公里", "人次"])
labels = st.sampled_from(["", "整车货物", "按人数", "六车道及以上高速公路"])
limits = st.one_of(st.none(), numbers(places=2))
bases = st.sampled_from(["", "合同额", "招标项目估算价"])


@st.composite
def tier_lists(draw: st.DrawFn, limited: bool) -> tuple[Tier, ...]:
    starts = sorted(draw(st.sets(st.integers(0, 60), min_size=1, max_size=4)))
    caps = limits if limited else st.none()
    tiers = tuple(Tier(Decimal(start), draw(numbers(most="99")), draw(caps), draw(caps)) for start in starts)
    assume(all(tier.cap is None or tier.floor is None or tier.cap >= tier.floor for tier in tiers))
    return tiers


@st.composite
def lines(draw: st.DrawFn) -> Line:
    form, label = draw(st.sampled_from(["fixed", "range", "percentage", "tiers"])), draw(labels)
    if form == "fixed":
        return Fixed(draw(numbers()), draw(units), label)
    if form == "range":
        low, high = sorted((draw(numbers()), draw(numbers())))
        return Range(low, high, draw(units), label)
    if form == "percentage":
        cap, floor = draw(limits), draw(limits)
        assume(cap is None or floor is None or cap >= floor)
        return Percentage(draw(numbers(most="100")), draw(bases), cap, floor, label)
    of_base, progressive = draw(st.booleans()), draw(st.booleans())
    tiers = draw(tier_lists(limited=of_base and not progressive))
    return Tiered(tiers, of_base, progressive, draw(bases if of_base else units), label)


def oracle(line: Line, measure: Measure) -> Fraction | None:
    """The most that may be charged, without the engine's formulas: in exact fractions, tiers unit by unit."""
    if isinstance(line, Fixed | Range):
        price = line.amount if isinstance(line, Fixed) else line.high
        whole, rest = divmod(Fraction(measure.quantity or 0), 1)
        return sum((Fraction(price) for _unit in range(int(whole))), Fraction(0)) + Fraction(price) * rest
    if isinstance(line, Percentage):
        return within(Fraction(measure.base or 0) * Fraction(line.rate) / 100, line.cap, line.floor)
    size = Fraction((measure.base if line.of_base else measure.quantity) or 0)
    share = 100 if line.of_base else 1
    if size < line.tiers[0].start:
        return None
    if line.progressive:
        # One unit after the other, each by the tier that holds it; starts are whole, so no unit lies in two.
        total, at = Fraction(0), Fraction(0)
        while at < size:
            width = min(Fraction(1), size - at)
            value = tier_at(line.tiers, at)
            total += width * Fraction(value.value) / share if value else 0
            at += 1
        return total
    tier = tier_at(line.tiers, size)
    assert tier is not None
    return within(size * Fraction(tier.value) / share, tier.cap, tier.floor)


def tier_at(tiers: tuple[Tier, ...], place: Fraction) -> Tier | None:
    found = None
    for tier in tiers:
        if Fraction(tier.start) <= place:
            found = tier
    return found


def within(total: Fraction, cap: Decimal | None, floor: Decimal | None) -> Fraction:
    if cap is not None:
        total = min(total, Fraction(cap))
    return total if floor is None else max(total, Fraction(floor))


def fen(amount: Fraction) -> Decimal:
    cents = amount * 100
    whole = cents.numerator // cents.denominator
    return Decimal(whole + (1 if cents - whole >= Fraction(1, 2) else 0)) / 100


@given(line=lines(), size=numbers(most="80", places=2))
def test_the_arithmetic_is_that_of_the_oracle(line: Line, size: Decimal) -> None:
    unit = line.unit if isinstance(line, Fixed | Range) or (isinstance(line, Tiered) and not line.of_base) else ""
    measure = Measure(quantity=size, unit=unit, base=size)
    expected = oracle(line, measure)
    outcome = allowed_amount((line,), measure)
    assert outcome.amount == (None if expected is None else fen(expected))
    assert outcome.steps


@given(found=st.lists(lines(), min_size=2, max_size=4), size=numbers(most="80", places=2), unit=units)
def test_of_several_lines_the_one_that_allows_most_counts(found: list[Line], size: Decimal, unit: str) -> None:
    same = tuple(replace(line, unit=unit) for line in found if isinstance(line, Fixed | Range))
    assume(same)
    expected = max(oracle(line, Measure(size, unit)) or Fraction(0) for line in same)
    assert allowed_amount(same, Measure(size, unit)).amount == fen(expected)


@given(found=st.lists(lines(), max_size=4))
def test_notation_and_json_give_back_what_was_written(found: list[Line]) -> None:
    standard = tuple(found)
    assert standard_from_json(standard_to_json(standard)) == standard
    assert read_standard(write_standard(standard)) == standard


@pytest.mark.parametrize(
    "text",
    [
        "30",
        "30元",
        "5-3元/件",
        "2%上限1元下限3元",
        "分档/吨，5：1元；3：2元",
        "分档/吨 0：1元",
        "累进（合同额）0：1%上限3元",
        "见相关文件",
        "30元/",
    ],
)
def test_what_nobody_could_charge_by_is_refused(text: str) -> None:
    with pytest.raises(StandardError):
        read_standard(text)


def test_a_negative_amount_is_refused() -> None:
    with pytest.raises(StandardError):
        check_line(Fixed(Decimal(-1), "件"))


@pytest.mark.parametrize(
    ("standard", "measure", "code"),
    [
        ("", Measure(Decimal(1), "件"), "text_only"),
        ("2%", Measure(Decimal(1), "件"), "base_missing"),
        ("1元/件", Measure(None, "件"), "quantity_missing"),
        ("1元/件", Measure(Decimal(1), "月"), "unit_differs"),
        ("1元/件\n2元/月", Measure(Decimal(1)), "unit_missing"),
        ("分档/吨，10：1元", Measure(Decimal(9), "吨"), "below_tiers"),
    ],
)
def test_what_can_not_be_computed_says_why(standard: str, measure: Measure, code: str) -> None:
    outcome = allowed_amount(read_standard(standard), measure)
    assert outcome.amount is None
    assert outcome.steps[-1].code == code


def listed(**values: Any) -> Listed:
    words: dict[str, Any] = {
        "id": 1, "key": "k", "name": "占道费", "kind": "administrative", "list_code": "n", "list_name": "清单",
        "version": 1, "division": "320100", "effective_from": DAY, "effective_to": None,
        "standard": read_standard("5元/件"), "legal_basis": "依据",
    }  # fmt: skip
    return Listed(**{**words, **values})


def judge(*entries: Listed, **charge: Any) -> list[Verdict]:
    words: dict[str, Any] = {
        "item": "占道费", "payee": None, "division": "320102", "charged_on": DAY, "amount": Decimal(10),
        "quantity": Decimal(2), "unit": "件", "base": None,
    }  # fmt: skip
    return list(fee_check(**{**words, **charge}, entries=entries))


def codes(verdicts: list[Verdict]) -> list[str]:
    return [verdict.code.value for verdict in verdicts]


ONE = timedelta(days=1)


@pytest.mark.parametrize(
    ("values", "day", "expected"),
    [
        ({}, DAY, "consistent"),
        ({}, DAY - ONE, "not_yet_in_force"),
        ({"effective_to": DAY}, DAY, "consistent"),
        ({"effective_to": DAY}, DAY + ONE, "cancelled_or_suspended"),
        ({"valid_from": DAY + ONE}, DAY, "not_yet_in_force"),
        ({"valid_from": DAY + ONE}, DAY + ONE, "consistent"),
        ({"valid_to": DAY}, DAY, "consistent"),
        ({"valid_to": DAY}, DAY + ONE, "cancelled_or_suspended"),
        ({"is_stopped": True}, DAY, "cancelled_or_suspended"),
        # Told in advance: still in force until its last day.
        ({"is_stopped": True, "valid_to": DAY}, DAY, "consistent"),
        ({"is_stopped": True, "valid_to": DAY}, DAY + ONE, "cancelled_or_suspended"),
    ],
)
def test_the_day_decides(values: dict[str, Any], day: date, expected: str) -> None:
    assert codes(judge(listed(**values), charged_on=day)) == [expected]


@given(
    starts=st.lists(st.integers(0, 30), min_size=1, max_size=5, unique=True),
    holes=st.sets(st.integers(0, 4)),
    day=st.integers(-3, 34),
)
def test_the_version_of_the_day_is_found_whatever_the_order(starts: list[int], holes: set[int], day: int) -> None:
    """Versions follow each other without gaps; the item is left out of some of them."""
    starts = sorted(starts)
    prices: dict[int, Decimal] = {}
    versions = []
    for number, start in enumerate(starts):
        end = starts[number + 1] - 1 if number + 1 < len(starts) else None
        if number in holes:
            continue
        for at in range(start, (40 if end is None else end) + 1):
            prices[at] = Decimal(number + 1)
        until = None if end is None else DAY + ONE * end
        line: Standard = (Fixed(Decimal(number + 1), "件"),)
        versions.append(
            listed(id=number, version=number, effective_from=DAY + ONE * start, effective_to=until, standard=line)
        )
    assume(versions)
    (verdict,) = judge(*reversed(versions), charged_on=DAY + ONE * day, amount=Decimal(0), quantity=Decimal(1))
    assert verdict.allowed == prices.get(day)
    if day not in prices:
        before = any(at < day for at in prices)
        assert verdict.code == ("cancelled_or_suspended" if before else "not_yet_in_force")


def test_place_and_above_and_the_nearest_first() -> None:
    nation = listed(id=2, key="a", list_code="a", division="000000")
    city, other = listed(id=3, key="b", list_code="b"), listed(id=4, key="c", list_code="c", division="320500")
    assert [verdict.entry.id for verdict in judge(nation, other, city) if verdict.entry] == [3, 2]
    assert [verdict.entry.id for verdict in judge(nation, other, city, division="440000") if verdict.entry] == [2]


def test_the_payee_is_judged_only_where_both_are_known() -> None:
    assert codes(judge(listed(payee="公安、交通运输"), payee="南京市公安局")) == ["consistent"]
    assert codes(judge(listed(payee="公安"), payee="某行业协会")) == ["wrong_payee"]
    assert codes(judge(listed(payee=""), payee="某行业协会")) == ["consistent"]
    assert codes(judge(listed(payee="公安"), payee=None)) == ["consistent"]
    assert names_body("江苏省人力资源和社会保障厅", "人力资源社会保障")


def test_an_item_that_is_only_alike_leaves_the_question_open() -> None:
    verdicts = judge(listed(name="城市道路占用挖掘修复费"), item="道路占用费")
    assert codes(verdicts)[-1] == "not_in_catalogue"
    assert verdicts[0].entry is not None
    assert codes(judge(listed(), item="会议赞助")) == ["not_in_catalogue"]
    assert codes(judge(listed(), item="诚信押金")) == ["unlawful_deposit"]


def test_law_of_the_day_only() -> None:
    assert "国办函〔2025〕30号" in judge(item="会议赞助")[0].citation
    assert "国办函〔2025〕30号" not in judge(item="会议赞助", charged_on=date(2025, 3, 24))[0].citation
    assert "国务院令第802号" not in judge(item="诚信押金", charged_on=date(2025, 5, 31))[0].citation
    assert "国务院令第802号" in judge(item="诚信押金", charged_on=date(2025, 6, 1))[0].citation


@given(amount=numbers(places=2))
def test_excess_and_allowed_make_the_charge(amount: Decimal) -> None:
    (verdict,) = judge(listed(), amount=amount)
    assert verdict.allowed == Decimal("10.00")
    assert verdict.excess == max(amount - 10, Decimal(0)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert (verdict.code == "above_standard") == (amount > 10)


@given(st.text("占道收费用管理停车路", max_size=12), st.text("占道收费用管理停车路", max_size=12))
def test_likeness_is_a_measure(one: str, other: str) -> None:
    like = likeness(one, other)
    assert 0 <= like <= 1
    assert like == likeness(other, one)
    if one:
        assert likeness(one, one) == 1
