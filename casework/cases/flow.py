"""The table of moves that each kind of case declares once: guarded moves, who may take them, what they are called.

Beside the field of the model this is the only use of django_fsm: a declarative table; the services own the transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django_fsm import can_proceed, transition

from casework.parties.models import Role

Method = Callable[..., None]
Condition = Callable[[Any], bool]


def move(
    *,
    source: Iterable[str],
    target: str,
    roles: tuple[Role, ...],
    label: object,
    conditions: tuple[Condition, ...] = (),
    **extra: object,
) -> Callable[[Method], Method]:
    """A guarded move of a table; stacked on one method where the roles depend on the state.

    Args:
        roles: who may take it.
        label: the button's words.
        conditions: what must hold of the case besides its state.
        extra: `tone` ("primary", "neutral", "danger") and `confirm`, the question before what can't be undone.
    """
    decorate: Callable[[Method], Method] = transition(
        field="state",
        source=[str(state) for state in source],
        target=str(target),
        conditions=list(conditions),
        custom={"roles": frozenset(roles), "label": label, **extra},
    )
    return decorate


@dataclass(frozen=True)
class Flow:
    """A kind of case's table of moves.

    Attributes:
        moves: the abstract model that declares them with `move`.
        states: every state, in the order in which people think of them.
        final: those in which a case has ended.
    """

    moves: type[models.Model]
    states: type[models.TextChoices]
    final: tuple[str, ...]

    @property
    def actions(self) -> tuple[str, ...]:
        """The names of the moves, in the order of their declaration."""
        return tuple(name for name, member in vars(self.moves).items() if hasattr(member, "_django_fsm"))

    def custom(self, action: str) -> dict[str, Any]:
        """The table's remarks on an action: label, tone, confirm."""
        meta = getattr(self.moves, action)._django_fsm
        remarks: dict[str, Any] = next(iter(meta.transitions.values())).custom
        return remarks

    def roles(self, action: str, state: str = "") -> frozenset[Role]:
        """Who may take an action from a state; from any, without one or from where it doesn't lead away."""
        transitions = getattr(self.moves, action)._django_fsm.transitions
        edges = [transitions[state]] if state in transitions else transitions.values()
        return frozenset().union(*(edge.custom["roles"] for edge in edges))

    def edges(self, action: str) -> list[tuple[str, str]]:
        """(source, target) of an action, in the order of the states."""
        meta = getattr(self.moves, action)._django_fsm
        order = {state.value: place for place, state in enumerate(self.states)}
        edges = [(source, entry.target) for source, entry in meta.transitions.items()]
        return sorted(edges, key=lambda edge: order[edge[0]])

    def can_take(self, case: models.Model, action: str) -> bool:
        """Whether the case's state and conditions allow the action."""
        return bool(can_proceed(getattr(case, action)))

    def is_allowed(self, action: str, roles: frozenset[Role], state: str = "") -> bool:
        """Whether one of the roles may take the action, from that state where one is given."""
        return bool(self.roles(action, state) & roles)
