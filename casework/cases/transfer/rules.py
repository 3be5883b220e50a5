"""What each kind of case lays down about its way from department to department; declared by the kind, used here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, TextChoices

from casework.cases.models import Case
from casework.parties.models import Department


@dataclass(frozen=True)
class Wanted:
    """What a case asks of the routes besides its kind and place.

    Attributes:
        party_type: a value of the kind's `party_types`.
        ownership: a value of `Ownership`; "" where it isn't known or plays no part.
        sector: a code of the kind's list of sectors; "" for none.
    """

    party_type: str
    ownership: str = ""
    sector: str = ""


@dataclass(frozen=True)
class TransferRules:
    """A kind's own part of the way: its departments, routes, clocks, states.

    Attributes:
        kind: the kind of case.
        departments: those to which a case can be transferred.
        wanted: what a case asks of the routes.
        party_types: the kinds of party that a route can name.
        transfer: code of the clock of the transfer, which runs again after a return.
        objection: code of the clock in which the department can object; "" where the kind's law sets no time.
        decision: code of the clock in which sender and department have to agree on a return.
        return_limit: the list whose code is how many agreed returns there are before the common superior decides.
        returnable: states in which a return can be asked for.
        awaiting: the state in which the receipt is to be confirmed.
        sectors: the list of sectors that a route can name; "" without any.
        asks_ownership: whether a route can name to whom the party belongs.
    """

    kind: str
    departments: Callable[[Any], QuerySet[Department]]
    wanted: Callable[[Any], Wanted]
    party_types: type[TextChoices]
    transfer: str
    objection: str
    decision: str
    return_limit: str
    returnable: frozenset[str]
    awaiting: str
    sectors: str = ""
    asks_ownership: bool = False


_rules: dict[str, TransferRules] = {}


def register_transfer_rules(rules: TransferRules) -> None:
    """Say how cases of a kind go from department to department; called from an app's ready()."""
    _rules[rules.kind] = rules


def transfer_rules(kind: str) -> TransferRules:
    """The rules of a kind.

    Raises:
        KeyError: cases of this kind are never transferred.
    """
    return _rules[kind]


def all_transfer_rules() -> list[TransferRules]:
    """The rules of every kind that has some."""
    return list(_rules.values())


def departments_for(case: Case) -> QuerySet[Department]:
    """Departments to which a case can be transferred."""
    return transfer_rules(case.kind).departments(case)


def can_have(case: Case, department: Department) -> bool:
    """Whether a case can be transferred to a department."""
    return departments_for(case).filter(pk=department.pk).exists()
