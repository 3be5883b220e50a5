"""Credit repair: what an application has to say and prove, when it can be made, and when it is granted."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from casework.cases.actors import Actor
from casework.credit.objections import services as objections
from casework.credit.record.models import CreditRecord
from casework.credit.repair import services as repair
from tests.credit.asking import clock, refused, today, tomorrow
from tests.credit.deeds import DEEDS, Scene
from tests.credit.house import SUBJECT, CreditHouse, proof
from tests.credit.test_two_at_once import STAGES

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> CreditHouse:
    return CreditHouse()


def test_what_came_on_paper_came_after_the_decision(house: CreditHouse) -> None:
    """Else a clock would begin on a day on which no rule was in force."""
    record, officer = house.decided(severity="minor", publish=False), house.at(0)
    ask: dict[str, Any] = {"ground": "fulfilled", "fulfilment": "付清。", "undertaking": "承诺。"}
    for day in (date(2020, 1, 1), today() - timedelta(days=1), tomorrow()):
        on_paper: dict[str, Any] = {"record": record, "actor": officer}
        make = partial(objections.objection_make, **on_paper, text="有误。", made_on=day)
        assert refused(make) == {"made_on"}
        assert refused(partial(repair.repair_ask, **on_paper, asked_on=day, uploads=[proof()], **ask)) == {"asked_on"}


def test_an_application_says_and_proves_what_it_has_to(house: CreditHouse) -> None:
    record = house.decided(severity="minor", publish=False)
    whole: dict[str, Any] = {
        "ground": "fulfilled", "fulfilment": "付清。", "undertaking": "承诺。", "uploads": [proof()],
    }  # fmt: skip
    for changes, fields in (
        ({"ground": "mercy"}, {"ground"}),
        ({"fulfilment": " ", "undertaking": ""}, {"fulfilment", "undertaking"}),
        ({"uploads": []}, {"files"}),
        ({"ground": "reorganisation"}, {"court_document"}),
    ):
        given: dict[str, Any] = {"record": record, "actor": SUBJECT, **whole, **changes}
        assert refused(partial(repair.repair_ask, **given)) == fields
    application = repair.repair_ask(record=record, actor=SUBJECT, **whole)
    assert [row.name for row in application.proofs.all()] == ["付款凭证.pdf"]
    again = {**whole, "uploads": [proof()]}
    assert refused(lambda: repair.repair_ask(record=record, actor=SUBJECT, **again)) == {""}


@pytest.mark.parametrize("severity", ["general", "serious"])
def test_no_repair_before_the_least_publicity_is_over_not_even_by_a_day(house: CreditHouse, severity: str) -> None:
    record = house.published(severity=severity)
    given: dict[str, Any] = {"ground": "fulfilled", "fulfilment": "付清。", "undertaking": "承诺。"}

    def ask(first_day: date) -> Any:
        CreditRecord.objects.filter(pk=record.pk).update(repair_from=first_day)
        return repair.repair_ask(record=record, actor=SUBJECT, uploads=[proof()], **given)

    CreditRecord.objects.filter(pk=record.pk).update(repair_from=tomorrow())
    assert refused(lambda: ask(tomorrow())) == {""}
    ask(today())
    # And it is asked again when it is granted.
    CreditRecord.objects.filter(pk=record.pk).update(repair_from=tomorrow())
    grant: dict[str, Any] = {"record": record, "actor": Actor.person(house.head), "reasons": "条件具备。"}
    assert refused(lambda: repair.repair_grant(**grant)) == {""}
    CreditRecord.objects.filter(pk=record.pk).update(repair_from=today())
    assert repair.repair_grant(**grant).state == "repaired"


def test_a_minor_one_is_repaired_at_once_and_a_plan_of_a_court_waits_for_nothing(house: CreditHouse) -> None:
    head = Actor.person(house.head)
    assert repair.repair_grant(record=house.asked("minor"), actor=head, reasons="条件具备。").state == "repaired"
    asked = house.fresh(STAGES["asked"](house))
    assert asked.repair_from > today()
    assert repair.repair_grant(record=asked, actor=head, reasons="裁定属实。").state == "repaired"


def test_a_refused_application_can_be_made_again(house: CreditHouse) -> None:
    record = house.asked()
    row = repair.repair_refuse(record=record, actor=Actor.person(house.head), reasons="尚欠余款。")
    assert (row.outcome, row.decided_by, clock(record, "repair")[1]) == ("refused", house.head, "met")
    DEEDS["enter_repair"].do(Scene(house, house.fresh(record)), SUBJECT)
    assert list(record.repairs.values_list("number", "outcome")) == [(1, "refused"), (2, "open")]
