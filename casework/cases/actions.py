"""What an actor may do with a case now: the table of moves, and what a move waits for beside state and role."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from casework.cases.access import roles_on
from casework.cases.actors import Actor
from casework.cases.flow import Flow


@dataclass(frozen=True)
class AvailableAction:
    """An action that the actor may take now.

    Attributes:
        tone: primary, neutral or danger.
        confirm: the question before what can't be undone; "" when there is none.
    """

    name: str
    label: str
    tone: str
    confirm: str


@dataclass(frozen=True)
class Actions:
    """What can be done with a kind of case.

    Attributes:
        ready: by move, what must hold of the case besides; the move's service refuses without it too.
    """

    flow: Flow
    ready: Mapping[str, Callable[[Any], bool]] = field(default_factory=dict)

    def available(self, case: Any, actor: Actor) -> list[AvailableAction]:
        """What the actor may do with the case now, in the order of the table of moves."""
        roles = roles_on(actor, case)
        allowed = [name for name in self.flow.actions if self.flow.is_allowed(name, roles, case.state)]
        return [self._described(name) for name in allowed if self.is_possible(case, name)]

    def is_possible(self, case: Any, action: str) -> bool:
        """Whether state and circumstances allow an action now, whoever takes it."""
        return self.flow.can_take(case, action) and (action not in self.ready or self.ready[action](case))

    def _described(self, name: str) -> AvailableAction:
        custom = self.flow.custom(name)
        return AvailableAction(
            name, str(custom["label"]), custom.get("tone", "neutral"), str(custom.get("confirm", ""))
        )
