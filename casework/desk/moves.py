"""The moves of a flow as pages: what each kind says about them, and the act that comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from casework.cases.access import roles_on
from casework.cases.actions import Actions
from casework.desk.acts import Act, Matter
from casework.desk.forms import CaseForm


@dataclass(frozen=True)
class ActionSpec:
    """A move of the flow as a page; the flow says the rest.

    Attributes:
        intro: what happens when the person goes on.
        done: what is said afterwards.
        about: what somebody asked or told and is decided here.
    """

    form: type[CaseForm]
    command: Callable[..., Any]
    intro: Promise
    done: Promise
    about: Callable[[Any], Matter] | None = None


@dataclass(frozen=True)
class Moves:
    """The moves of one kind of case that staff take on pages."""

    actions: Actions
    specs: Mapping[str, ActionSpec]

    def act(self, name: str) -> Act | None:
        """A move as a page; None for one that staff don't take there."""
        spec, flow = self.specs.get(name), self.actions.flow
        if spec is None:
            return None
        custom = flow.custom(name)
        return Act(
            name=name,
            label=custom["label"],
            tone=custom.get("tone", "neutral"),
            confirm=custom.get("confirm", ""),
            form=spec.form,
            command=spec.command,
            intro=spec.intro,
            done=spec.done,
            about=spec.about,
            allowed=lambda roles: flow.is_allowed(name, roles),
            possible=lambda case: self.actions.is_possible(case, name),
            who=lambda case, actor: flow.is_allowed(name, roles_on(actor, case), case.state),
        )
