"""The figures against a slow count by hand, and what a user's figures are made of."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.parties.models import NATION, Role
from fees.monitoring.answers import return_of
from fees.monitoring.figures import By, Charge, figures_of
from fees.monitoring.quarters import Quarter
from fees.monitoring.sources import figures_for, quarters_visible_to
from tests.factories import department, member
from tests.fees.monitoring.conftest import QUARTER, Watch, payment

ITEMS = ["年度会费", "年度 会费", "评审费", "检测费"]
PAYEES = ["甲协会", "甲 协会", "乙银行"]
VERDICTS = ["consistent", "above_standard", "not_in_catalogue", "unlawful_deposit", "cancelled_or_suspended"]
# By hand, once more: what is written differently and still the same.
SAME_ITEM = {"年度会费": "A", "年度 会费": "A", "评审费": "B", "检测费": "C"}
SAME_PAYEE = {"甲协会": "1", "甲 协会": "1", "乙银行": "2"}

charges = st.lists(
    st.builds(
        Charge,
        payee=st.sampled_from(PAYEES),
        payee_type=st.just("association"),
        item=st.sampled_from(ITEMS),
        division=st.sampled_from(["320102", "320104"]),
        amount=st.integers(1, 10_000_000).map(lambda fen: Decimal(fen) / 100),
        verdict=st.sampled_from(VERDICTS),
        source=st.sampled_from(["monitoring", "reports"]),
        on=st.just(date(2026, 3, 31)),
        payer=st.sampled_from(["1", "2", "3"]),
    ),
    max_size=12,
)


def fen(amount: Decimal) -> int:
    return int(amount * 100)


@settings(max_examples=150, deadline=None)
@given(now=charges, before=charges)
def test_lines_are_what_counting_by_hand_gives(now: list[Charge], before: list[Charge]) -> None:
    figures = figures_of(now, before)
    for by, group in (
        (By.ITEM, lambda charge: SAME_ITEM[charge.item]),
        (By.PAYEE, lambda charge: SAME_PAYEE[charge.payee]),
        (By.DIVISION, lambda charge: charge.division),
    ):
        expected = []
        for name in {group(charge) for charge in now}:
            mine = [charge for charge in now if group(charge) == name]
            total = sum(fen(charge.amount) for charge in mine)
            out = sum(fen(charge.amount) for charge in mine if charge.verdict not in ("consistent", "above_standard"))
            earlier = sum(fen(charge.amount) for charge in before if group(charge) == name)
            payers = len({charge.source + charge.payer for charge in mine})
            change = None if earlier == 0 else round((total - earlier) / earlier, 9)
            expected.append((out, payers, total, len(mine), earlier, round(out / total, 9), change))
        found = [
            (
                fen(line.outside),
                len(line.payers),
                fen(line.total),
                line.count,
                fen(line.before),
                round(float(line.share_outside), 9),
                None if line.change is None else round(float(line.change), 9),
            )
            for line in figures.lines[by]
        ]
        assert sorted(found, key=str) == sorted(expected, key=str)
        assert [one[:3] for one in found] == sorted((one[:3] for one in found), reverse=True)
    assert fen(figures.total.total) == sum(fen(charge.amount) for charge in now)


def test_quarters() -> None:
    assert Quarter.of(date(2026, 1, 1)) == Quarter(2026, 1)
    assert [Quarter.of(date(2026, month, 28)).number for month in range(1, 13)] == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]
    assert (Quarter(2027, 4).first_day, Quarter(2027, 4).last_day) == (date(2027, 10, 1), date(2027, 12, 31))
    assert Quarter(2028, 1).last_day == date(2028, 3, 31)
    assert Quarter(2026, 1).before == Quarter(2025, 4)


@pytest.mark.django_db
def test_figures_count_submitted_returns_that_the_reader_may_see() -> None:
    watch, other = Watch("320100"), Watch("320500")
    rows = []
    for one, place in ((watch, "320102"), (other, "320505")):
        point = one.point(place)
        one.round(QUARTER.before)
        one.submitted(
            return_of(point, QUARTER.before),
            payment(amount=Decimal("100"), division=place, charged_on=QUARTER.before.last_day),
        )
        one.round()
        rows.append(return_of(point, QUARTER))
    watch.submitted(rows[0], payment(amount=Decimal("150"), division="320102"))
    province = department("320000")
    supervisor, city = member(Role.SUPERVISOR, province), member(Role.AUDITOR, department("320500"))
    seen = figures_for(supervisor, QUARTER, NATION)
    # The other point's draft doesn't count, what it paid before does where a line stands for both.
    assert (seen.total.total, seen.total.before) == (Decimal("150"), Decimal("200"))
    (line,) = seen.lines[By.DIVISION]
    assert (line.key, line.before, line.change) == ("320102", Decimal("100"), Decimal("0.5"))
    other.submitted(rows[1], payment(amount=Decimal("30"), division="320505"))
    assert figures_for(supervisor, QUARTER, NATION).total.total == Decimal("180")
    assert figures_for(supervisor, QUARTER, "320500").total.total == Decimal("30")
    assert figures_for(city, QUARTER, NATION).total.total == Decimal("30")
    assert figures_for(watch.head, QUARTER, NATION).total.total == Decimal("150")
    assert figures_for(member(Role.CATALOGUE_EDITOR, province), QUARTER, NATION).total.total == 0
    assert quarters_visible_to(city) == [QUARTER, QUARTER.before]
    assert quarters_visible_to(member(Role.SUPERVISOR, department("440000"))) == []
