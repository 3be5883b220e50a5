"""The payers of a refund order, as they are given: one by one, or as a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from casework.cases.errors import InvalidInput
from casework.parties.validators import clean_credit_code, validate_credit_code
from fees.catalogue.importing import LARGEST_FILE, Fault, FaultyFile, read_rows
from fees.catalogue.table import plain_head

NAME, CODE, AMOUNT = "缴费单位", "统一社会信用代码", "金额"
_HEADS = {
    **dict.fromkeys((NAME, "缴费人", "单位名称", "name"), NAME),
    **dict.fromkeys((CODE, "信用代码", "code"), CODE),
    **dict.fromkeys((AMOUNT, "应退金额", "金额(元)", "amount"), AMOUNT),
}
_REQUIRED = (NAME, AMOUNT)
LONGEST_NAME = 120
LARGEST_AMOUNT = Decimal("99999999999999.99")
_CENT = Decimal("0.01")
# What a spreadsheet's binary fractions may be off by.
_NOISE = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Owed:
    """What a payee owes to one payer.

    Attributes:
        code: the unified social credit code; "" where it isn't known.
        amount: yuan.
    """

    name: str
    code: str
    amount: Decimal


def payers_read(upload: UploadedFile) -> list[Owed]:
    """The payers of an xlsx workbook or a CSV file; the order of the columns is free.

    Raises:
        InvalidInput: under `payers`, every problem with its row and column.
    """
    try:
        rows = read_rows(upload.name or "", upload.read(LARGEST_FILE + 1))
        places = _read_heads(rows[0] if rows else ())
    except FaultyFile as error:
        raise InvalidInput({"payers": [_words(fault) for fault in error.faults]}) from error
    payers: dict[int, Owed] = {}
    faults: list[Fault] = []
    for number, row in enumerate(rows[1:], start=2):
        if any(str(cell).strip() for cell in row if cell is not None):
            payers[number], wrong = _read_row(number, row, places)
            faults += wrong
    faults += _repeats(payers)
    if not payers:
        faults.append(Fault(0, "", _("The file has no rows.")))
    if faults:
        raise InvalidInput({"payers": [_words(fault) for fault in sorted(faults)]})
    return list(payers.values())


def check_payers(payers: Sequence[Owed], known: Sequence[Owed] = ()) -> list[Owed]:
    """The payers with clean codes.

    Args:
        known: those that the order has already.
    Raises:
        InvalidInput: under `payers`, every problem with the payer's number in the list.
    """
    clean = [Owed(one.name.strip(), clean_credit_code(one.code), one.amount) for one in payers]
    numbered = dict(enumerate((*known, *clean), start=1 - len(known)))
    faults = [Fault(number, *fault) for number, one in enumerate(clean, start=1) for fault in _wrong(one)]
    faults += [fault for fault in _repeats(numbered) if fault.row > 0]
    if faults:
        raise InvalidInput({"payers": [_words(fault) for fault in sorted(faults)]})
    return clean


def _read_heads(row: Sequence[Any]) -> dict[str, int]:
    """Where each column stands."""
    heads = [plain_head(cell) for cell in row]
    names = [_HEADS.get(head, "") for head in heads]
    known = "、".join((NAME, CODE, AMOUNT))
    faults = [
        Fault(1, str(cell), _("Unknown column. Known: %(known)s.") % {"known": known})
        for cell, head, name in zip(row, heads, names, strict=True)
        if head and not name
    ]
    faults += [Fault(1, name, _("This column stands twice.")) for name in (NAME, CODE, AMOUNT) if names.count(name) > 1]
    faults += [Fault(1, name, _("This column is missing.")) for name in _REQUIRED if name not in names]
    if faults:
        raise FaultyFile(faults)
    return {name: place for place, name in enumerate(names) if name}


def _read_row(number: int, row: Sequence[Any], places: dict[str, int]) -> tuple[Owed, list[Fault]]:
    cells = {name: row[place] if place < len(row) else None for name, place in places.items()}
    amount = _amount(cells[AMOUNT])
    owed = Owed(_text(cells[NAME]), clean_credit_code(_text(cells.get(CODE))), amount or Decimal(0))
    if amount is None:
        unread = Fault(number, AMOUNT, _("“%(text)s” is no amount of yuan.") % {"text": _text(cells[AMOUNT])})
        return owed, [unread, *(Fault(number, column, text) for column, text in _wrong(owed) if column != AMOUNT)]
    return owed, [Fault(number, column, text) for column, text in _wrong(owed)]


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()


def _amount(cell: Any) -> Decimal | None:
    """Yuan; None for what is no number. A spreadsheet's number is taken to the cent that it shows."""
    text = re.sub(r"[\s,，¥￥]|元$", "", _text(cell))
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    if not amount.is_finite():
        return None
    if isinstance(cell, float) and abs(amount) < LARGEST_AMOUNT:
        cents = amount.quantize(_CENT)
        return cents if abs(cents - amount) < _NOISE else amount
    return amount


def _wrong(owed: Owed) -> Iterator[tuple[str, str]]:
    """What is wrong with one payer: (column, text)."""
    if not owed.name:
        yield NAME, _("Give the name.")
    elif len(owed.name) > LONGEST_NAME:
        yield NAME, _("A name has at most %(count)d characters.") % {"count": LONGEST_NAME}
    if owed.code:
        try:
            validate_credit_code(owed.code)
        except ValidationError as error:
            yield CODE, error.messages[0]
    if not 0 < owed.amount <= LARGEST_AMOUNT:
        yield AMOUNT, _("The amount is more than 0.")
    elif owed.amount != owed.amount.quantize(_CENT):
        yield AMOUNT, _("An amount has at most two decimal places.")


def _repeats(payers: dict[int, Owed]) -> list[Fault]:
    """Payers that stand twice: with the same code, or with the same name where a code is missing."""
    faults = []
    by_code: dict[str, int] = {}
    by_name: dict[str, list[tuple[int, str]]] = {}
    for number, owed in payers.items():
        twin = by_code.get(owed.code) if owed.code else None
        if twin is None:
            same = by_name.get(owed.name, [])
            twin = next((first for first, code in same if not (code and owed.code)), None)
        if twin is not None:
            faults.append(Fault(number, CODE if owed.code else NAME, _twice(twin)))
        if owed.code:
            by_code.setdefault(owed.code, number)
        if owed.name:
            by_name.setdefault(owed.name, []).append((number, owed.code))
    return faults


def _twice(twin: int) -> str:
    if twin < 1:
        return _("The order has this payer already.")
    return _("The same payer stands in row %(row)d: add the amounts up.") % {"row": twin}


def _words(fault: Fault) -> str:
    place = _("Row %(row)d") % {"row": fault.row} if fault.row else ""
    where = ", ".join(part for part in (place, fault.column) if part)
    return _("%(where)s: %(text)s") % {"where": where, "text": fault.text} if where else fault.text
