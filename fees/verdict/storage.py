"""Verdicts as JSON and back, so that a file shows later what was said on the day of the check, in either language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from fees.verdict.arithmetic import Step
from fees.verdict.engine import Listed, Verdict, VerdictCode

# JSON knows neither days nor exact numbers: they are marked, so that they come back as what they were.
_DAY, _NUMBER = "day", "number"


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """What of a catalogue entry belongs to a kept verdict; the entry itself stays in its published version."""

    id: int
    name: str
    list_name: str
    version: int
    division: str
    standard_text: str


@dataclass(frozen=True, slots=True)
class KeptVerdict:
    """A verdict as it was kept; shown like a fresh one."""

    code: VerdictCode
    entry: KeptEntry | None
    likeness: float
    allowed: Decimal | None
    excess: Decimal | None
    citation: str
    steps: tuple[Step, ...]


def verdicts_to_json(verdicts: Iterable[Verdict]) -> list[dict[str, Any]]:
    """The verdicts as plain JSON values."""
    return [
        {
            "code": str(verdict.code),
            "entry": _entry_to_json(verdict.entry) if verdict.entry else None,
            "likeness": verdict.likeness,
            "allowed": _sum_to_json(verdict.allowed),
            "excess": _sum_to_json(verdict.excess),
            "citation": verdict.citation,
            "steps": [{"code": step.code, "params": _params_to_json(step.params)} for step in verdict.steps],
        }
        for verdict in verdicts
    ]


def verdicts_from_json(rows: Iterable[Mapping[str, Any]]) -> tuple[KeptVerdict, ...]:
    """What `verdicts_to_json` gave, as it was."""
    return tuple(
        KeptVerdict(
            code=VerdictCode(row["code"]),
            entry=KeptEntry(**row["entry"]) if row["entry"] else None,
            likeness=row["likeness"],
            allowed=_sum_from_json(row["allowed"]),
            excess=_sum_from_json(row["excess"]),
            citation=row["citation"],
            steps=tuple(Step(step["code"], _params_from_json(step["params"])) for step in row["steps"]),
        )
        for row in rows
    )


def _entry_to_json(entry: Listed) -> dict[str, Any]:
    return {
        "id": entry.id,
        "name": entry.name,
        "list_name": entry.list_name,
        "version": entry.version,
        "division": entry.division,
        "standard_text": entry.standard_text,
    }


def _sum_to_json(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _sum_from_json(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _params_to_json(params: Mapping[str, object]) -> dict[str, Any]:
    return {name: _marked(value) for name, value in params.items()}


def _marked(value: object) -> Any:
    if isinstance(value, Decimal):
        return {_NUMBER: str(value)}
    if isinstance(value, date):
        return {_DAY: value.isoformat()}
    return value


def _params_from_json(params: Mapping[str, Any]) -> dict[str, object]:
    return {name: _unmarked(value) for name, value in params.items()}


def _unmarked(value: Any) -> object:
    if not isinstance(value, Mapping):
        return value
    if _NUMBER in value:
        return Decimal(value[_NUMBER])
    return date.fromisoformat(value[_DAY])
