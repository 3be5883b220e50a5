"""Packages: gapless, chained, whole after a crash, answered; through a real folder and a real web server."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.cases.actors import Actor
from casework.cases.errors import InvalidInput
from casework.cases.models import OutboxMessage
from casework.cases.outbox import relay_lane
from casework.exchange import folder as folder_room
from casework.exchange.adapters import Answer
from casework.exchange.models import Attempt, Package, Platform
from casework.exchange.packing import package_files
from casework.exchange.selectors import chain_faults, exchange_fault, unanswered
from casework.exchange.services import (
    answers_read,
    package_acknowledge,
    package_put,
    package_resend,
    package_set_aside,
    platform_relay,
)
from tests.at_once import at_once
from tests.exchange.conftest import Peer, put

pytestmark = pytest.mark.django_db


def _due(platform: Platform) -> None:
    """The back-off is over."""
    Package.objects.filter(platform=platform).update(next_attempt_at=timezone.now())


def _ack(folder: Path, sequence: int, manifest: str, **said: object) -> None:
    (folder / "ack").mkdir(parents=True, exist_ok=True)
    body = {"sequence": sequence, "manifest_sha256": manifest, "accepted": True, **said}
    (folder / "ack" / f"{sequence:08d}.json").write_text(json.dumps(body), encoding="utf-8")


def test_a_package_appears_whole_with_a_manifest_that_proves_its_files(platform: Platform, folder: Path) -> None:
    put(platform, "XY1", finding_date="2026-03-01", subject_name="示例集团", is_contested=True, conduct="=1+1")
    assert relay_lane("default") == 1
    lies = folder / "00000001-publish"
    manifest = json.loads((lies / "manifest.json").read_bytes())
    for name, said in manifest["files"].items():
        content = (lies / name).read_bytes()
        assert said == {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    assert (manifest["sequence"], manifest["record_count"], manifest["previous_manifest"]) == (1, 1, "")
    assert json.loads((lies / "records.json").read_bytes())[0]["subject_name"] == "示例集团"
    sheet = openpyxl.load_workbook(lies / "records.xlsx").active
    row = dict(zip([cell.value for cell in sheet[1]], [cell.value for cell in sheet[2]], strict=True))
    assert (row["主体名称"], row["异议标注"], row["失信行为"]) == ("示例集团", "是", "=1+1")
    assert row["认定日期"].date().isoformat() == "2026-03-01"
    assert sheet["J2"].data_type != "f"
    assert sheet.freeze_panes == "A2"


def test_the_next_manifest_names_the_one_before(platform: Platform, folder: Path) -> None:
    for number in range(3):
        put(platform, f"XY{number}")
    platform_relay(platform="folder")
    digests = [hashlib.sha256((path / "manifest.json").read_bytes()).hexdigest() for path in sorted(folder.glob("0*"))]
    named = [
        json.loads((path / "manifest.json").read_bytes())["previous_manifest"] for path in sorted(folder.glob("0*"))
    ]
    assert named == ["", *digests[:-1]]
    assert list(chain_faults(Platform.objects.get(pk="folder"))) == []
    call_command("verify_exchange")


def test_a_rolled_back_package_leaves_no_gap(platform: Platform) -> None:
    put(platform, "XY1")
    with pytest.raises(RuntimeError), transaction.atomic():
        put(platform, "XY2")
        raise RuntimeError
    assert put(platform, "XY3").sequence == 2


def test_the_same_occasion_makes_one_package(platform: Platform) -> None:
    assert put(platform, "XY1").pk == put(platform, "XY1").pk
    assert OutboxMessage.objects.filter(channel="exchange").count() == 1


def test_an_unknown_or_inactive_platform_gets_nothing(platform: Platform) -> None:
    Platform.objects.update(is_active=False)
    for code in ("folder", "nowhere"):
        with pytest.raises(InvalidInput) as refused, transaction.atomic():
            package_put(platform=code, kind="publish", records=[], key="k", actor=Actor.system())
        assert list(refused.value.errors) == ["platform"]
    assert not Package.objects.exists()


def test_a_worker_killed_between_writing_and_renaming_delivers_the_same_again(
    platform: Platform, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = put(platform, "XY1")
    real = Path.rename

    def die(self: Path, target: Path) -> Path:
        raise SystemExit

    monkeypatch.setattr(Path, "rename", die)
    with pytest.raises(SystemExit):
        platform_relay(platform="folder")
    assert not list(folder.glob("0*"))
    monkeypatch.setattr(Path, "rename", real)
    assert platform_relay(platform="folder") == 1
    package.refresh_from_db()
    assert (folder / "00000001-publish" / "records.json").read_bytes() == package_files(package)["records.json"]


def test_a_worker_killed_after_renaming_finds_the_package_there(
    platform: Platform, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(platform, "XY1")
    real = folder_room._flush

    def die(path: Path) -> None:
        raise SystemExit

    monkeypatch.setattr(folder_room, "_flush", die)
    with pytest.raises(SystemExit):
        platform_relay(platform="folder")
    before = (folder / "00000001-publish" / "manifest.json").read_bytes()
    monkeypatch.setattr(folder_room, "_flush", real)
    assert platform_relay(platform="folder") == 1
    assert (folder / "00000001-publish" / "manifest.json").read_bytes() == before


def test_nothing_is_overwritten_and_later_packages_wait(platform: Platform, folder: Path) -> None:
    (folder / "00000001-publish").mkdir(parents=True)
    (folder / "00000001-publish" / "manifest.json").write_text("{}", encoding="utf-8")
    first, second = put(platform, "XY1"), put(platform, "XY2")
    for _try in range(5):
        _due(platform)
        assert platform_relay(platform="folder") == 0
    first.refresh_from_db()
    assert (first.status, first.attempts_made) == ("waiting", 5)
    assert exchange_fault()
    package_set_aside(package=first, reason="对方已有同号数据")
    assert platform_relay(platform="folder") == 1
    second.refresh_from_db()
    assert second.status == "delivered"
    assert not exchange_fault()
    assert list(chain_faults(Platform.objects.get(pk="folder"))) == []
    with pytest.raises(InvalidInput):
        package_set_aside(package=second, reason="晚了")


def test_a_folder_outside_the_data_directory_is_refused(platform: Platform, tmp_path: Path) -> None:
    Platform.objects.update(address="../../elsewhere")
    put(platform, "XY1")
    assert platform_relay(platform="folder") == 0
    assert "outside" in Attempt.objects.get().detail
    assert not (tmp_path.parent / "elsewhere").exists()


def test_answers_are_taken_once_and_only_with_the_right_digest(platform: Platform, folder: Path) -> None:
    first, second = put(platform, "XY1"), put(platform, "XY2")
    platform_relay(platform="folder")
    first.refresh_from_db()
    _ack(folder, 1, first.manifest_sha256, rejected=[{"record": "XY1", "reason": "代码不存在"}])
    _ack(folder, 2, "0" * 64)
    _ack(folder, 9, "0" * 64)
    (folder / "ack" / "00000003.json").write_text("not json", encoding="utf-8")
    assert answers_read(platform="folder") == 1
    assert answers_read(platform="folder") == 0
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, first.answer["rejected"][0]["reason"]) == ("partly_refused", "代码不存在")
    assert second.status == "delivered"
    assert Attempt.objects.filter(package=second, outcome="wrong_digest").count() == 1


def test_an_unanswered_package_shows_after_its_days(platform: Platform) -> None:
    package = put(platform, "XY1")
    platform_relay(platform="folder")
    assert not unanswered(platform).exists()
    Package.objects.filter(pk=package.pk).update(
        delivered_at=timezone.now() - timedelta(days=platform.answer_days, minutes=1)
    )
    assert unanswered(platform).exists()


def test_sending_again_sends_the_same(platform: Platform, folder: Path) -> None:
    package = put(platform, "XY1")
    platform_relay(platform="folder")
    package.refresh_from_db()
    package_acknowledge(platform="folder", answer=Answer(1, package.manifest_sha256, is_accepted=False, reason="不收"))
    package.refresh_from_db()
    assert package.status == "refused"
    again = package_resend(package=package)
    assert (again.sequence, again.manifest_sha256, again.status) == (1, package.manifest_sha256, "delivered")
    assert len(list(folder.glob("0*"))) == 1


def test_what_was_put_never_changes(platform: Platform) -> None:
    package = put(platform, "XY1")
    changes: list[dict[str, Any]] = [{"records": []}, {"sequence": 7}, {"kind": "withdraw"}]
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            Package.objects.filter(pk=package.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        package.delete()


def test_a_changed_row_breaks_the_chain(platform: Platform) -> None:
    package = put(platform, "XY1")
    platform_relay(platform="folder")
    Package.objects.filter(pk=package.pk).update(manifest_sha256="0" * 64)
    assert list(chain_faults(Platform.objects.get(pk="folder")))
    with pytest.raises(CommandError):
        call_command("verify_exchange")


@pytest.mark.django_db(transaction=True)
def test_two_relays_at_once_deliver_each_package_once(folder: Path) -> None:
    platform = Platform.objects.create(code="folder", name="测试平台", adapter="folder", address="credit")
    for number in range(6):
        put(platform, f"XY{number}")
    delivered = at_once(lambda: platform_relay(platform="folder"), lambda: platform_relay(platform="folder"))
    platform_relay(platform="folder")
    assert sum(value for value in delivered if isinstance(value, int)) <= 6
    assert Attempt.objects.filter(outcome="delivered").count() == 6
    assert list(chain_faults(Platform.objects.get())) == []


@pytest.mark.django_db(transaction=True)
def test_two_packages_at_once_get_two_numbers(folder: Path) -> None:
    platform = Platform.objects.create(code="folder", name="测试平台", adapter="folder", address="credit")
    at_once(lambda: put(platform, "one"), lambda: put(platform, "two"))
    assert sorted(Package.objects.values_list("sequence", flat=True)) == [1, 2]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["put", "relay", "break", "mend", "answer", "aside", "again"]), max_size=25))
def test_whatever_happens_the_numbers_are_gapless_and_the_chain_whole(
    platform: Platform, folder: Path, deeds: list[str]
) -> None:
    with transaction.atomic():
        start = Platform.objects.get(pk="folder")
        offset = Package.objects.count()
        for number, deed in enumerate(deeds):
            _deed(start, folder, deed, f"{offset}-{number}-{len(deeds)}")
            rows = list(Package.objects.order_by("sequence").values_list("sequence", "status"))
            assert [sequence for sequence, _status in rows] == list(range(1, len(rows) + 1))
            waiting = [sequence for sequence, status in rows if status == "waiting"]
            answered = [sequence for sequence, status in rows if status not in ("waiting", "set_aside")]
            assert not waiting or not answered or max(answered) < min(waiting)
            assert list(chain_faults(Platform.objects.get(pk="folder"))) == []


def _deed(platform: Platform, folder: Path, deed: str, key: str) -> None:
    waiting = Package.objects.filter(status="waiting").order_by("sequence").first()
    if deed == "put":
        put(platform, f"P{key}{Package.objects.count()}")
    elif deed == "relay":
        _due(platform)
        platform_relay(platform="folder")
    elif deed in ("break", "mend"):
        Platform.objects.filter(pk="folder").update(address="../../out" if deed == "break" else "credit")
    elif deed == "answer":
        for package in Package.objects.filter(status="delivered"):
            package_acknowledge(platform="folder", answer=Answer(package.sequence, package.manifest_sha256, True))
    elif deed == "aside" and waiting:
        package_set_aside(package=waiting, reason="试")
    elif deed == "again" and (sent := Package.objects.exclude(manifest_sha256="").first()):
        package_resend(package=sent)


def _web(peer: Peer, **changes: object) -> Platform:
    return Platform.objects.create(
        **{"code": "web", "name": "网上平台", "adapter": "web", "address": peer.address, **changes}
    )


def test_a_web_platform_gets_a_zip_with_key_and_digest_and_answers(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEER_TOKEN", "s3cret")
    platform = _web(peer, token_variable="PEER_TOKEN")
    package = put(platform, "XY1")
    assert platform_relay(platform="web") == 1
    package.refresh_from_db()
    headers, body = peer.got[0]
    assert package.status == "acknowledged"
    assert headers["Authorization"] == "Bearer s3cret"
    assert headers["Idempotency-Key"] == "web-00000001-publish"
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert hashlib.sha256(archive.read("manifest.json")).hexdigest() == headers["X-Manifest-SHA256"]
        assert sorted(archive.namelist()) == ["manifest.json", "records.json", "records.xlsx"]


def test_a_token_that_is_not_set_sends_nothing(peer: Peer) -> None:
    put(_web(peer, token_variable="NOT_SET_HERE"), "XY1")
    assert platform_relay(platform="web") == 0
    assert not peer.got


def test_errors_are_tried_again_with_the_same_bytes_and_refusals_are_kept(peer: Peer) -> None:
    platform = _web(peer)
    peer.script = [500, 503, 200, 422]
    package = put(platform, "XY1")
    assert platform_relay(platform="web") == 0
    assert platform_relay(platform="web") == 0, "before its time it is not tried"
    for _time in range(2):
        _due(platform)
        platform_relay(platform="web")
    package.refresh_from_db()
    assert (package.status, package.attempts_made) == ("acknowledged", 3)
    assert len({body for _headers, body in peer.got}) == 1
    refused = put(platform, "XY2")
    platform_relay(platform="web")
    refused.refresh_from_db()
    assert refused.status == "refused"
    assert "422" in refused.answer["reason"]


def test_a_web_answer_with_another_digest_is_a_fault_not_an_answer(peer: Peer) -> None:
    peer.answer = {"accepted": True, "manifest_sha256": "f" * 64}
    package = put(_web(peer), "XY1")
    platform_relay(platform="web")
    package.refresh_from_db()
    assert package.status == "delivered"
    assert package.answered_at is None
    assert Attempt.objects.filter(outcome="wrong_digest").exists()


def test_a_web_platform_that_is_away_is_tried_again(peer: Peer) -> None:
    platform = _web(peer)
    peer.close()
    package = put(platform, "XY1")
    assert platform_relay(platform="web") == 0
    package.refresh_from_db()
    assert package.status == "waiting"
    assert package.next_attempt_at > timezone.now()


def test_plain_http_has_no_place_in_production(peer: Peer, settings: Any) -> None:
    settings.PRODUCTION = True
    put(_web(peer), "XY1")
    assert platform_relay(platform="web") == 0
    assert not peer.got
