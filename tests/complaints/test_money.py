"""Money: parts, payments, the plan and what is missed, against an independent recount of random histories."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.models import OutboxMessage, TimelineEvent
from casework.cases.timeline import verify_chains
from casework.cases.worklog.models import Task
from complaints import services as moves
from complaints.closing import services as closing
from complaints.models import ArrearsComplaint
from complaints.money import services
from complaints.money.missed import missed_notice
from complaints.money.models import ClaimPart, Instalment, RecordedPayment
from complaints.money.selectors import Met, Money, money_of
from complaints.money.services import Part, Promise
from tests.complaints.portal_pages import PDF
from tests.complaints.respondent_cases import fresh, today
from tests.factories import House

pytestmark = pytest.mark.django_db
FILER = Actor.complainant("示例机械有限公司")


@pytest.fixture
def house() -> House:
    return House()


def sums(case: ArrearsComplaint, on: date | None = None) -> Money:
    return money_of(fresh(case), on)


def record(house: House, case: ArrearsComplaint, amount: str, **changes: Any) -> RecordedPayment:
    by = {"actor": Actor.person(house.handler), "paid_on": today(), **changes}
    return services.payment_record(complaint=case, amount=Decimal(amount), **by)


def answer(
    case: ArrearsComplaint, payment: RecordedPayment, *, arrived: bool = True, **changes: Any
) -> RecordedPayment:
    given_ = {"actor": FILER, "note": "" if arrived else "未到账", **changes}
    return services.payment_answer(complaint=case, payment=payment.pk, arrived=arrived, **given_)


def sign(house: House, case: ArrearsComplaint, *rows: tuple[int, str], **changes: Any) -> Any:
    """A plan with (days from today, yuan)."""
    promises = [Promise(today() + timedelta(days=days), Decimal(amount)) for days, amount in rows]
    long_ago = {"signed_on": today() - timedelta(days=60), "actor": Actor.person(house.handler), **changes}
    return services.plan_sign(complaint=case, instalments=promises, **long_ago)


def test_only_what_the_complainant_confirms_counts_as_paid(house: House) -> None:
    case = house.in_handling()
    first, second = record(house, case, "30000"), record(house, case, "10000")
    assert [sums(case).paid, sums(case).reported, sums(case).outstanding] == [0, 40000, 80000]
    answer(case, first)
    answer(case, second, arrived=False)
    after = sums(case)
    assert [after.paid, after.reported, after.denied, after.outstanding] == [30000, 0, 10000, 50000]
    verbs = TimelineEvent.objects.filter(case=case).values_list("verb", flat=True)
    assert {"payment_recorded", "payment_confirmed", "payment_denied"} <= set(verbs)
    assert list(verify_chains(case.pk)) == []


def test_a_payment_is_answered_once(house: House) -> None:
    case = house.in_handling()
    payment = record(house, case, "30000")
    answer(case, payment)
    for arrived in (True, False):
        with pytest.raises(CaseChanged):
            answer(case, payment, arrived=arrived)
    other = house.in_handling()
    with pytest.raises(CaseChanged):
        answer(other, record(house, case, "1"))


def test_more_than_is_outstanding_cant_be_recorded(house: House) -> None:
    case = house.in_handling()
    record(house, case, "50000")
    for amount in ("30000.01", "0", "-1"):
        with pytest.raises(InvalidInput) as caught:
            record(house, case, amount)
        assert set(caught.value.errors) == {"amount"}
    record(house, case, "30000")
    for day in (today() + timedelta(days=1), case.signed_on - timedelta(days=1)):
        with pytest.raises(InvalidInput) as caught:
            record(house, case, "1", paid_on=day)
        assert set(caught.value.errors) == {"paid_on"}


def test_the_proof_joins_the_evidence_once(house: House) -> None:
    case = house.in_handling()
    upload = lambda: [SimpleUploadedFile("回单.pdf", PDF)]  # noqa: E731
    first, second = record(house, case, "1", uploads=upload()), record(house, case, "2", uploads=upload())
    assert first.proof is not None
    assert first.proof == second.proof
    assert not first.proof.by_complainant


def test_staff_enter_an_answer_only_with_how_they_were_told(house: House) -> None:
    case = house.in_handling()
    payment = record(house, case, "30000")
    with pytest.raises(InvalidInput):
        answer(case, payment, actor=Actor.person(house.handler))
    with pytest.raises(InvalidInput):
        answer(case, payment, arrived=False, note=" ")
    for stranger in (house.supervisor, house.auditor, house.sysadmin):
        with pytest.raises(ActionNotAllowed):
            answer(case, payment, actor=Actor.person(stranger), note="电话")
    answer(case, payment, actor=Actor.person(house.handler), note="投诉人来电确认")
    assert sums(case).paid == 30000


def test_a_confirmed_payment_that_came_to_nothing_is_denied_by_staff(house: House) -> None:
    case, actor = house.in_handling(), Actor.person(house.handler)
    sign(house, case, (10, "30000"))
    payment = record(house, case, "30000")
    answer(case, payment)
    assert not Task.objects.filter(case=case, source="instalment", done_at=None).exists()
    with pytest.raises(CaseChanged):
        answer(case, payment, arrived=False)
    with pytest.raises(InvalidInput) as caught:
        answer(case, payment, actor=actor, note="来电")
    assert set(caught.value.errors) == {"arrived"}
    answer(case, payment, arrived=False, actor=actor, note="投诉人来电：票据被退回")
    after = sums(case)
    assert [after.paid, after.outstanding] == [0, 80000]
    assert [row.status for row in after.plan_rows] == [Met.OPEN]
    assert Task.objects.filter(case=case, source="instalment", done_at=None).count() == 1
    mails = OutboxMessage.objects.filter(channel="email", payload__template="payment_denied")
    assert mails.count() == 1
    with pytest.raises(CaseChanged):
        answer(case, payment, actor=actor, note="来电")
    assert list(verify_chains(case.pk)) == []


@pytest.mark.parametrize("who", ["supervisor", "auditor", "credit_officer"])
def test_others_record_nothing(house: House, who: str) -> None:
    case, actor = house.in_handling(), Actor.person(getattr(house, who))
    with pytest.raises(ActionNotAllowed):
        record(house, case, "1", actor=actor)
    with pytest.raises(ActionNotAllowed):
        services.claim_split(complaint=case, actor=actor, parts=[Part("货款", case.amount)])
    with pytest.raises(ActionNotAllowed):
        sign(house, case, (1, "1"), actor=actor)


def test_before_acceptance_and_after_the_end_there_is_no_money(house: House) -> None:
    ended = moves.complaint_close(complaint=house.resolved(), actor=Actor.person(house.handler), reason="NO_CONTRACT")
    for case in (house.submitted(), ended):
        with pytest.raises((CaseChanged, ActionNotAllowed)):
            record(house, case, "1", actor=Actor.person(house.clerk))


def test_the_parts_make_up_the_claim_and_replace_those_before(house: House) -> None:
    case, actor = house.in_handling(), Actor.person(house.handler)
    two = [Part("货款", Decimal("75000")), Part("扣款", Decimal("5000"), disputed=True, reason="质量")]
    services.claim_split(complaint=case, actor=actor, parts=two)
    assert (sums(case).undisputed, sums(case).disputed) == (Decimal(75000), Decimal(5000))
    services.claim_split(complaint=case, actor=actor, parts=[Part("全部", Decimal("80000"))])
    assert (sums(case).undisputed, sums(case).disputed) == (Decimal(80000), Decimal(0))
    wrong: tuple[list[Part], ...] = (
        [Part("货款", Decimal("79999.99"))],
        [Part(" ", Decimal("80000"))],
        [Part("货款", Decimal("80000"), disputed=True)],
        [Part("货款", Decimal("80001")), Part("折让", Decimal("-1"))],
        [],
    )
    for parts in wrong:
        with pytest.raises(InvalidInput) as caught:
            services.claim_split(complaint=case, actor=actor, parts=parts)
        assert set(caught.value.errors) == {"parts"}
    assert ClaimPart.objects.get(complaint=case).label == "全部"


def test_instalments_become_tasks_that_are_done_when_met(house: House) -> None:
    case = house.in_handling()
    sign(house, case, (-10, "20000"), (10, "60000"))
    tasks = Task.objects.filter(case=case, source="instalment").order_by("due_on")
    assert [task.due_on for task in tasks] == [today() - timedelta(days=10), today() + timedelta(days=10)]
    answer(case, record(house, case, "20000"))
    assert [task.done_at is not None for task in tasks.all()] == [True, False]
    assert [row.status for row in sums(case).plan_rows] == [Met.MET, Met.OPEN]
    sign(house, case, (20, "60000"))
    assert Task.objects.filter(case=case, done_at=None).count() == 1
    assert [row.status for row in sums(case).plan_rows] == [Met.OPEN]
    moves.complaint_withdraw(complaint=case, actor=FILER)
    assert not Task.objects.filter(case=case, done_at=None).exists()


def test_a_plan_promises_no_more_than_is_open_and_nothing_before_its_signature(house: House) -> None:
    case = house.in_handling()
    record(house, case, "30000")
    for rows in ([(1, "50000.01")], [(1, "1"), (1, "1")], [(-61, "1")], [(1, "0")], []):
        with pytest.raises(InvalidInput) as caught:
            sign(house, case, *rows)
        assert set(caught.value.errors) == {"instalments"}
    sign(house, case, (1, "50000"))
    # What was reported before the plan was no part of it.
    assert [row.status for row in sums(case).plan_rows] == [Met.OPEN]


def test_a_missed_instalment_is_told_exactly_once(house: House) -> None:
    case, other = house.in_handling(), house.in_handling()
    sign(house, case, (-10, "20000"), (-1, "10000"), (0, "5000"), (10, "45000"))
    sign(house, other, (-10, "20000"), (-5, "5000"))
    # Reported as paid: nobody is warned while the complainant has not denied it.
    reported = record(house, other, "25000")
    assert missed_notice() == 2
    assert missed_notice() == 0
    events = TimelineEvent.objects.filter(verb="instalment_missed")
    assert list(events.values_list("case", flat=True)) == [case.pk, case.pk]
    mails = OutboxMessage.objects.filter(channel="email", payload__template="instalment_missed")
    assert mails.count() == 2
    answer(other, reported, arrived=False)
    assert missed_notice() == 2
    assert missed_notice(today() + timedelta(days=1)) == 1
    for pk in (case.pk, other.pk):
        assert list(verify_chains(pk)) == []


def test_an_ended_case_warns_of_nothing(house: House) -> None:
    case = house.in_handling()
    sign(house, case, (-10, "20000"))
    moves.complaint_withdraw(complaint=case, actor=FILER)
    assert missed_notice() == 0
    assert not Instalment.objects.exclude(missed_noticed_on=None).exists()


def test_the_result_letter_shows_parts_and_payments(house: House) -> None:
    case, actor = house.in_handling(), Actor.person(house.handler)
    parts = [Part("货款", Decimal("75000")), Part("扣款", Decimal("5000"), disputed=True, reason="质量")]
    services.claim_split(complaint=case, actor=actor, parts=parts)
    answer(case, record(house, case, "30000", remark="银行转账"))
    record(house, case, "1000")
    moves.complaint_resolve(complaint=case, actor=actor, findings="属实", result="部分支付")
    said = case.letters.get(template="result_letter").variables
    amounts = {name: said[f"{name}_amount"] for name in ("undisputed", "disputed", "paid", "unpaid")}
    assert amounts == {"undisputed": "75000.00", "disputed": "5000.00", "paid": "30000.00", "unpaid": "50000.00"}
    assert [row["note"] for row in said["payments"]] == ["银行转账；投诉人已确认", "待投诉人确认"]
    assert "质量" in said["disputed_result"]


def test_the_result_letter_shows_the_plan_as_it_stands(house: House) -> None:
    case = house.in_handling()
    sign(house, case, (-10, "20000"), (-5, "20000"), (30, "40000"))
    answer(case, record(house, case, "20000"))
    moves.complaint_resolve(complaint=case, actor=Actor.person(house.handler), findings="属实", result="还款计划")
    said = case.letters.get(template="result_letter").variables
    assert said["plan_signed_on"] == (today() - timedelta(days=60)).isoformat()
    assert [(row["amount"], row.get("note", "")) for row in said["instalments"]] == [
        ("20000.00", "已付清"),
        ("20000.00", "逾期未付"),
        ("40000.00", ""),
    ]


def test_the_termination_decision_says_what_was_paid(house: House) -> None:
    case, actor = house.in_handling(), Actor.person(house.handler)
    answer(case, record(house, case, "30000"))
    closing.complaint_terminate(complaint=fresh(case), actor=actor, ground="NO_CONTRACT", explanation="无合同。")
    said = case.letters.get(template="termination_decision").variables
    assert (said["paid_amount"], said["unpaid_amount"]) == ("30000.00", "50000.00")


def test_without_records_the_result_letter_says_nothing_about_money(house: House) -> None:
    said = house.resolved().letters.get(template="result_letter").variables
    assert not said.get("payments")
    assert not {"paid_amount", "unpaid_amount"} & set(said)


FEN = st.integers(1, 9_000_000)
STEP = st.one_of(
    st.tuples(st.just("record"), FEN, st.integers(0, 30)),
    st.tuples(st.sampled_from(["confirm", "deny"]), st.integers(0, 5), st.just(0)),
    st.tuples(
        st.just("plan"),
        st.dictionaries(st.integers(-20, 20), st.integers(1, 4_000_000), min_size=1, max_size=4),
        st.just(0),
    ),
    st.tuples(st.just("split"), st.lists(st.tuples(FEN, st.booleans()), min_size=1, max_size=4), st.booleans()),
)
CLAIM = 8_000_000


class Book:
    """A slow oracle: every fen of a payment is a coin with the day it came, laid on the instalments one by one."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.plan: list[tuple[date, int]] = []
        self.parts: list[tuple[int, bool]] = []

    def fen(self, said: str) -> int:
        return sum(row["fen"] for row in self.rows if row["said"] == said)

    @property
    def room(self) -> int:
        return CLAIM - self.fen("confirm") - self.fen("")

    @property
    def waiting(self) -> list[dict[str, Any]]:
        return [row for row in self.rows if row["said"] == ""]

    def heaps(self, *said: str) -> list[list[Any]]:
        """[fen left, day] of the payments since the plan, in the order of the days, then of their recording."""
        return [
            [row["fen"], row["day"]]
            for row in sorted(self.rows, key=lambda row: row["day"])
            if row["since"] and row["said"] in said
        ]

    def instalments(self) -> list[tuple[str, date | None]]:
        """How each stands, and the day of the coin that filled it."""
        sure, likely = self.heaps("confirm"), self.heaps("confirm", "")
        found: list[tuple[str, date | None]] = []
        for due, fen in self.plan:
            filled, filled_likely = _take(sure, fen), _take(likely, fen)
            if filled:
                found.append(("met", filled))
            elif filled_likely:
                found.append(("reported", None))
            else:
                found.append(("missed" if due < today() else "open", None))
        return found


def _take(heaps: list[list[Any]], fen: int) -> date | None:
    """Take coins from the front; the day of the last, or None when there were too few."""
    while heaps and fen:
        taken = min(heaps[0][0], fen)
        fen -= taken
        heaps[0][0] -= taken
        day: date = heaps[0][1]
        if not heaps[0][0]:
            heaps.pop(0)
        if not fen:
            return day
    return None


class RandomHistories(TestCase):
    """Whatever is split, recorded, answered and promised in whatever order."""

    @settings(max_examples=40, deadline=None)
    @given(steps=st.lists(STEP, max_size=14))
    def test_sums_are_those_of_a_slow_recount(self, steps: list[tuple[str, Any, Any]]) -> None:
        house, book = House(), Book()
        case = house.in_handling()
        for kind, what, more in steps:
            getattr(self, f"_{kind}")(house, case, book, what, more)
            self._compare(case, book)

    def _record(self, house: House, case: ArrearsComplaint, book: Book, fen: int, days: int) -> None:
        day = today() - timedelta(days=days)
        try:
            made = record(house, case, str(Decimal(fen) / 100), paid_on=day)
        except InvalidInput:
            assert fen > book.room
            return
        assert fen <= book.room
        book.rows.append({"fen": fen, "said": "", "row": made, "day": day, "since": True})

    def _confirm(self, _house: House, case: ArrearsComplaint, book: Book, number: int, _more: int) -> None:
        if book.waiting:
            chosen = book.waiting[number % len(book.waiting)]
            answer(case, chosen["row"])
            chosen["said"] = "confirm"

    def _deny(self, _house: House, case: ArrearsComplaint, book: Book, number: int, _more: int) -> None:
        if book.waiting:
            chosen = book.waiting[number % len(book.waiting)]
            answer(case, chosen["row"], arrived=False)
            chosen["said"] = "deny"

    def _plan(self, house: House, case: ArrearsComplaint, book: Book, rows: dict[int, int], _more: int) -> None:
        try:
            sign(house, case, *((days, str(Decimal(fen) / 100)) for days, fen in rows.items()))
        except InvalidInput:
            assert sum(rows.values()) > book.room
            return
        assert sum(rows.values()) <= book.room
        book.plan = sorted((today() + timedelta(days=days), fen) for days, fen in rows.items())
        for row in book.rows:
            row["since"] = False

    def _split(
        self, house: House, case: ArrearsComplaint, book: Book, parts: list[tuple[int, bool]], fits: bool
    ) -> None:
        """As drawn, or with a last part that makes up the claim."""
        if fits and sum(fen for fen, _disputed in parts) < CLAIM:
            parts = [*parts, (CLAIM - sum(fen for fen, _disputed in parts), False)]
        rows = [Part("部分", Decimal(fen) / 100, disputed=disputed, reason="质量") for fen, disputed in parts]
        try:
            services.claim_split(complaint=case, actor=Actor.person(house.handler), parts=rows)
        except InvalidInput:
            assert sum(fen for fen, _disputed in parts) != CLAIM
            return
        book.parts = parts

    def _compare(self, case: ArrearsComplaint, book: Book) -> None:
        money = sums(case)
        found = [money.reported, money.paid, money.denied, money.outstanding, money.disputed, money.undisputed]
        disputed = [sum(fen for fen, is_disputed in book.parts if is_disputed is asked) for asked in (True, False)]
        told = [book.fen(""), book.fen("confirm"), book.fen("deny"), CLAIM - book.fen("confirm"), *disputed]
        assert [value * 100 for value in found] == told
        assert money.outstanding >= money.unpromised >= 0
        assert [(row.status.value, row.met_on) for row in money.plan_rows] == book.instalments()
        assert money.is_plan_open is any(status != "met" for status, _day in book.instalments())


def test_closing_guards_stand_on_the_sums(house: House) -> None:
    case, actor = house.in_handling(), Actor.person(house.handler)
    parts = [Part("货款", Decimal("75000")), Part("扣款", Decimal("5000"), disputed=True, reason="质量")]
    services.claim_split(complaint=case, actor=actor, parts=parts)
    sign(house, case, (0, "75000"))
    case = moves.complaint_resolve(complaint=case, actor=actor, findings="属实", result="签订还款计划")
    for reason in ("PAID_FULL", "REPAYMENT_PLAN_SIGNED", "PARTLY_PAID_REST_DISPUTED"):
        with pytest.raises(InvalidInput) as caught:
            moves.complaint_close(complaint=case, actor=actor, reason=reason)
        assert set(caught.value.errors) == {"reason"}
    case = closing.complaint_follow_up(complaint=case, actor=actor)
    assert (case.state, case.ended_on) == ("follow_up", None)
    answer(case, record(house, case, "75000"))
    with pytest.raises(InvalidInput):
        moves.complaint_close(complaint=fresh(case), actor=actor, reason="PAID_FULL")
    closed = moves.complaint_close(complaint=fresh(case), actor=actor, reason="PARTLY_PAID_REST_DISPUTED")
    assert closed.state == "closed"


def test_what_was_paid_before_a_plan_meets_none_of_its_instalments(house: House) -> None:
    """Even at the same moment: the plan promises what was open after that payment."""
    case, now = house.in_handling(), timezone.now()
    staff = Actor.person(house.handler, now)
    paid = services.payment_record(complaint=case, actor=staff, paid_on=today(), amount=Decimal("30000.00"))
    services.payment_answer(complaint=case, actor=Actor.complainant("x", at=now), payment=paid.pk, arrived=True)
    promise = Promise(today() + timedelta(days=20), Decimal("20000.00"))
    services.plan_sign(complaint=case, actor=staff, signed_on=today(), instalments=[promise])
    (row,) = sums(case).plan_rows
    assert (row.status, row.met_on) == (Met.OPEN, None)
