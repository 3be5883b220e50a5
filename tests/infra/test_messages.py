"""script/messages keeps the Chinese catalogue complete: shown on a small checkout of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from script.processes import ROOT

CODE = """
from django.utils.translation import gettext as _, ngettext, pgettext
a = _("Withdraw")
b = _("Due on %(day)s") % {"day": 1}
c = ngettext("%(n)d day", "%(n)d days", 3)
d = pgettext("noun", "report")
"""
COMPLETE: dict[str, object] = {
    "Withdraw": "撤回",
    "Due on %(day)s": "%(day)s 到期",
    "%(n)d day": {"text": "%(n)d 天", "plural": "%(n)d days"},
    "report": {"text": "举报", "context": "noun"},
    "Track": "查询",
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Code and a template with five messages, and no catalogue."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "views.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "templates").mkdir()
    template = '{% load i18n %}<a>{% translate "Track" %}</a>'
    (tmp_path / "templates" / "page.html").write_text(template, encoding="utf-8")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_x.py").write_text('_("only in a test")', encoding="utf-8")
    return tmp_path


def messages(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "script/messages.py", "--root", str(checkout), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def add(checkout: Path, texts: dict[str, object]) -> None:
    file = checkout / "texts.json"
    file.write_text(json.dumps(texts), encoding="utf-8")
    result = messages(checkout, "add", str(file))
    assert result.returncode == 0, result.stderr


def catalogue(checkout: Path) -> polib.POFile:
    return polib.pofile(str(checkout / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"))


def test_each_missing_message_is_named_and_nothing_else(checkout):
    result = messages(checkout, "check")
    assert result.returncode == 1
    named = [line.split(maxsplit=1)[1] for line in result.stderr.splitlines() if line.startswith("missing")]
    assert sorted(named) == sorted(repr(msgid) for msgid in COMPLETE)


def test_a_complete_catalogue_passes_and_compiles(checkout):
    add(checkout, COMPLETE)
    result = messages(checkout, "check")
    assert (result.returncode, result.stderr) == (0, "")
    compiled = polib.mofile(str(checkout / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.mo"))
    assert {entry.msgid for entry in compiled} == set(COMPLETE)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"Withdraw": ""}, "empty      'Withdraw'"),
        ({"Due on %(day)s": "到期"}, "variables  'Due on %(day)s'"),
        ({"Due on %(day)s": "%(date)s 到期"}, "variables  'Due on %(day)s'"),
        ({"Gone": "没有了"}, "obsolete   'Gone'"),
    ],
)
def test_a_fault_is_named(checkout, change, fault):
    add(checkout, COMPLETE | change)
    result = messages(checkout, "check")
    assert result.returncode == 1
    assert fault in result.stderr


def test_a_fuzzy_guess_does_not_count_as_translated(checkout):
    add(checkout, COMPLETE)
    po = catalogue(checkout)
    po.find("Withdraw").flags.append("fuzzy")
    po.save()
    result = messages(checkout, "check")
    assert result.returncode == 1
    assert "fuzzy      'Withdraw'" in result.stderr


def test_extract_keeps_translations_and_guesses_nothing(checkout):
    add(checkout, COMPLETE | {"Gone": "没有了"})
    view = checkout / "app" / "views.py"
    view.write_text(CODE.replace('"Withdraw"', '"Withdraws"'), encoding="utf-8")
    assert messages(checkout, "extract").returncode == 0
    texts = {entry.msgid: entry.msgstr or entry.msgstr_plural.get(0, "") for entry in catalogue(checkout)}
    assert texts == {
        "Withdraws": "",
        "Due on %(day)s": "%(day)s 到期",
        "%(n)d day": "%(n)d 天",
        "report": "举报",
        "Track": "查询",
    }


def test_a_plural_added_as_a_plain_text_is_put_right_by_extract(checkout):
    add(checkout, COMPLETE | {"%(n)d day": "%(n)d 天"})
    po = catalogue(checkout)
    po.remove(po.find("%(n)d day"))
    po.append(polib.POEntry(msgid="%(n)d day", msgstr="%(n)d 天"))
    po.save()
    assert "plural     '%(n)d day'" in messages(checkout, "check").stderr
    assert messages(checkout, "extract").returncode == 0
    assert messages(checkout, "check").returncode == 0


def test_entries_are_sorted_and_carry_no_lines_of_source(checkout):
    add(checkout, COMPLETE)
    assert messages(checkout, "extract").returncode == 0
    po = catalogue(checkout)
    msgids = [entry.msgid for entry in po]
    assert msgids == sorted(msgids)
    assert not any(entry.occurrences for entry in po)


def test_many_writers_at_once_lose_nothing(checkout):
    running = []
    for number in range(6):
        file = checkout / f"texts{number}.json"
        file.write_text(json.dumps({f"text {number}": f"文字{number}"}), encoding="utf-8")
        command = [sys.executable, "script/messages.py", "--root", str(checkout), "add", str(file)]
        running.append(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL))
    assert [process.wait(timeout=60) for process in running] == [0] * 6
    assert {entry.msgid: entry.msgstr for entry in catalogue(checkout)} == {f"text {n}": f"文字{n}" for n in range(6)}
