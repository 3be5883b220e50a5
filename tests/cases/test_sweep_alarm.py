"""The dead-man's switch: a sweep that stands still is noticed by /readyz and on every page of the admin."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casework import health
from casework.cases import sweep
from casework.cases.models import Heartbeat
from casework.cases.sweep import SWEEP_ALARM_SECONDS, sweep_deadlines, sweep_fault
from tests.complaints.admin_pages import EVERYBODY, case_url, signed_in
from tests.factories import House

pytestmark = pytest.mark.django_db
STOPPED, STOPPED_EN = "期限巡查已经停止", "Deadlines are not being watched"


def silent_for(seconds: float) -> None:
    """The last sweep lies so far back."""
    Heartbeat.objects.update_or_create(
        name=sweep.HEARTBEAT, defaults={"at": timezone.now() - timedelta(seconds=seconds)}
    )


def test_five_minutes_of_silence_are_a_fault() -> None:
    assert SWEEP_ALARM_SECONDS == 5 * 60
    silent_for(SWEEP_ALARM_SECONDS - 5)
    assert sweep_fault() == ""
    silent_for(SWEEP_ALARM_SECONDS + 5)
    assert "has not run since" in sweep_fault()


def test_a_sweep_that_never_ran_is_a_fault() -> None:
    Heartbeat.objects.all().delete()
    assert "has never run" in sweep_fault()


def test_a_sweep_with_nothing_due_ends_the_alarm() -> None:
    silent_for(86_400)
    assert sweep_deadlines() == 0
    assert sweep_fault() == ""
    assert Heartbeat.objects.count() == 1


def test_a_sweep_that_fails_stays_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error at the first batch, every minute again, must not look like life."""

    def fail(**_: object) -> None:
        raise ConnectionError("lost")

    silent_for(86_400)
    monkeypatch.setattr(sweep, "claim_due_marks", fail)
    with pytest.raises(ConnectionError):
        sweep_deadlines()
    assert sweep_fault()


def test_readyz_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert health._checks["sweep"] is sweep_fault
    monkeypatch.setattr(health, "_checks", {"sweep": sweep_fault})
    silent_for(0)
    assert Client().get("/readyz").status_code == 200
    silent_for(SWEEP_ALARM_SECONDS + 5)
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert "has not run since" in answer.json()["checks"]["sweep"]


class TestAdmin:
    """The bar on every page, for everybody who works there."""

    @pytest.mark.parametrize("who", EVERYBODY)
    def test_everybody_sees_it_in_both_languages(self, who: str) -> None:
        client = signed_in(getattr(House(), who))
        silent_for(86_400)
        assert STOPPED in client.get("/admin/").content.decode()
        assert STOPPED_EN in client.get("/admin/", headers={"accept-language": "en"}).content.decode()
        silent_for(10)
        assert STOPPED not in client.get("/admin/").content.decode()

    def test_it_stands_on_every_kind_of_page(self) -> None:
        house = House()
        case = house.submitted()
        client = signed_in(house.clerk)
        silent_for(86_400)
        for address in (
            "/admin/complaints/arrearscomplaint/",
            case_url(case),
            "/reports/deadlines/",
            "/admin/cases/notification/",
            "/admin/password_change/",
        ):
            assert client.get(address).content.decode().count(STOPPED) == 1, address

    def test_who_can_repair_it_is_told_how_and_others_whom_to_ask(self) -> None:
        house = House()
        silent_for(86_400)
        own, other = "启动定时进程 beat", "请立即告知系统管理员"
        page = signed_in(house.sysadmin).get("/admin/").content.decode()
        assert (own in page, other in page) == (True, False)
        page = signed_in(house.clerk).get("/admin/").content.decode()
        assert (own in page, other in page) == (False, True)

    def test_strangers_learn_nothing(self) -> None:
        silent_for(86_400)
        assert STOPPED not in Client().get("/admin/login/").content.decode()

    def test_it_costs_one_query(self) -> None:
        client = signed_in(House().clerk)
        silent_for(10)
        client.get("/admin/")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get("/admin/")
        assert sum("cases_heartbeat" in query["sql"] for query in captured.captured_queries) == 1


def test_a_fresh_installation_has_its_five_minutes() -> None:
    """The migration says "now" once; a later run of it doesn't hide a silence."""
    begin = import_module("casework.cases.migrations.0004_heartbeat").begin
    Heartbeat.objects.all().delete()
    begin(apps, connection.schema_editor())
    assert sweep_fault() == ""
    silent_for(86_400)
    begin(apps, connection.schema_editor())
    assert sweep_fault()
