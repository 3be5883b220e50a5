"""What is disclosed against open complaints: the pure rule, and what of a complaint counts at the year's end."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.cases.actors import Actor
from casework.cases.models import Case
from complaints.disclosure.answers import obligation_of
from complaints.disclosure.comparing import Claim, Flag, claim_of, compare, comparisons
from complaints.disclosure.models import Disclosure, DisclosureObligation
from complaints.models import ArrearsComplaint
from complaints.money.models import RecordedPayment
from complaints.money.services import Part, claim_split, payment_answer, payment_record
from tests.complaints.disclosure.conftest import YEAR, Bureau, figures, nothing
from tests.factories import House, credit_code, file_complaint

YUAN = st.decimals(0, 10_000_000, places=2)
END = date(YEAR, 12, 31)


@given(amount=YUAN, undisputed=YUAN, paid=YUAN)
def test_a_claim_never_counts_more_than_is_left(amount: Decimal, undisputed: Decimal, paid: Decimal) -> None:
    claim = claim_of(1, amount, min(undisputed, amount), paid)
    if claim is None:
        assert paid >= amount
    else:
        assert claim.outstanding == amount - paid > 0
        assert 0 <= claim.undisputed <= claim.outstanding


@given(disclosed=YUAN, sums=st.lists(st.tuples(YUAN, YUAN), max_size=4), has_time=st.booleans())
def test_what_is_asked(disclosed: Decimal, sums: list[tuple[Decimal, Decimal]], has_time: bool) -> None:
    claims = [Claim(place, max(pair) + 1, min(pair)) for place, pair in enumerate(sums)]
    said = Disclosure(amount=disclosed)
    flag = compare(said, claims, has_time=has_time).flag
    if disclosed >= sum(claim.outstanding for claim in claims):
        assert flag == Flag.NONE or (disclosed == 0 and claims)
    if disclosed < sum(claim.undisputed for claim in claims):
        assert flag != Flag.NONE
    # Whoever discloses more is asked no more for it.
    order = [Flag.NONE, Flag.LESS_THAN_UNDISPUTED, Flag.NOTHING_DISCLOSED]
    more = compare(Disclosure(amount=disclosed + 1), claims).flag
    assert order.index(more) <= order.index(flag)


def test_a_missing_disclosure_is_no_question_while_there_is_time() -> None:
    claims = [Claim(1, Decimal(100), Decimal(0))]
    assert compare(None, claims, has_time=True).flag == Flag.NONE
    assert compare(None, claims).flag == Flag.NOTHING_DISCLOSED
    assert compare(None, []).flag == Flag.NONE


class Debtor:
    """A body with complaints against it."""

    def __init__(self, bureau: Bureau) -> None:
        self.house, self.code = House(), credit_code()
        self.bureau = bureau
        self.row = bureau.asked(code=self.code, name="示例建设集团有限公司", kind="large_enterprise")

    def complaint(self, accepted_on: date = date(2025, 11, 3), **changes: Any) -> ArrearsComplaint:
        """An accepted one of 80,000 yuan."""
        case = self.house.in_handling(respondent_code=self.code, **changes)
        Case.objects.filter(pk=case.pk).update(accepted_on=accepted_on)
        return ArrearsComplaint.objects.get(pk=case.pk)

    def pay(self, case: ArrearsComplaint, paid_on: date, amount: str, *, arrived: bool = True) -> None:
        """A payment, confirmed by the complainant."""
        staff = Actor.person(self.house.handler)
        row = payment_record(complaint=case, actor=staff, paid_on=paid_on, amount=Decimal(amount))
        payment_answer(
            complaint=case, actor=Actor.complainant("示例机械有限公司"), payment=row.pk, arrived=arrived, note="核对"
        )

    def split(self, case: ArrearsComplaint, undisputed: str) -> None:
        """Tell the claim apart."""
        rest = case.amount - Decimal(undisputed)
        parts = [Part("货款", Decimal(undisputed)), Part("质量扣款", rest, disputed=True, reason="双方有争议")]
        claim_split(complaint=case, actor=Actor.person(self.house.handler), parts=parts)

    def compared(self) -> Any:
        """The comparison as it stands."""
        row = obligation_of(self.row.body, self.row.year)
        return comparisons([row], self.house.handler)[row.pk]


@pytest.fixture
def debtor(bureau: Bureau) -> Debtor:
    return Debtor(bureau)


@pytest.mark.django_db
def test_what_was_open_at_the_years_end_counts(debtor: Debtor) -> None:
    counted = debtor.complaint()
    debtor.complaint(accepted_on=date(2026, 1, 1))
    ended = debtor.complaint()
    Case.objects.filter(pk=ended.pk).update(ended_on=END, next_due=None)
    ended_later = debtor.complaint()
    Case.objects.filter(pk=ended_later.pk).update(ended_on=date(2026, 1, 2), next_due=None)
    file_complaint(respondent_code=debtor.code)
    debtor.house.accepted()
    found = debtor.compared()
    assert [claim.complaint for claim in found.claims] == [counted.pk, ended_later.pk]
    assert (found.outstanding, found.undisputed) == (Decimal("160000.00"), 0)


@pytest.mark.django_db
def test_payments_until_the_years_end_are_taken_off_the_undisputed_part(debtor: Debtor) -> None:
    case = debtor.complaint()
    debtor.split(case, "60000")
    debtor.pay(case, date(2025, 12, 31), "15000")
    debtor.pay(case, date(2026, 1, 1), "20000")
    debtor.pay(case, date(2025, 12, 1), "5000", arrived=False)
    found = debtor.compared()
    assert (found.outstanding, found.undisputed) == (Decimal("65000.00"), Decimal("45000.00"))
    assert RecordedPayment.objects.filter(complaint=case).count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "flag"),
    [
        (None, Flag.NOTHING_DISCLOSED),
        (nothing(), Flag.NOTHING_DISCLOSED),
        (figures(amount=Decimal("59999.99"), disputed=Decimal(0)), Flag.LESS_THAN_UNDISPUTED),
        (figures(amount=Decimal("60000.00"), disputed=Decimal(0)), Flag.NONE),
    ],
)
def test_the_questions(debtor: Debtor, said: Any, flag: Flag) -> None:
    debtor.split(debtor.complaint(), "60000")
    if said is not None:
        debtor.bureau.disclosed(debtor.row, said)
    assert debtor.compared().flag == flag


@pytest.mark.django_db
def test_without_a_complaint_nothing_is_asked(bureau: Bureau) -> None:
    row = bureau.asked()
    assert comparisons([row], bureau.clerk)[row.pk].flag == Flag.NONE


@pytest.mark.django_db
def test_only_complaints_that_the_reader_may_see_are_counted(debtor: Debtor) -> None:
    debtor.complaint()
    seen = {
        name: len(comparisons([debtor.row], user)[debtor.row.pk].claims)
        for name, user in (("own", debtor.house.supervisor), ("other", debtor.bureau.clerk))
    }
    assert seen == {"own": 1, "other": 0}


@pytest.mark.django_db
def test_a_hundred_rows_cost_what_one_does(debtor: Debtor, django_assert_num_queries: Any) -> None:
    debtor.complaint()
    for _number in range(5):
        debtor.bureau.body()
    debtor.bureau.open()
    rows = list(DisclosureObligation.objects.select_related("body", "current"))
    for some in (rows[-1:], rows):
        with django_assert_num_queries(3):
            comparisons(some, debtor.house.handler)
