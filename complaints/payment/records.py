"""A calculation as JSON: for the API in the reader's language, and for keeping, from which it can be told again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from datetime import date
from decimal import Decimal
from typing import Any

from complaints.payment.engine import Result
from complaints.payment.inputs import (
    Allocation,
    Buyer,
    ContractObject,
    Deposit,
    DepositKind,
    Excuse,
    Inputs,
    Inspection,
    Payment,
    Practice,
)
from complaints.payment.interest import Account, Segment
from complaints.payment.notes import Findings, Note, Source
from complaints.payment.rates import Rate, RateKind
from complaints.payment.terms import Due, StartEvent
from complaints.payment.words import note_text

FORMAT = 1


def to_json(result: Result) -> dict[str, Any]:
    """The answer of the calculator: dates in ISO form, amounts and rates as decimal strings, texts as people read them.

    What could not be computed is None, and stands in `missing` with its reason.
    """
    due, rate, account = result.due, result.rate, result.account
    return {
        "law_version": result.law_version,
        "start_event": due.start_event,
        "start_on": _iso(due.start_on),
        "term_days": due.term_days,
        "raw_due_on": _iso(due.raw_due_on),
        "due_on": _iso(due.due_on),
        "provisional": due.provisional,
        "interest_from": _iso(result.interest_from),
        "as_of": result.as_of.isoformat(),
        "days": result.days,
        "rate_kind": rate.kind if rate else None,
        "rate": _plain(rate.percent) if rate else None,
        "rate_unit": _unit(rate),
        "interest": _plain(account.interest) if account else None,
        "interest_left": _plain(account.interest_left) if account else None,
        "principal_left": _plain(account.principal_left) if account else None,
        "surplus": _plain(account.surplus) if account else None,
        "undisputed_interest": _plain(result.undisputed_interest),
        "segments": [_segment(segment) for segment in account.segments] if account else [],
        "flags": _told(result.findings.flags),
        "missing": [{"field": note.params["field"], **_tell(note)} for note in result.findings.missing],
        "explanation": _told(result.findings.steps),
        "notices": _told(result.findings.notices),
        "court_information": _told(result.findings.court),
        "lpr_loaded_on": _iso(result.lpr_loaded_on),
    }


def to_record(inputs: Inputs, result: Result) -> dict[str, Any]:
    """Everything about a calculation, to keep in a JSON column: inputs, result, reasons, sources, rule versions."""
    kept: dict[str, Any] = _json_ready({"inputs": asdict(inputs), "result": asdict(result)})
    return {"format": FORMAT, **kept}


def from_record(record: Mapping[str, Any]) -> tuple[Inputs, Result]:
    """A kept calculation as it was; nothing is computed anew.

    Raises:
        ValueError: another format.
    """
    if record["format"] != FORMAT:
        raise ValueError(f"Unknown format of a calculation: {record['format']}")
    return _inputs(record["inputs"]), _result(record["result"])


def _segment(segment: Segment) -> dict[str, object]:
    return {
        "from": segment.first.isoformat(),
        "to": segment.last.isoformat(),
        "days": segment.days,
        "principal": _plain(segment.principal),
        "interest": _plain(segment.interest),
    }


def _told(notes: Iterable[Note]) -> list[dict[str, str]]:
    return [_tell(note) for note in notes]


def _tell(note: Note) -> dict[str, str]:
    return {
        "code": note.code,
        "text": note_text(note),
        "citation": note.source.citation,
        "certainty": note.source.certainty,
    }


def _unit(rate: Rate | None) -> str | None:
    if rate is None:
        return None
    return "percent_per_day" if rate.per_days == 1 else "percent_per_year"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else format(number, "f")


def _json_ready(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _json_ready(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_json_ready(inner) for inner in value]
    if isinstance(value, Decimal):
        return _plain(value)
    return value.isoformat() if isinstance(value, date) else value


def _inputs(kept: Mapping[str, Any]) -> Inputs:
    inspection = kept["inspection"]
    values = {
        **kept,
        "respondent_type": Buyer(kept["respondent_type"]),
        "contract_object": ContractObject(kept["contract_object"]) if kept["contract_object"] else None,
        "inspection": Inspection(**_days(inspection)) if inspection else None,
        "payments": tuple(Payment(_day(row["on"]), Decimal(row["amount"])) for row in kept["payments"]),
        "practices": tuple(Practice(code) for code in kept["practices"]),
        "invalid_reasons": tuple(Excuse(code) for code in kept["invalid_reasons"]),
        "deposits": tuple(_deposit(row) for row in kept["deposits"]),
        "allocation": Allocation(kept["allocation"]),
        **_days({name: kept[name] for name in ("signed_on", "delivered_on", "settlement_confirmed_on")}),
        **_numbers({name: kept[name] for name in ("amount", "undisputed_amount", "agreed_annual_rate")}),
    }
    return Inputs(**values)


def _deposit(row: Mapping[str, Any]) -> Deposit:
    expires_on = date.fromisoformat(row["expires_on"]) if row["expires_on"] else None
    return Deposit(DepositKind(row["kind"]), Decimal(row["amount"]), expires_on)


def _result(kept: Mapping[str, Any]) -> Result:
    due, rate, account = kept["due"], kept["rate"], kept["account"]
    start_event = StartEvent(due["start_event"]) if due["start_event"] else None
    values = {
        **kept,
        **_days({name: kept[name] for name in ("as_of", "interest_from", "lpr_loaded_on")}),
        **_numbers({"undisputed_interest": kept["undisputed_interest"]}),
        "due": Due(**{**due, **_days(_only(due, "start_on", "raw_due_on", "due_on")), "start_event": start_event}),
        "rate": Rate(RateKind(rate["kind"]), Decimal(rate["percent"]), rate["per_days"]) if rate else None,
        "account": _account(account) if account else None,
        "findings": Findings(**{f.name: [_note(note) for note in kept["findings"][f.name]] for f in fields(Findings)}),
    }
    return Result(**values)


def _account(kept: Mapping[str, Any]) -> Account:
    segments = tuple(
        Segment(**{**row, **_days(_only(row, "first", "last")), **_numbers(_only(row, "principal", "interest"))})
        for row in kept["segments"]
    )
    amounts = _numbers({name: value for name, value in kept.items() if name != "segments"})
    return Account(**amounts, segments=segments)


def _note(kept: Mapping[str, Any]) -> Note:
    return Note(kept["code"], Source(**kept["source"]), kept["params"])


def _only(values: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: values[name] for name in names}


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _days(values: Mapping[str, str | None]) -> dict[str, Any]:
    return {name: date.fromisoformat(text) if text else None for name, text in values.items()}


def _numbers(values: Mapping[str, str | None]) -> dict[str, Any]:
    return {name: None if text is None else Decimal(text) for name, text in values.items()}
