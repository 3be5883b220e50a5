"""A version's way: checks, a second person, publication; and that nothing gets past it, not even by SQL."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction
from django.utils import timezone

from fees.catalogue.compare import Change, compare_entries
from fees.catalogue.models import CatalogueEntry, CatalogueVersion
from fees.catalogue.services import (
    check_record,
    entry_delete,
    entry_save,
    version_draft,
    version_faults,
    version_publish,
    version_return,
    version_review,
)
from tests.fees.conftest import Desk

FIRST, SECOND = date(2026, 1, 10), date(2026, 3, 1)


@pytest.mark.django_db
def test_a_version_needs_checks_and_a_second_person(desk: Desk) -> None:
    version = desk.draft(FIRST)
    desk.entry(version, "占道费", "5元/平方米·日")
    version.refresh_from_db()
    assert len(version_faults(version)) == 3
    with pytest.raises(ValidationError):
        version_review(version=version, user=desk.reviewer)
    desk.checked(version)
    with pytest.raises(ValidationError, match="另一人"):
        version_review(version=version, user=desk.editor)
    with pytest.raises(ValidationError):
        version_publish(version=version, user=desk.editor)
    version_review(version=version, user=desk.reviewer)
    published = version_publish(version=version, user=desk.editor)
    assert published.is_in_force(FIRST)
    assert not published.is_in_force(FIRST - timedelta(days=1))


@pytest.mark.django_db
def test_a_change_after_a_check_asks_for_another(desk: Desk) -> None:
    version = desk.draft(FIRST)
    desk.entry(version, "占道费", "5元/平方米·日")
    version.refresh_from_db()
    desk.checked(version)
    version.refresh_from_db()
    assert version_faults(version) == []
    desk.entry(version, "停车费", "2元/小时")
    version.refresh_from_db()
    assert len(version_faults(version)) == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("outcome", "document", "remark"), [("passed", "", "x"), ("failed", " ", ""), ("not_needed", "1号", "")]
)
def test_a_check_without_its_ground_is_refused(desk: Desk, outcome: str, document: str, remark: str) -> None:
    version = desk.draft(FIRST)
    with pytest.raises(ValidationError):
        check_record(
            version=version, user=desk.editor, kind="legality", outcome=outcome, document=document, remark=remark,
            checked_on=FIRST,
        )  # fmt: skip


@pytest.mark.django_db
def test_a_failed_check_stops_the_review_until_it_is_passed(desk: Desk) -> None:
    version = desk.draft(FIRST)
    desk.entry(version, "占道费", "5元/平方米·日")
    version.refresh_from_db()
    desk.checked(version)
    words: dict[str, Any] = {"version": version, "user": desk.editor, "kind": "legality", "document": "2号"}
    check_record(**words, outcome="failed", checked_on=FIRST)
    with pytest.raises(ValidationError):
        version_review(version=version, user=desk.reviewer)
    check_record(**words, outcome="passed", checked_on=FIRST)
    version_review(version=version, user=desk.reviewer)


@pytest.mark.django_db
def test_what_somebody_saw_must_still_be_there(desk: Desk) -> None:
    version = desk.draft(FIRST)
    desk.entry(version, "占道费", "5元/平方米·日")
    version.refresh_from_db()
    desk.checked(version)
    with pytest.raises(ValidationError):
        version_review(version=version, user=desk.reviewer, revision=version.revision - 1)
    version_review(version=version, user=desk.reviewer, revision=version.revision)
    with pytest.raises(ValidationError):
        desk.entry(version, "停车费")
    version_return(version=version)
    version.refresh_from_db()
    desk.entry(version, "停车费")


@pytest.mark.django_db
def test_the_next_version_begins_as_a_copy_and_ends_the_one_before(desk: Desk) -> None:
    first = desk.draft(FIRST)
    kept = desk.entry(first, "占道费", "5元/平方米·日")
    desk.entry(first, "停车费", "2元/小时", status="cancelled", change_reason="取消")
    first = desk.published(CatalogueVersion.objects.get(pk=first.pk))
    second = desk.draft(SECOND)
    (copy,) = second.entries.all()
    assert (copy.key, copy.status, copy.standard) == (kept.key, "kept", kept.standard)
    with pytest.raises(ValidationError):
        version_draft(fee_list=desk.list, user=desk.reviewer)
    desk.published(second)
    first.refresh_from_db()
    assert first.effective_to == SECOND - timedelta(days=1)
    early = desk.draft(SECOND)
    desk.reviewed(early)
    with pytest.raises(ValidationError, match=SECOND.isoformat()):
        version_publish(version=early, user=desk.reviewer)


@pytest.mark.django_db
def test_comparison_and_status_say_what_changed(desk: Desk) -> None:
    first = desk.draft(FIRST)
    for name, standard in {"升": "5元/件", "降": "2%上限100元", "停": "1元/件", "去": "1元/件", "留": "1元/件"}.items():
        desk.entry(first, name, standard)
    desk.published(CatalogueVersion.objects.get(pk=first.pk))
    second = desk.draft(SECOND)
    entries = {entry.name: entry for entry in second.entries.all()}

    def change(name: str, **values: Any) -> None:
        entry = entries[name]
        for field, value in values.items():
            setattr(entry, field, value)
        entry_save(entry=entry, user=desk.editor)

    with pytest.raises(ValidationError) as refused:
        change("升", standard=[{"form": "fixed", "amount": "6", "unit": "件"}])
    assert "change_reason" in refused.value.message_dict
    change("升", standard=[{"form": "fixed", "amount": "6", "unit": "件"}], change_reason="调整")
    change("降", standard=[{"form": "percentage", "rate": "2", "cap": "90"}], change_reason="调整")
    change("停", status="suspended", change_reason="停征")
    entry_delete(entry=entries["去"], user=desk.editor)
    desk.entry(second, "新", "1元/件")
    found = compare_entries(first.entries.all(), second.entries.all())
    assert {(one.change, one.entry.name) for one in found} == {
        (Change.RAISED, "升"), (Change.LOWERED, "降"), (Change.SUSPENDED, "停"), (Change.CANCELLED, "去"),
        (Change.ADDED, "新"),
    }  # fmt: skip
    statuses = dict(second.entries.values_list("name", "status"))
    assert statuses == {"升": "changed", "降": "changed", "停": "suspended", "新": "added", "留": "kept"}


@pytest.mark.django_db
@pytest.mark.parametrize("act", ["entry", "new entry", "delete", "version", "delete version", "back to draft"])
def test_the_database_itself_protects_what_is_published(desk: Desk, act: str) -> None:
    version = desk.draft(FIRST)
    entry = desk.entry(version, "占道费", "5元/平方米·日")
    version = desk.published(CatalogueVersion.objects.get(pk=version.pk))
    rows, versions = CatalogueEntry.objects.filter(pk=entry.pk), CatalogueVersion.objects.filter(pk=version.pk)
    entry.pk, entry.key = None, "other"
    acts: dict[str, Callable[[], object]] = {
        "entry": lambda: rows.update(standard=[]),
        "new entry": lambda: CatalogueEntry.objects.bulk_create([entry]),
        "delete": lambda: rows._raw_delete("default"),
        "version": lambda: versions.update(effective_from=FIRST - timedelta(days=9)),
        "delete version": lambda: versions._raw_delete("default"),
        "back to draft": lambda: versions.update(status="draft", reviewed_by=None, published_by=None),
    }
    with pytest.raises((InternalError, ProgrammingError, IntegrityError)), transaction.atomic():
        acts[act]()


@pytest.mark.django_db
def test_the_database_itself_asks_for_a_second_person(desk: Desk) -> None:
    version = desk.draft(FIRST)
    with pytest.raises(IntegrityError), transaction.atomic():
        CatalogueVersion.objects.filter(pk=version.pk).update(
            status="reviewed", reviewed_by=desk.editor, reviewed_at=timezone.now()
        )


def _at_once(commands: list[Callable[[], Any]]) -> list[Any]:
    barrier = Barrier(len(commands))

    def run(command: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=30)
            return command()
        except (ValidationError, IntegrityError) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(commands)) as pool:
        return list(pool.map(run, commands))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("other", ["publish", "return", "entry", "draft"])
def test_two_at_once(desk: Desk, other: str) -> None:
    version = desk.draft(FIRST)
    desk.entry(version, "占道费", "5元/平方米·日")
    version = CatalogueVersion.objects.get(pk=version.pk)
    commands: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
        "publish": (
            lambda: version_publish(version=version, user=desk.editor),
            lambda: version_publish(version=version, user=desk.reviewer),
        ),
        "return": (
            lambda: version_publish(version=version, user=desk.editor),
            lambda: version_return(version=version),
        ),
        "entry": (
            lambda: version_review(version=version, user=desk.reviewer, revision=version.revision),
            lambda: desk.entry(version, "停车费"),
        ),
        "draft": (
            lambda: version_draft(fee_list=desk.list, user=desk.editor),
            lambda: version_draft(fee_list=desk.list, user=desk.reviewer),
        ),
    }
    if other in ("publish", "return"):
        desk.reviewed(version)
    elif other == "entry":
        desk.checked(version)
    else:
        desk.published(version)
    results = _at_once(list(commands[other]))
    assert sum(isinstance(result, Exception) for result in results) == 1, results
