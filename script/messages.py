"""The Chinese catalogue: msgids stand in the code in English, translations in locale/zh_Hans.

    script/messages add FILE.json   add or change translations: {"msgid": "中文"}, or
                                    {"msgid": {"text": "中文", "plural": "msgids", "context": "noun"}}
    script/messages extract         bring the catalogue in line with the code; new msgids come in empty
    script/messages compile         write the .mo that Django reads
    script/messages check           fail, naming each msgid that is missing, empty, fuzzy, obsolete or malformed

Entries are sorted and carry neither source lines nor dates, so that two branches merge without noise. Nothing is ever
guessed from a similar msgid: an empty translation is seen by `check`, a wrong guess would not be.
"""

import argparse
import contextlib
import fcntl
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import polib
from django.conf import settings
from django.core.management.commands.makemessages import Command as MakeMessages

ROOT = Path(__file__).resolve().parent.parent
NOT_SOURCES = {"tests", "docs", "locale", "script", "static", "staticfiles", "var", "node_modules"}
EXTENSIONS = {".py", ".html", ".txt"}
METADATA = {
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "zh_Hans",
    "MIME-Version": "1.0",
    "Plural-Forms": "nplurals=1; plural=0;",
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sdf]|%[sdf]|\{(\w*)\}")
HAN = re.compile(r"[\u4e00-\u9fff]")
Key = tuple[str, str]


def key_of(entry: polib.POEntry) -> Key:
    """What makes an entry unique: its context and its msgid."""
    return (entry.msgctxt or "", entry.msgid)


def catalogue_path(root: Path) -> Path:
    """Where the Chinese catalogue of a checkout stands; Django's name for zh-hans is zh_Hans."""
    return root / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def read_catalogue(root: Path) -> dict[Key, polib.POEntry]:
    """Entries by key; empty for a checkout without a catalogue."""
    path = catalogue_path(root)
    if not path.exists():
        return {}
    return {key_of(entry): entry for entry in polib.pofile(str(path), encoding="utf-8") if not entry.obsolete}


def write_catalogue(root: Path, entries: dict[Key, polib.POEntry]) -> None:
    """Write the .po, sorted, and the .mo, each in one rename so that a reader never meets half a file."""
    path = catalogue_path(root)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue = polib.POFile(wrapwidth=0, encoding="utf-8")
    catalogue.metadata = METADATA
    for _key, entry in sorted(entries.items(), key=lambda item: (item[0][1], item[0][0])):
        entry.occurrences = []
        entry.comment = ""
        catalogue.append(entry)
    save_atomically(catalogue.save, path)
    compile_catalogue(root)


def compile_catalogue(root: Path) -> None:
    """Write the .mo beside the .po."""
    path = catalogue_path(root)
    catalogue = polib.pofile(str(path), encoding="utf-8")
    save_atomically(catalogue.save_as_mofile, path.with_suffix(".mo"))


def save_atomically(save: Callable[[str], None], path: Path) -> None:
    """Let `save` write a file beside `path`, then move it there."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    save(str(beside))
    beside.replace(path)


@contextlib.contextmanager
def locked(root: Path) -> Iterator[None]:
    """One writer at a time."""
    folder = catalogue_path(root).parent
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def source_files(root: Path) -> Iterator[Path]:
    """Every file that may hold a msgid."""
    for folder in sorted(root.iterdir()):
        if folder.is_dir() and folder.name not in NOT_SOURCES and not folder.name.startswith("."):
            yield from (path for path in sorted(folder.rglob("*")) if path.suffix in EXTENSIONS and path.is_file())


def extract_template(root: Path) -> dict[Key, polib.POEntry]:
    """What xgettext finds in code and templates, by key.

    Works on a copy: makemessages writes its intermediate files beside the templates, where a running server or another
    extraction would trip over them.
    """
    with tempfile.TemporaryDirectory(prefix="messages-") as name, contextlib.chdir(name):
        folder = Path(name)
        for path in source_files(root):
            copy = folder / path.relative_to(root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
        (folder / "locale").mkdir()
        command = MakeMessages(stdout=sys.stderr)
        command.handle(**makemessages_options())
        pot = folder / "locale" / "django.pot"
        return {key_of(entry): entry for entry in polib.pofile(str(pot))} if pot.exists() else {}


def makemessages_options() -> dict[str, object]:
    """Only a .pot, for no locale: merging is done here, without guesses."""
    false_ones = ("symlinks", "no_wrap", "no_obsolete", "no_location")
    return {
        **dict.fromkeys(false_ones, False),
        "all": True,
        "locale": [],
        "exclude": [],
        "domain": "django",
        "verbosity": 0,
        "extensions": [],
        "ignore_patterns": [],
        "use_default_ignore_patterns": True,
        "add_location": None,
        "keep_pot": True,
    }


def apply_translation(entries: dict[Key, polib.POEntry], msgid: str, value: object) -> None:
    """Set one translation of `add`.

    Raises:
        SystemExit: `value` is neither a text nor an object with `text`.
    """
    data = {"text": value} if isinstance(value, str) else value
    if not isinstance(data, dict) or not isinstance(data.get("text"), str):
        raise SystemExit(f"{msgid!r}: the value must be a text, or an object with text and maybe plural and context.")
    key = (data.get("context", ""), msgid)
    known = entries.get(key)
    entry = known or polib.POEntry(msgid=msgid, msgctxt=data.get("context"), flags=[])
    entry.msgid_plural = data.get("plural", entry.msgid_plural)
    set_text(entry, data["text"])
    entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
    entries[key] = entry


def set_text(entry: polib.POEntry, text: str) -> None:
    """Chinese has one form for every number."""
    entry.msgstr = "" if entry.msgid_plural else text
    entry.msgstr_plural = {0: text} if entry.msgid_plural else {}


def text_of(entry: polib.POEntry) -> str:
    """The translation, whichever of the two places it stands in."""
    return entry.msgstr or entry.msgstr_plural.get(0, "")


def merge(known: dict[Key, polib.POEntry], found: dict[Key, polib.POEntry]) -> dict[Key, polib.POEntry]:
    """The catalogue for the msgids in `found`, with the translations of `known`."""
    merged = {}
    for key, source in found.items():
        entry = polib.POEntry(msgid=source.msgid, msgctxt=source.msgctxt, msgid_plural=source.msgid_plural)
        entry.flags = [flag for flag in source.flags if flag != "fuzzy"]
        old = known.get(key)
        set_text(entry, text_of(old) if old and "fuzzy" not in old.flags else "")
        merged[key] = entry
    return merged


def faults(known: dict[Key, polib.POEntry], found: dict[Key, polib.POEntry]) -> list[str]:
    """What `check` complains about, one line each."""
    lines = [f"missing    {key[1]!r}" for key in sorted(found.keys() - known.keys())]
    lines += [f"obsolete   {key[1]!r}" for key in sorted(known.keys() - found.keys())]
    for key in sorted(found.keys() & known.keys()):
        lines += entry_faults(known[key], found[key])
    return lines


def entry_faults(entry: polib.POEntry, source: polib.POEntry) -> Iterator[str]:
    """Faults of one translation."""
    text = text_of(entry)
    if not text:
        yield f"empty      {entry.msgid!r}"
        return
    if "fuzzy" in entry.flags:
        yield f"fuzzy      {entry.msgid!r}"
    if bool(entry.msgid_plural) != bool(source.msgid_plural):
        yield f"plural     {entry.msgid!r}: run script/messages extract"
    wanted = placeholders(source.msgid) | placeholders(source.msgid_plural)
    if not placeholders(text) <= wanted or (not source.msgid_plural and placeholders(text) != wanted):
        yield f"variables  {entry.msgid!r} -> {text!r}: {sorted(wanted)} expected"
    if HAN.search(entry.msgid):
        yield f"msgid      {entry.msgid!r}: message ids are English"


def placeholders(text: str) -> set[str]:
    """The variables of a text, so that a translation can't lose or invent one."""
    return {match.group(0) for match in PLACEHOLDER.finditer((text or "").replace("%%", ""))}


def run_add(root: Path, file: Path) -> int:
    """The verb `add`."""
    translations = json.loads(file.read_text(encoding="utf-8"))
    with locked(root):
        entries = read_catalogue(root)
        for msgid, value in translations.items():
            apply_translation(entries, msgid, value)
        write_catalogue(root, entries)
    print(f"{len(translations)} added or changed, {len(entries)} in the catalogue.")
    return 0


def run_extract(root: Path) -> int:
    """The verb `extract`."""
    found = extract_template(root)
    with locked(root):
        known = read_catalogue(root)
        merged = merge(known, found)
        write_catalogue(root, merged)
    empty = sorted(entry.msgid for entry in merged.values() if not text_of(entry))
    print(f"{len(merged)} msgids, {len(known.keys() - found.keys())} obsolete ones dropped, {len(empty)} to translate.")
    for msgid in empty:
        print(f"  {msgid!r}")
    return 0


def run_check(root: Path) -> int:
    """The verb `check`."""
    lines = faults(read_catalogue(root), extract_template(root))
    for line in lines:
        print(line, file=sys.stderr)
    if lines:
        print(f"{len(lines)} faults. Remedy: script/messages add FILE.json; script/messages extract", file=sys.stderr)
    return 1 if lines else 0


def run_compile(root: Path) -> int:
    """The verb `compile`."""
    compile_catalogue(root)
    return 0


def main() -> int:
    """Parse the command line and run one verb."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("add").add_argument("file", type=Path)
    for verb in ("extract", "compile", "check"):
        verbs.add_parser(verb)
    options = parser.parse_args()
    settings.configure(LOCALE_PATHS=["locale"], USE_I18N=True)
    root = options.root.resolve()
    if options.verb == "add":
        return run_add(root, options.file.resolve())
    return {"extract": run_extract, "compile": run_compile, "check": run_check}[options.verb](root)


if __name__ == "__main__":
    sys.exit(main())
