"""A failure at any write of a command leaves nothing: each write is failed in turn."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.errors import InvalidInput
from casework.cases.references import new_idempotency_key
from casework.credit.record import ending, intake
from casework.credit.record.models import CreditRecord
from casework.credit.repair.services import repair_ask
from tests.credit.deeds import DEEDS, Scene, actor_named
from tests.credit.house import SUBJECT, CreditHouse, finding, proof
from tests.credit.platforms import listening
from tests.credit.snapshots import snapshot
from tests.factories import credit_code, division

pytestmark = pytest.mark.django_db
WRITE = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)


class Crash(Exception):
    """The machine stops here."""


class CrashAt:
    """Lets writes pass up to one."""

    def __init__(self, number: int) -> None:
        self.number, self.writes = number, 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Pass a statement on, or stop."""
        if WRITE.match(sql):
            self.writes += 1
            if self.writes == self.number:
                raise Crash
        return execute(sql, params, many, context)


def with_everything(house: CreditHouse) -> CreditRecord:
    """Published, with a measure that applies, an open objection and an open application."""
    record, _measure = house.with_measure()
    record = house.published(record=record)
    DEEDS["enter_objection"].do(Scene(house, record), SUBJECT)
    DEEDS["enter_reorganisation"].do(Scene(house, record), SUBJECT)
    return house.fresh(record)


def over(record: CreditRecord) -> CreditRecord:
    """The same, a day after its last one."""
    yesterday = timezone.localdate() - timedelta(days=1)
    days = {"served_on": yesterday, "decided_on": yesterday, "published_on": yesterday, "last_day": yesterday}
    record.measures.update(starts_on=yesterday, ends_on=yesterday, state="ended", ended_on=yesterday)
    CreditRecord.objects.filter(pk=record.pk).update(**days)
    record.measures.update(state="applied", ended_on=None)
    return CreditRecord.objects.get(pk=record.pk)


def _submitted(house: CreditHouse) -> CreditRecord:
    record, _measure = house.with_measure()
    return house.submitted(record=record)


def _found(house: CreditHouse) -> CreditRecord:
    record = with_everything(house)
    DEEDS["found_objection_wholly"].do(Scene(house, record), Actor.person(house.deputy))
    return house.fresh(record)


def _asking(house: CreditHouse) -> CreditRecord:
    return house.decided(severity="minor", publish=False)


def _expire(scene: Scene, _actor: Actor) -> Any:
    return ending.record_expire(record=scene.case, actor=Actor.system())


def _enter(scene: Scene, actor: Actor) -> Any:
    subject = {"code": credit_code(), "name": "另一集团", "kind": "enterprise", "division": division("320102")}
    return intake.record_enter(
        subject=subject,
        department=scene.house.keeping,
        finding=finding(),
        severity="general",
        idempotency_key=new_idempotency_key(),
        actor=actor,
    )


def _name(name: str) -> Callable[[Scene, Actor], Any]:
    return DEEDS[name].do


CRASHES: dict[str, tuple[Callable[[CreditHouse], CreditRecord], Callable[[Scene, Actor], Any], str, int]] = {
    # How the record is made, the command, who gives it, and how many writes it takes at least.
    "enter": (CreditHouse.proposed, _enter, "officer", 5),
    "give_notice": (CreditHouse.proposed, _name("give_notice"), "officer", 8),
    "decide": (_submitted, _name("decide"), "head", 15),
    "publish": (CreditHouse.decided, _name("publish"), "officer", 5),
    "enter_objection": (CreditHouse.published, _name("enter_objection"), "officer", 5),
    "decide_objection": (CreditHouse.contested, _name("found_objection"), "deputy", 8),
    "enter_repair": (_asking, _name("enter_repair"), "officer", 6),
    "repair": (with_everything, _name("repair"), "head", 15),
    "annul": (_found, _name("annul"), "head", 8),
    "expire": (lambda house: over(with_everything(house)), _expire, "officer", 10),
}


@pytest.mark.parametrize("name", CRASHES)
def test_a_crash_at_any_write_leaves_nothing(name: str) -> None:
    make, do, who, least = CRASHES[name]
    house = CreditHouse()
    record = make(house)
    scene, actor, before, number = Scene(house, house.fresh(record)), actor_named(who, house), snapshot(), 0
    while True:
        number += 1
        crash = CrashAt(number)
        try:
            with listening(), connection.execute_wrapper(crash):
                do(scene, actor)
        except Crash:
            assert snapshot() == before, f"{name}: the crash at write {number} left something"
            continue
        break
    assert number > least
    assert snapshot() != before


def test_a_file_that_is_refused_leaves_no_application() -> None:
    record = _asking(CreditHouse())
    before = snapshot()
    given: dict[str, Any] = {
        "ground": "fulfilled",
        "fulfilment": "已付清。",
        "undertaking": "承诺。",
        "uploads": [proof(b"text")],
    }
    with pytest.raises(InvalidInput):
        repair_ask(record=record, actor=SUBJECT, **given)
    assert snapshot() == before
