"""Orders to payees: what they say, what they hide, what is refunded, how they end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.models import Notification, OutboxMessage
from casework.cases.timeline import verify_chains
from casework.cases.verbs import Verb
from casework.documents.models import Letter
from casework.documents.reissue import letter_reissue
from casework.parties.models import Role
from fees.orders import services
from fees.orders.models import Order, Payer
from fees.orders.payer_table import Owed
from fees.orders.selectors import RefundSums, announced_orders, most_confiscated, order_sums, orders_open, refund_sums
from fees.report.models import FeeReport
from fees.report.services import report_conclude
from tests.at_once import at_once, errors
from tests.factories import credit_code, member
from tests.fees.house import charge
from tests.fees.orders.house import NOTICE, OrderHouse, owed, today

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
LETTER = "fee_rectification_order"


@pytest.fixture
def house() -> OrderHouse:
    return OrderHouse()


@pytest.fixture
def report(house: OrderHouse) -> FeeReport:
    return house.violation_found()


def refused(command: Callable[[], Any]) -> dict[str, list[str]]:
    with pytest.raises(InvalidInput) as refusal:
        command()
    return refusal.value.errors


def end(house: OrderHouse, order: Order, outcome: str, **changes: Any) -> Order:
    given = {"report": order.report, "actor": house.handling, "order": order.pk, "outcome": outcome, **changes}
    return services.order_end(**given)


def test_a_rectification_order_says_what_was_found_and_hides_the_report(house: OrderHouse, report: FeeReport) -> None:
    due = today() + timedelta(30)
    order = house.rectification(report)
    assert (order.kind, order.number, order.outcome, order.due_on) == ("rectification", 1, "open", due)
    letter = order.letter
    assert letter is not None
    assert (letter.case_id, letter.template, letter.to_complainant) == (report.pk, LETTER, False)
    assert letter.department == house.verifying
    said = letter.variables
    assert said["addressee"] == report.respondent_name
    labels = [row["label"] for row in said["violations"]]
    assert labels[0] == "目录清单之外收费"
    assert len(labels) == 2
    # Nothing of the report but the name of the charge and the finding's own days.
    everything = str(said)
    secrets = (
        report.reference, report.complainant_name, report.complainant_code, report.contact_name,
        report.contact_phone, report.contact_email, "5000", report.facts, report.charged_on.isoformat(),
    )  # fmt: skip
    assert not [secret for secret in secrets if secret in everything]
    event = report.events.get(verb=Verb.ORDER_ISSUED)
    assert event.payload["order"].endswith(letter.number)
    assert event.payload["due"] == due.isoformat()
    assert list(verify_chains(report.pk)) == []


@pytest.mark.parametrize(
    "told",
    ["示例包装有限公司", "示例包装 有限公司", "请联系李四", "电话139-0000-0000/13900000000", "REPORTER@example.com"],
)
def test_a_text_that_names_the_reporter_is_refused(house: OrderHouse, report: FeeReport, told: str) -> None:
    text = f"向{told}退款。"
    assert set(refused(lambda: house.rectification(report, text=text))) == {"text"}
    assert set(refused(lambda: house.announced(report, announcement=text, claim_at=f"{told}处"))) == {
        "announcement",
        "claim_at",
    }
    assert set(refused(lambda: house.rectification(report, text=f"（{report.reference}）"))) == {"text"}
    assert not Order.objects.exists()
    assert not Letter.objects.filter(template__in=("fee_rectification_order", "fee_refund_order")).exists()


def test_an_item_that_names_the_reporter_is_printed_without_the_name(house: OrderHouse) -> None:
    order = house.rectification(house.violation_found(item="示例包装有限公司评比费"))
    assert order.letter is not None
    assert order.letter.variables["item"] == "某企业评比费"


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"text": " "}, {"text"}),
        ({"due_on": today() - timedelta(1)}, {"due_on"}),
        ({"payers": ()}, {"payers"}),
        ({"announcement": "公告"}, {"announcement"}),
        ({"announced_until": today()}, {"announced_until"}),
        ({"payers_unknown": True}, {"announcement", "claim_at", "announced_until"}),
        (
            {"payers_unknown": True, **NOTICE, "announced_until": today() - timedelta(1)},
            {"announced_until"},
        ),
        ({"payers": (owed(amount="0"),)}, {"payers"}),
        ({"payers": (owed(amount="1.001"),)}, {"payers"}),
        ({"payers": (owed(name="甲", code="1"),)}, {"payers"}),
        ({"payers": (Owed(" ", "", Decimal(1)),)}, {"payers"}),
        ({"payers": (owed(name="甲", code=""), owed(name="甲"))}, {"payers"}),
        ({"payers": (Owed("甲" * 121, "", Decimal(1)),)}, {"payers"}),
    ],
)
def test_a_refund_order_that_can_not_be_is_refused_by_field(
    house: OrderHouse, report: FeeReport, changes: dict[str, Any], fields: set[str]
) -> None:
    assert set(refused(lambda: house.refund(report, **{"payers": (owed(),), **changes}))) == fields
    assert not Order.objects.exists()
    assert not report.events.filter(verb=Verb.ORDER_ISSUED).exists()


def test_two_payers_with_one_name_and_two_codes_are_two(house: OrderHouse, report: FeeReport) -> None:
    assert house.refund(report, owed(name="甲"), owed(name="甲")).payers.count() == 2


def test_an_order_that_is_issued_again_hides_the_report_too(house: OrderHouse, report: FeeReport) -> None:
    letter = house.rectification(report).letter
    assert letter is not None
    with transaction.atomic():
        again = letter_reissue(
            case=report, letter=letter, reason="笔误", actor=house.handling, wrong="立即", right="即刻"
        )
    assert again.variables["text"] == "即刻停止收取评比达标服务费。"
    assert report.reference not in str(again.variables)
    betray = partial(letter_reissue, case=report, letter=again, reason="笔误", actor=house.handling, wrong="即刻")
    assert set(refused(lambda: betray(right="应示例包装有限公司的要求"))) == {"right"}


def test_a_refund_order_lists_its_payers(house: OrderHouse, report: FeeReport) -> None:
    first, second = owed(amount="5000.00"), owed(amount="1200.50", code="")
    order = house.refund(report, first, second)
    assert order.letter is not None
    said = order.letter.variables
    assert (said["payer_count"], said["total"]) == (2, "6200.50")
    assert said["payers"] == [
        {"name": first.name, "code": first.code, "amount": "5000.00"},
        {"name": second.name, "code": "", "amount": "1200.50"},
    ]
    assert order.announced_on is None
    assert not report.events.filter(verb=Verb.ORDER_ANNOUNCED).exists()
    assert not announced_orders().exists()
    assert refund_sums(report).outstanding == Decimal("6200.50")


def test_payers_that_are_hard_to_find_are_looked_for_by_notice(house: OrderHouse, report: FeeReport) -> None:
    order = house.announced(report)
    assert (order.announced_on, order.payers_unknown) == (today(), True)
    assert order.letter is not None
    assert order.letter.variables["claim_at"] == NOTICE["claim_at"]
    assert report.events.get(verb=Verb.ORDER_ANNOUNCED).payload == {
        "announced_on": today().isoformat(),
        "announced_until": (today() + timedelta(30)).isoformat(),
    }
    assert list(announced_orders()) == [order]
    assert list(announced_orders("行业协会")) == [order]
    assert not announced_orders("乌有").exists()
    came = services.payers_add(
        report=report, actor=house.handling, order=order.pk, payers=[owed(amount="10"), owed(amount="20")]
    )
    more = services.payers_add(report=report, actor=house.handling, order=order.pk, payers=[owed(amount="30")])
    assert [row.number for row in (*came, *more)] == [1, 2, 3]
    again = Owed(came[0].name, came[0].code, Decimal(1))
    add = partial(services.payers_add, report=report, actor=house.handling, order=order.pk)
    assert set(refused(lambda: add(payers=[again]))) == {"payers"}
    assert set(refused(lambda: add(payers=[]))) == {"payers"}
    assert order_sums(order).owed == Decimal(60)


def test_an_order_that_named_its_payers_takes_no_others(house: OrderHouse, report: FeeReport) -> None:
    order = house.refund(report, owed())
    add = partial(services.payers_add, report=report, actor=house.handling, payers=[owed()])
    assert set(refused(lambda: add(order=order.pk))) == {"order"}
    assert set(refused(lambda: add(order=house.rectification(report).pk))) == {"order"}


def test_refunds_are_recorded_in_parts_with_their_proofs(house: OrderHouse, report: FeeReport) -> None:
    order = house.refund(report, owed(amount="100.00"), owed(amount="50.00"))
    first, second = order.payers.all()
    record = partial(services.refund_record, report=report, actor=house.handling, payer=first.pk, refunded_on=today())
    record(amount=Decimal("30.00"), voucher="凭证1")
    payer = record(amount=Decimal("69.99"), voucher="凭证2")
    assert (payer.refunded, payer.voucher) == (Decimal("99.99"), "凭证1；凭证2")
    assert set(refused(lambda: record(amount=Decimal("0.02")))) == {"amount"}
    assert set(refused(lambda: record(amount=Decimal("0.001")))) == {"amount"}
    assert set(refused(lambda: record(amount=Decimal(0)))) == {"amount"}
    assert set(refused(lambda: record(amount=Decimal("0.01"), voucher="长" * 200))) == {"voucher"}
    for day in (today() + timedelta(1), order.issued_on - timedelta(1)):
        assert set(refused(lambda day=day: record(amount=Decimal("0.01"), refunded_on=day))) == {"refunded_on"}  # type: ignore[misc]
    assert set(refused(lambda: record(payer=0, amount=Decimal(1)))) == {"payer"}
    assert set(refused(lambda: end(house, order, "done"))) == {"outcome"}
    whole = services.refund_record_all(
        report=report, actor=house.handling, order=order.pk, refunded_on=today(), voucher="网银批量"
    )
    assert {row.pk for row in whole} == {first.pk, second.pk}
    assert refund_sums(report).outstanding == 0
    amounts = [event.payload["amount"] for event in report.events.filter(verb=Verb.REFUND_RECORDED).order_by("seq")]
    assert amounts == ["30.00", "69.99", "50.01"]
    assert not [row for row in report.events.all() for payer in (first, second) if payer.name in str(row.payload)]
    again = partial(services.refund_record_all, report=report, actor=house.handling, order=order.pk)
    assert set(refused(lambda: again(refunded_on=today(), voucher="x"))) == {"order"}
    assert set(refused(lambda: again(refunded_on=today(), voucher=""))) == {"voucher"}
    assert end(house, order, "done").outcome == "done"
    with pytest.raises(CaseChanged):
        record(amount=Decimal("0.01"))


def test_a_payer_of_another_report_is_no_payer_here(house: OrderHouse, report: FeeReport) -> None:
    other = house.refund(house.violation_found(), owed())
    mine = house.refund(report, owed())
    record = partial(
        services.refund_record, report=report, actor=house.handling, amount=Decimal(1), refunded_on=today()
    )
    assert set(refused(lambda: record(payer=other.payers.get().pk))) == {"payer"}
    finish = partial(services.order_end, report=report, actor=house.handling, outcome="not_done", note="x")
    assert set(refused(lambda: finish(order=other.pk))) == {"order"}
    assert finish(order=mine.pk).outcome == "not_done"


def test_what_was_not_given_back_is_confiscated_and_no_more(house: OrderHouse, report: FeeReport) -> None:
    order = house.refund(report, owed(amount="100.00"))
    services.refund_record(
        report=report, actor=house.handling, payer=order.payers.get().pk, amount=Decimal(40), refunded_on=today()
    )
    note = {"note": "逾期未退"}
    assert set(refused(lambda: end(house, order, "partly"))) == {"note"}
    assert set(refused(lambda: end(house, order, "open", **note))) == {"outcome"}
    assert set(refused(lambda: end(house, order, "x", **note))) == {"outcome"}
    for outcome, sum_ in (("partly", "60.01"), ("partly", "-1"), ("partly", "0.001"), ("revoked", "1")):
        wrong = partial(end, house, order, outcome, confiscated=Decimal(sum_), **note)
        assert set(refused(wrong)) == {"confiscated"}
    ended = end(house, order, "partly", confiscated=Decimal(60), **note)
    assert (ended.confiscated, ended.outcome_on, ended.outcome_by) == (Decimal(60), today(), house.handler)
    sums = refund_sums(report)
    assert sums == RefundSums(owed=Decimal(100), refunded=Decimal(40), confiscated=Decimal(60))
    assert sums.outstanding == 60
    assert report.events.get(verb=Verb.ORDER_ENDED).payload["code"] == "partly"
    with pytest.raises(CaseChanged):
        end(house, order, "done")


def test_a_rectification_order_confiscates_nothing(house: OrderHouse, report: FeeReport) -> None:
    order = house.rectification(report)
    wrong = partial(end, house, order, "not_done", note="拒不改正", confiscated=Decimal(1))
    assert set(refused(wrong)) == {"confiscated"}
    assert end(house, order, "done").outcome == "done"


def test_of_unknown_payers_the_finding_is_the_measure(house: OrderHouse, report: FeeReport) -> None:
    """The finding says 210,000 yuan were taken unlawfully."""
    order = house.announced(report, owed(amount="1000.00"))
    services.refund_record_all(
        report=report, actor=house.handling, order=order.pk, refunded_on=today(), voucher="银行回单"
    )
    assert set(refused(lambda: end(house, order, "done"))) == {"outcome"}  # the notice still runs
    wrong = partial(end, house, order, "partly", note="无人登记", confiscated=Decimal("209000.01"))
    assert set(refused(wrong)) == {"confiscated"}
    assert end(house, order, "partly", note="无人登记", confiscated=Decimal(209000)).confiscated == 209000
    later = house.announced(report)
    assert most_confiscated(later, report.findings.get()) == 0


def test_an_announced_order_is_done_only_after_its_notice_and_with_a_refund(
    house: OrderHouse, report: FeeReport
) -> None:
    order = house.announced(report, announced_until=today())
    later = replace(house.handling, at=datetime.combine(today() + timedelta(1), datetime.min.time(), SHANGHAI))
    assert set(refused(lambda: end(house, order, "done", actor=later))) == {"outcome"}  # nobody got anything
    services.payers_add(report=report, actor=house.handling, order=order.pk, payers=[owed()])
    services.refund_record_all(report=report, actor=house.handling, order=order.pk, refunded_on=today(), voucher="x")
    assert set(refused(lambda: end(house, order, "done"))) == {"outcome"}
    assert end(house, order, "done", actor=later).outcome == "done"


def test_a_revoked_order_owes_nothing_more_and_is_no_longer_public(house: OrderHouse, report: FeeReport) -> None:
    order = house.announced(report, owed(amount="100.00"))
    services.refund_record(
        report=report, actor=house.handling, payer=order.payers.get().pk, amount=Decimal(30), refunded_on=today()
    )
    end(house, order, "revoked", note="复议撤销")
    sums = refund_sums(report)
    assert sums == RefundSums(owed=Decimal(30), refunded=Decimal(30), confiscated=Decimal(0))
    assert sums.outstanding == 0
    assert not announced_orders().exists()


def test_a_report_is_concluded_when_its_orders_have_ended(house: OrderHouse, report: FeeReport) -> None:
    order = house.rectification(report)
    assert orders_open(report) == [order]
    with pytest.raises(InvalidInput):
        report_conclude(report=report, actor=house.handling)
    end(house, order, "done")
    concluded = report_conclude(report=report, actor=house.handling)
    with pytest.raises(CaseChanged):
        house.rectification(concluded)
    with pytest.raises(CaseChanged):
        house.refund(concluded, owed())


def test_orders_are_numbered_by_kind(house: OrderHouse, report: FeeReport) -> None:
    numbers = [order.number for order in (house.rectification(report), house.rectification(report))]
    assert numbers == [1, 2]
    assert house.refund(report, owed()).number == 1


def test_only_the_handling_department_gives_orders(house: OrderHouse, report: FeeReport) -> None:
    allowed = {house.handler, house.colleague, house.head}
    everybody = (
        house.clerk, house.clerks_head, house.handler, house.colleague, house.head, house.financier,
        house.supervisor, house.auditor, house.editor, house.credit_officer, house.sysadmin, house.stranger,
    )  # fmt: skip
    order = house.announced(report, owed(amount="1000"))
    payer = order.payers.get()
    for user in everybody:
        base: dict[str, Any] = {"report": report, "actor": Actor.person(user)}
        commands: list[Callable[[], Any]] = [
            partial(house.rectification, **base),
            partial(house.refund, report, owed(), actor=base["actor"]),
            partial(services.payers_add, **base, order=order.pk, payers=[owed()]),
            partial(services.refund_record, **base, payer=payer.pk, amount=Decimal(1), refunded_on=today()),
            partial(services.refund_record_all, **base, order=order.pk, refunded_on=today(), voucher="x"),
            partial(services.order_end, **base, order=order.pk, outcome="not_done", note="x"),
        ]
        for command in commands:
            with transaction.atomic():
                if user in allowed:
                    command()
                else:
                    with pytest.raises(ActionNotAllowed):
                        command()
                transaction.set_rollback(True)
    with pytest.raises(ActionNotAllowed):
        house.rectification(report, actor=Actor.complainant("示例包装有限公司"))


def test_payers_are_seen_by_staff_of_the_report_and_never_by_the_reporter(house: OrderHouse) -> None:
    reporter = member(Role.CATALOGUE_EDITOR, house.registering)
    report = house.violation_found(actor=Actor.complainant("示例包装有限公司", reporter))
    house.refund(report, owed())
    seeing = (house.clerk, house.handler, house.head, house.supervisor, house.auditor)
    blind = (reporter, house.financier, house.stranger, house.editor, house.credit_officer, house.sysadmin)
    assert [Payer.objects.visible_to(user).count() for user in seeing] == [1] * 5
    assert [Payer.objects.visible_to(user).count() for user in blind] == [0] * 6
    assert [Order.objects.visible_to(user).count() for user in seeing] == [1] * 5


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "x"},
        {"outcome": "x"},
        {"confiscated": Decimal("-0.01")},
        {"due_on": today() - timedelta(1)},
        {"announced_on": today(), "announced_until": today() - timedelta(1)},
        {"kind": "rectification", "payers_unknown": True},
    ],
)
def test_the_database_refuses_orders_that_can_not_be(
    house: OrderHouse, report: FeeReport, values: dict[str, Any]
) -> None:
    order = house.refund(report, owed())
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(**values)


@pytest.mark.parametrize(
    "values", [{"amount": 0}, {"refunded": -1}, {"refunded": 99999, "refunded_on": today()}, {"refunded": 1}]
)
def test_the_database_refuses_payers_that_can_not_be(
    house: OrderHouse, report: FeeReport, values: dict[str, Any]
) -> None:
    order = house.refund(report, owed())
    with pytest.raises(IntegrityError), transaction.atomic():
        Payer.objects.filter(order=order).update(**values)


fen = st.integers(1, 10**8).map(lambda number: Decimal(number) / 100)


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_sums_are_those_of_a_plain_count(house: OrderHouse, report: FeeReport, data: st.DataObject) -> None:
    """Beside: a dictionary in fen, kept by hand."""
    with transaction.atomic():
        owes: dict[int, int] = {}
        got: dict[int, int] = {}
        payers: list[Payer] = []
        for amounts in data.draw(st.lists(st.lists(fen, min_size=1, max_size=3), min_size=1, max_size=3)):
            order = house.refund(report, *(owed(amount=str(amount)) for amount in amounts))
            for payer in order.payers.all():
                payers.append(payer)
                owes[payer.pk], got[payer.pk] = int(payer.amount * 100), 0
        for payer, amount in data.draw(st.lists(st.tuples(st.sampled_from(payers), fen), max_size=6)):
            pay = partial(services.refund_record, report=report, actor=house.handling, refunded_on=today())
            if got[payer.pk] + int(amount * 100) > owes[payer.pk]:
                assert set(refused(partial(pay, payer=payer.pk, amount=amount))) == {"amount"}
            else:
                pay(payer=payer.pk, amount=amount)
                got[payer.pk] += int(amount * 100)
        sums = refund_sums(report)
        assert sums.owed * 100 == sum(owes.values())
        assert sums.refunded * 100 == sum(got.values())
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_refund_a_payer_no_more_than_is_owed() -> None:
    house = OrderHouse()
    report = house.violation_found()
    order = house.refund(report, owed(amount="100.00"))
    payer = order.payers.get()
    pay = partial(
        services.refund_record, report=report, actor=house.handling, payer=payer.pk, amount=Decimal(60),
        refunded_on=today(),
    )  # fmt: skip
    assert errors(at_once(pay, pay)) == [InvalidInput]
    payer.refresh_from_db()
    assert payer.refunded == Decimal(60)
    finish = partial(end, house, order, "partly", note="未退清", version=FeeReport.objects.get(pk=report.pk).version)
    assert errors(at_once(finish, finish)) == [CaseChanged]
    assert list(verify_chains(report.pk)) == []


def test_nobody_outside_is_written_to_about_orders(house: OrderHouse, report: FeeReport) -> None:
    before = set(OutboxMessage.objects.values_list("pk", flat=True))
    order = house.announced(report, owed())
    services.refund_record_all(report=report, actor=house.handling, order=order.pk, refunded_on=today(), voucher="x")
    end(house, order, "partly", note="公告期内已结")
    new = OutboxMessage.objects.exclude(pk__in=before)
    assert set(new.values_list("channel", flat=True)) == {"letter.render"}
    assert not Notification.objects.exists()


def test_the_reporter_of_a_merged_report_is_hidden_too(house: OrderHouse, report: FeeReport) -> None:
    other = house.registered(**charge(complainant_name="另一家有限公司", complainant_code=credit_code()))
    FeeReport.objects.filter(pk=other.pk).update(merged_into=report)
    assert set(refused(lambda: house.rectification(report, text="另一家有限公司已投诉。"))) == {"text"}
