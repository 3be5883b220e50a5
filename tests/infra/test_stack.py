"""The running stack that other tests stand on: a killed worker is gone, and a new one takes its place."""

from __future__ import annotations

import pytest
from django.db import connection

from casework import checks
from tests.stack import Stack


def test_a_killed_worker_is_gone_at_once_and_comes_back(stack: Stack):
    worker = stack.children["worker-default"]
    process = worker.process
    assert process is not None
    stack.kill_worker("default")
    assert process.returncode == -9
    stack.start_worker("default")
    assert stack.children["worker-default"].exit_code() is None


def test_the_stack_has_a_database_of_its_own(stack: Stack):
    [row] = stack.sql("SELECT current_database() AS name")
    assert row["name"] == stack.database != connection.settings_dict["NAME"]


def test_rows_are_waited_for_only_as_long_as_asked(stack: Stack):
    with pytest.raises(Exception, match="not ready after 0 s"):
        stack.wait_for_row("SELECT 1 WHERE false", seconds=0.2)


@pytest.mark.django_db
def test_the_test_database_can_search_chinese():
    assert checks.ctype_fault() == ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cardinality(show_trgm('拖欠账款'))")
        assert cursor.fetchone()[0] > 0


def test_missing_libraries_are_noticed():
    assert not checks.has_library(["libno-such-library.so.7"])
    assert checks.has_library(["libno-such-library.so.7", "libc.so.6"])


def test_a_storage_that_takes_no_files_is_an_error(settings, tmp_path):
    taken = tmp_path / "file"
    taken.write_text("not a folder", encoding="utf-8")
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(taken / "below")},
        },
    }
    assert [message.id for message in checks.check_storage()] == ["casework.E004"]
