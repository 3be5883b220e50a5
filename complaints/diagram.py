"""Draws the table of moves as a Mermaid state diagram."""

from __future__ import annotations

from django.utils import translation

from complaints.flow import ACTIONS, FINAL_STATES, FLOW, State, action_edges

HEAD = """# States of an arrears complaint

Generated from `complaints/flow.py` by `manage.py flow_diagram`; `make lint` fails when it is stale.
Each arrow names the action and who may take it.

```mermaid
stateDiagram-v2
    [*] --> draft
"""


def flow_markdown() -> str:
    """The document docs/flow/arrears.md."""
    with translation.override("en"):
        lines = [f"    {state.value} : {state.label}" for state in State]
        lines += [line for action in ACTIONS for line in _edges(action)]
    lines += [f"    {state.value} --> [*]" for state in FINAL_STATES]
    return HEAD + "\n".join(lines) + "\n```\n"


def _edges(action: str) -> list[str]:
    return [
        f"    {source} --> {target} : {action} ({_roles(action, source)})" for source, target in action_edges(action)
    ]


def _roles(action: str, source: str) -> str:
    return ", ".join(sorted(str(role.label) for role in FLOW.roles(action, source)))
