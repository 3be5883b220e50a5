"""Industries and business matters by which an enterprise finds the fees that concern it; data in topics.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

DATA = Path(__file__).resolve().parent.parent / "data" / "topics.toml"


@cache
def _data() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


def industry_choices() -> list[tuple[str, str]]:
    """Code and name of each section, in the reader's language."""
    return [(code, _name(words)) for code, words in _data()["industries"].items()]


def matter_choices() -> list[tuple[str, str]]:
    """Code and name of each matter, in the reader's language."""
    return [(code, _name(words)) for code, words in _data()["matters"].items()]


def topic_code(text: str) -> str | None:
    """The code that a code or a Chinese name stands for; None for anything else."""
    known = _data()["industries"] | _data()["matters"]
    names = {words["zh"]: code for code, words in known.items()}
    return text if text in known else names.get(text)


def _name(words: dict[str, str]) -> str:
    return words["en"] if get_language() == "en" else words["zh"]
