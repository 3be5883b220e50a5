"""Whether a charge keeps to the catalogue: a pure function of the charge and of what the lists said and say.

"Outside the list, no fee may be charged" (国办函〔2025〕30号, point 2(1)). A verdict is an aid: it finds nothing and
decides nothing about the payee, and each one says what it rests on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import groupby

from casework.parties.models import division_prefix
from fees.catalogue.standards import Standard
from fees.verdict.arithmetic import Measure, Step, allowed_amount
from fees.verdict.law import citations_of, deposit_words
from fees.verdict.likeness import best_likeness, names_body

# What is offered as perhaps meant, and from where on it is taken for what is meant; our own measure.
LEAST_LIKENESS, SURE_LIKENESS, BEHIND_BEST = 0.4, 0.75, 0.25
MOST_CANDIDATES = 5
_ONE_DAY = timedelta(days=1)


class VerdictCode(StrEnum):
    """The verdicts."""

    CONSISTENT = "consistent"
    ABOVE_STANDARD = "above_standard"
    NOT_IN_CATALOGUE = "not_in_catalogue"
    CANCELLED_OR_SUSPENDED = "cancelled_or_suspended"
    NOT_YET_IN_FORCE = "not_yet_in_force"
    WRONG_PAYEE = "wrong_payee"
    UNLAWFUL_DEPOSIT = "unlawful_deposit"
    STANDARD_NOT_COMPUTABLE = "standard_not_computable"


@dataclass(frozen=True, slots=True)
class Listed:
    """An item as one published version of a list has it.

    Args:
        effective_to: the last day of the version; None: the newest one.
        is_stopped: cancelled or suspended in this version; until `valid_to`, where it has one, it was still in force.
    """

    id: int
    key: str
    name: str
    kind: str
    list_code: str
    list_name: str
    version: int
    division: str
    effective_from: date
    effective_to: date | None
    standard: Standard
    parent_item: str = ""
    sub_items: str = ""
    payee: str = ""
    legal_basis: str = ""
    standard_text: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    is_stopped: bool = False
    change_reason: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """What a payer may find on a receipt for it."""
        return (self.name, self.parent_item + self.name, *self.sub_items.replace(";", "；").split("；"))


@dataclass(frozen=True, slots=True)
class Charge:
    """What was charged.

    Args:
        payee: empty: not told, and not judged.
        amount: yuan.
        quantity: in `unit`; None: not told.
        base: yuan that a percentage is taken of; None: not told.
    """

    item: str
    payee: str
    division: str
    charged_on: date
    amount: Decimal
    quantity: Decimal | None = None
    unit: str = ""
    base: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """One answer.

    Attributes:
        entry: None where nothing in the catalogue is like the charge.
        allowed, excess: yuan; None where nothing was computed. The excess is 0 or more.
    """

    code: VerdictCode
    entry: Listed | None
    likeness: float
    allowed: Decimal | None
    excess: Decimal | None
    citation: str
    steps: tuple[Step, ...]


def fee_check(
    item: str,
    payee: str | None,
    division: str,
    charged_on: date,
    amount: Decimal,
    quantity: Decimal | None,
    unit: str | None,
    base: Decimal | None,
    *,
    entries: Iterable[Listed],
) -> tuple[Verdict, ...]:
    """The verdicts about a charge, the most like item first, the nearest place before the wider one.

    Args:
        entries: the items of published versions that may be meant, in all their versions; those of other places are
            left aside.
    Returns:
        at least one.
    """
    charge = Charge(item, payee or "", division, charged_on, amount, quantity, unit or "", base)
    found = [_judge(charge, versions, like) for like, versions in _candidates(charge, entries)]
    if not found or found[0].likeness < SURE_LIKENESS:
        found.append(_not_listed(charge, near=bool(found)))
    return tuple(found)


def _candidates(charge: Charge, entries: Iterable[Listed]) -> list[tuple[float, list[Listed]]]:
    """The items that may be meant with all their versions, oldest first."""
    reachable = [entry for entry in entries if charge.division.startswith(division_prefix(entry.division))]
    reachable.sort(key=lambda entry: (entry.list_code, entry.key, entry.effective_from))
    items = [list(group) for _item, group in groupby(reachable, key=lambda entry: (entry.list_code, entry.key))]
    scored = [(max(best_likeness(charge.item, entry.names) for entry in versions), versions) for versions in items]
    scored = [pair for pair in scored if pair[0] >= LEAST_LIKENESS]
    best = max((like for like, _versions in scored), default=0.0)
    # A name that is the same settles what is meant.
    least = best if best == 1 else best - BEHIND_BEST
    kept = [pair for pair in scored if pair[0] >= least]
    kept.sort(key=lambda pair: (-pair[0], -len(division_prefix(pair[1][-1].division)), pair[1][-1].list_code))
    return kept[:MOST_CANDIDATES]


def _judge(charge: Charge, versions: Sequence[Listed], like: float) -> Verdict:
    day = charge.charged_on
    entry = next((one for one in versions if one.effective_from <= day <= (one.effective_to or day)), None)
    if entry is None:
        return _out_of_time(charge, versions, like)
    told = Step("listed", {"list": entry.list_name, "version": entry.version, "from": entry.effective_from})
    if entry.valid_from and day < entry.valid_from:
        why = Step("valid_later", {"day": entry.valid_from})
        return _verdict(VerdictCode.NOT_YET_IN_FORCE, charge, entry, like, (told, why))
    if (entry.valid_to and day > entry.valid_to) or (entry.is_stopped and not entry.valid_to):
        stopped_on = entry.valid_to + _ONE_DAY if entry.valid_to else entry.effective_from
        why = Step("stopped", {"day": stopped_on, "reason": entry.change_reason})
        return _verdict(VerdictCode.CANCELLED_OR_SUSPENDED, charge, entry, like, (told, why))
    steps = (told, *_payee_steps(charge, entry))
    if charge.payee and entry.payee and not names_body(charge.payee, entry.payee):
        return _verdict(VerdictCode.WRONG_PAYEE, charge, entry, like, steps)
    return _compute(charge, entry, like, steps)


def _out_of_time(charge: Charge, versions: Sequence[Listed], like: float) -> Verdict:
    """The item stands in other versions than that of the day: it was dropped before, or came later."""
    day = charge.charged_on
    ended = [one for one in versions if one.effective_to and one.effective_to < day]
    if ended:
        last = ended[-1]
        assert last.effective_to is not None
        why = Step("dropped", {"list": last.list_name, "version": last.version, "day": last.effective_to + _ONE_DAY})
        return _verdict(VerdictCode.CANCELLED_OR_SUSPENDED, charge, last, like, (why,))
    first = versions[0]
    why = Step("listed_later", {"list": first.list_name, "version": first.version, "day": first.effective_from})
    return _verdict(VerdictCode.NOT_YET_IN_FORCE, charge, first, like, (why,))


def _payee_steps(charge: Charge, entry: Listed) -> tuple[Step, ...]:
    if not charge.payee:
        return (Step("payee_not_told"),)
    if not entry.payee:
        return (Step("payee_not_listed"),)
    code = "payee_fits" if names_body(charge.payee, entry.payee) else "payee_differs"
    return (Step(code, {"payee": charge.payee, "listed": entry.payee}),)


def _compute(charge: Charge, entry: Listed, like: float, steps: tuple[Step, ...]) -> Verdict:
    outcome = allowed_amount(entry.standard, Measure(charge.quantity, charge.unit, charge.base))
    steps = (*steps, *outcome.steps)
    if outcome.amount is None:
        return _verdict(VerdictCode.STANDARD_NOT_COMPUTABLE, charge, entry, like, steps)
    excess = max(charge.amount - outcome.amount, Decimal("0.00"))
    code = VerdictCode.ABOVE_STANDARD if excess else VerdictCode.CONSISTENT
    params = {"amount": charge.amount, "allowed": outcome.amount, "excess": excess}
    steps = (*steps, Step("exceeds" if excess else "within", params))
    return replace(_verdict(code, charge, entry, like, steps), allowed=outcome.amount, excess=excess)


def _not_listed(charge: Charge, *, near: bool) -> Verdict:
    is_deposit = any(word in charge.item for word in deposit_words())
    code = VerdictCode.UNLAWFUL_DEPOSIT if is_deposit else VerdictCode.NOT_IN_CATALOGUE
    steps: tuple[Step, ...] = (
        Step("none_meant" if near else "none_like", {"item": charge.item, "day": charge.charged_on}),
    )
    if is_deposit:
        steps = (*steps, Step("deposit_unlisted"))
    return _verdict(code, charge, None, 0.0, steps)


def _verdict(code: VerdictCode, charge: Charge, entry: Listed | None, like: float, steps: tuple[Step, ...]) -> Verdict:
    sources = [entry.legal_basis] if entry and entry.legal_basis else []
    citation = "；".join([*sources, *citations_of(code, charge.charged_on)])
    return Verdict(code, entry, like, None, None, citation, steps)
