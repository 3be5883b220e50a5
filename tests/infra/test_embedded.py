"""The embedded PostgreSQL after a crash: what a killed process leaves behind must not stop the next start."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from casework.embedded import forget_the_dead


@pytest.fixture
def dead_pid() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_pid_file_of_a_dead_server_is_removed(tmp_path, dead_pid):
    pid_file = tmp_path / "postmaster.pid"
    pid_file.write_text(f"{dead_pid}\n{tmp_path}\n", encoding="utf-8")
    forget_the_dead(tmp_path)
    assert not pid_file.exists()


def test_a_pid_file_whose_number_another_program_has_now_is_removed(tmp_path):
    pid_file = tmp_path / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{tmp_path}\n", encoding="utf-8")
    forget_the_dead(tmp_path)
    assert not pid_file.exists()


@pytest.mark.parametrize("content", ["", "no number\n"])
def test_a_pid_file_cut_short_is_removed(tmp_path, content):
    pid_file = tmp_path / "postmaster.pid"
    pid_file.write_text(content, encoding="utf-8")
    forget_the_dead(tmp_path)
    assert not pid_file.exists()


def test_killed_users_are_forgotten_and_living_ones_kept(tmp_path, dead_pid):
    users = tmp_path / ".handle_pids.json"
    users.write_text(json.dumps([dead_pid, os.getpid()]), encoding="utf-8")
    forget_the_dead(tmp_path)
    assert json.loads(users.read_text(encoding="utf-8")) == [os.getpid()]
