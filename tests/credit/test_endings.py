"""How records end: what each end takes away, what the platforms are told, and that expiry waits for nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.errors import CaseChanged, InvalidInput
from casework.cases.models import Heartbeat, OutboxMessage
from casework.cases.timeline import verify_chains
from casework.credit.measures.models import Measure
from casework.credit.record import decision, ending
from casework.credit.record.models import CreditRecord
from casework.credit.repair.services import repair_grant
from casework.credit.tasks import sweep_records as sweep_task
from tests.credit.deeds import DEEDS, Scene, actor_named
from tests.credit.house import CreditHouse
from tests.credit.platforms import Platforms, listening
from tests.credit.test_crashes import over, with_everything

pytestmark = pytest.mark.django_db
PLATFORMS = ("credit_china", "enterprise_publicity")
YESTERDAY = lambda: timezone.localdate() - timedelta(days=1)  # noqa: E731


@pytest.fixture
def house() -> CreditHouse:
    return CreditHouse()


@pytest.fixture
def platforms() -> Iterator[Platforms]:
    with listening() as heard:
        yield heard


def do(house: CreditHouse, record: CreditRecord, *names: str) -> CreditRecord:
    """Each of these, by the one who usually does it."""
    for name in names:
        DEEDS[name].do(Scene(house, house.fresh(record)), actor_named(DEEDS[name].by, house))
    return house.fresh(record)


def last_day_was(record: CreditRecord, day: date) -> None:
    """Let the longest period of a record that was not published have ended."""
    CreditRecord.objects.filter(pk=record.pk).update(last_day=day)


# --- what the platforms are told -----------------------------------------------------------------------------------


def test_a_serious_record_stands_on_both_platforms_as_it_is(house: CreditHouse, platforms: Platforms) -> None:
    record = with_everything(house)
    for platform in PLATFORMS:
        assert platforms.told(record.reference, platform) == ["publish", "mark"]
        shown = platforms.shown(record.reference, platform)
        assert shown is not None
        assert (shown["subject_code"], shown["finding_number"]) == (record.respondent_code, record.finding_number)
        assert (shown["publicity_from"], shown["publicity_until"]) == (record.finding_date, record.last_day)
        assert (shown["severity"], shown["is_contested"]) == ("serious", True)
        assert shown["measures"].startswith("限制融资获取（")
    keys = [key for _platform, _change, _fields, key in platforms.sent]
    assert len(keys) == len(set(keys)) == 4
    assert all(len(key) <= 120 for key in keys)


@pytest.mark.parametrize("severity", ["minor", "general"])
def test_milder_records_go_to_no_platform(house: CreditHouse, platforms: Platforms, severity: str) -> None:
    record = do(house, house.published(severity=severity), "enter_objection", "correct", "set_aside", "annul")
    assert record.state == "annulled"
    assert platforms.sent == []


def test_what_is_not_published_goes_nowhere(house: CreditHouse, platforms: Platforms) -> None:
    do(house, house.decided(), "enter_objection", "correct", "decide_objection", "withhold", "set_aside", "annul")
    do(house, house.decided(publish=False), "enter_reorganisation", "repair")
    do(house, house.submitted(), "drop")
    assert platforms.sent == []


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("correct",), ["correct"]),
        (("enter_objection",), ["mark"]),
        (("enter_objection", "decide_objection"), ["mark", "mark"]),
        (("enter_objection", "found_objection"), ["mark"]),
        (("enter_objection", "found_objection", "correct"), ["mark", "correct"]),
        (("withhold",), ["withdraw"]),
        (("withhold", "show_again"), ["withdraw", "publish"]),
        (("withhold", "correct", "enter_objection", "decide_objection"), ["withdraw"]),
        (("withhold", "correct", "show_again"), ["withdraw", "publish"]),
        (("set_aside",), ["withdraw"]),
        (("set_aside", "annul"), ["withdraw"]),
        (("withhold", "set_aside", "annul"), ["withdraw"]),
        (("enter_objection", "found_objection_wholly", "annul"), ["mark", "withdraw"]),
        (("enter_reorganisation", "repair"), ["withdraw"]),
        (("withhold", "enter_reorganisation", "repair"), ["withdraw"]),
        (("enter_reorganisation", "refuse_repair"), []),
        (("conduct_corrected",), []),
    ],
)
def test_each_change_is_told_once(
    house: CreditHouse, platforms: Platforms, names: tuple[str, ...], told: list[str]
) -> None:
    record = do(house, house.published(), *names)
    for platform in PLATFORMS:
        assert platforms.told(record.reference, platform) == ["publish", *told]
    shown = platforms.shown(record.reference)
    assert (shown is not None) == record.is_public
    if shown is not None:
        assert (shown["conduct"], shown["is_contested"]) == (
            record.conduct,
            record.objections.filter(outcome="open").exists(),
        ) or "found_objection" in names


def test_a_withheld_record_that_is_published_is_shown_when_it_is_shown_again(
    house: CreditHouse, platforms: Platforms
) -> None:
    record = do(house, house.decided(), "withhold", "publish")
    assert (platforms.sent, record.is_public) == ([], False)
    record = do(house, record, "show_again")
    assert platforms.told(record.reference) == ["publish"]
    assert record.is_public


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (("withhold",), "异议初步核查显示信息可能有误，核实期间暂停公示"),
        (("set_aside",), "认定已被撤销"),
        (("enter_reorganisation", "repair"), "已完成信用修复"),
        (("enter_objection", "found_objection_wholly", "annul"), "认定已撤销。"),
    ],
)
def test_a_withdrawal_says_why_in_chinese_and_repeats_nothing_else(
    house: CreditHouse, platforms: Platforms, names: tuple[str, ...], why: str
) -> None:
    do(house, house.published(), *names)
    said = platforms.last()
    assert set(said) == {
        "record", "change", "subject_name", "subject_code", "finding_number", "ended_on", "ended_reason",
    }  # fmt: skip
    assert said["ended_reason"] == why


# --- everything ends together --------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["repair", "annul", "expire"])
def test_every_end_ends_everything(house: CreditHouse, platforms: Platforms, end: str) -> None:
    record = with_everything(house)
    if end == "annul":
        record = do(house, record, "found_objection_wholly", "enter_objection", "annul")
    elif end == "repair":
        record = do(house, record, "repair")
    else:
        over(record)
        assert ending.sweep_records() == 1
        record = house.fresh(record)
    assert record.state == {"repair": "repaired", "annul": "annulled", "expire": "expired"}[end]
    assert (record.ended_on, record.next_due) == (timezone.localdate(), None)
    assert [(row.state, row.ended_on) for row in record.measures.all()] == [("ended", timezone.localdate())]
    assert not record.deadlines.filter(status__in=["running", "breached"]).exists()
    assert not record.objections.filter(outcome="open").exists()
    assert [row.outcome for row in record.repairs.all()] == ["granted" if end == "repair" else "moot"]
    assert record.objections.latest("number").outcome == "moot"
    assert not Measure.objects.applied_on(timezone.localdate()).exists()
    for platform in PLATFORMS:
        assert platforms.told(record.reference, platform)[-1] == "withdraw"
        assert platforms.told(record.reference, platform).count("withdraw") == 1
    assert list(verify_chains(record.pk)) == []


def test_what_a_court_suspended_runs_on_and_ends_on_its_day(house: CreditHouse, platforms: Platforms) -> None:
    record = do(house, house.published(), "withhold")
    over(record)
    assert ending.sweep_records() == 1
    assert platforms.told(record.reference) == ["publish", "withdraw"]


# --- expiry --------------------------------------------------------------------------------------------------------


def test_on_its_last_day_a_record_stands_and_the_day_after_it_has_ended(house: CreditHouse) -> None:
    record = house.decided(severity="minor", publish=False)
    assert ending.sweep_records(record.last_day) == 0
    with pytest.raises(CaseChanged):
        ending.record_expire(record=record, actor=Actor.system())
    assert ending.sweep_records(record.last_day + timedelta(days=1)) == 1
    record = house.fresh(record)
    assert (record.state, record.ended_on) == ("expired", record.last_day + timedelta(days=1))
    assert record.events.get(verb="record_expired").actor_kind == "system"


def test_the_sweep_twice_is_the_sweep_once(house: CreditHouse) -> None:
    record = house.decided(severity="minor", publish=False)
    last_day_was(record, YESTERDAY())
    assert (sweep_task(), sweep_task()) == (1, 0)
    assert record.events.filter(verb="record_expired").count() == 1
    assert Heartbeat.objects.filter(name=ending.HEARTBEAT).exists()


def test_what_never_came_into_force_is_not_ended_by_the_sweep(house: CreditHouse) -> None:
    for record in (house.proposed(), house.noticed(), house.submitted()):
        last_day_was(record, YESTERDAY())
    dropped = do(house, house.submitted(), "drop")
    last_day_was(dropped, YESTERDAY())
    assert ending.sweep_records() == 0


class Killed(BaseException):
    """The process is gone."""


def test_a_sweep_killed_between_two_records_leaves_the_rest_to_the_next(
    house: CreditHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [house.decided(severity="minor", publish=False) for _ in range(3)]
    for record in records:
        last_day_was(record, YESTERDAY())
    whole, calls = ending.record_expire, []

    def expire(**given: Any) -> Any:
        calls.append(given)
        if len(calls) == 3:
            raise Killed
        return whole(**given)

    monkeypatch.setattr(ending, "record_expire", expire)
    with pytest.raises(Killed):
        ending.sweep_records()
    assert [house.fresh(row).state for row in records] == ["expired", "expired", "in_force"]
    monkeypatch.undo()
    assert ending.sweep_records() == 1
    assert [row.events.filter(verb="record_expired").count() for row in records] == [1, 1, 1]


def test_one_that_cannot_be_ended_keeps_none_of_the_others_and_is_told(
    house: CreditHouse, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(ending, "BATCH", 1)
    records = [house.decided(severity="minor", publish=False) for _ in range(3)]
    for record in records:
        last_day_was(record, YESTERDAY() - timedelta(days=1))
    whole = ending.record_expire

    def expire(*, record: CreditRecord, actor: Actor) -> Any:
        if record.pk == records[0].pk:
            raise RuntimeError("the disk is full")
        return whole(record=record, actor=actor)

    monkeypatch.setattr(ending, "record_expire", expire)
    assert ending.sweep_records() == 2
    assert str(records[0].pk) in caplog.text
    assert "were not ended" in ending.sweep_fault()
    monkeypatch.undo()
    assert ending.sweep_records() == 1
    assert ending.sweep_fault() == ""


@pytest.mark.parametrize("corrected", [True, False])
def test_conduct_that_goes_on_is_told_to_the_supervisors_and_prolongs_nothing(
    house: CreditHouse, corrected: bool
) -> None:
    record = house.decided(severity="minor", publish=False)
    if corrected:
        do(house, record, "conduct_corrected")
    last_day_was(record, YESTERDAY())
    OutboxMessage.objects.all().delete()
    assert ending.sweep_records() == 1
    assert record.events.filter(verb="record_uncorrected").exists() is not corrected
    told = [set(row.payload["users"]) for row in OutboxMessage.objects.filter(channel="inbox")]
    assert told == ([] if corrected else [{house.supervisor.pk}])
    (sent,) = OutboxMessage.objects.filter(channel="email")
    assert sent.payload["template"] == "record_expired"


def test_a_repaired_record_counts_as_corrected(house: CreditHouse) -> None:
    asked = house.asked()
    record = repair_grant(record=asked, actor=Actor.person(house.head), reasons="条件具备。")
    assert record.corrected_on == timezone.localdate()
    earlier = house.asked()
    day = earlier.finding_date + timedelta(days=3)
    ending.conduct_corrected(record=earlier, actor=house.at(0), on=day, how="付清。")
    record = repair_grant(record=house.fresh(earlier), actor=Actor.person(house.head), reasons="条件具备。")
    assert record.corrected_on == day


def test_the_end_says_the_day_of_the_sweep(house: CreditHouse) -> None:
    record = house.decided(severity="minor", publish=False)
    day = record.last_day + timedelta(days=5)
    ending.sweep_records(day)
    event = record.events.get(verb="record_expired")
    assert timezone.localtime(event.at) == timezone.make_aware(datetime.combine(day, datetime.min.time()))


def test_annulled_after_a_set_aside_or_a_founded_objection_only(house: CreditHouse) -> None:
    head = Actor.person(house.head)
    record = do(house, house.published(), "enter_objection", "decide_objection")
    with pytest.raises(InvalidInput):
        ending.record_annul(record=record, actor=head, reason="有误。")
    record = do(house, record, "enter_objection", "found_objection")
    with pytest.raises(InvalidInput):
        ending.record_annul(record=record, actor=head, reason="有误。")
    record = do(house, record, "correct", "enter_objection", "found_objection_wholly")
    assert ending.record_annul(record=record, actor=head, reason="主体有误。").state == "annulled"
    for early in (house.noticed(), house.submitted()):
        do(house, early, "set_aside")
        assert ending.record_annul(record=early, actor=head, reason="已撤销。").state == "annulled"


def test_a_record_is_withheld_for_a_reason_of_the_list(house: CreditHouse) -> None:
    record = decision.record_withhold(record=house.published(), actor=house.at(0), ground="reorganisation")
    assert (record.withheld_since, record.withheld_ground, record.is_public) == (
        timezone.localdate(),
        "reorganisation",
        False,
    )
