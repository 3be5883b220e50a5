"""Draws the tables of moves as Mermaid state diagrams."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils import translation

from casework.cases.flow import Flow
from casework.cases.pages import flows

HEAD = """# States of {name}

Generated from `{module}` by `manage.py flow_diagram`; `make lint` fails when it is stale.
Each arrow names the action and who may take it.

```mermaid
stateDiagram-v2
    [*] --> draft
"""


def diagrams() -> Iterator[tuple[Path, str]]:
    """Each kind's document in docs/flow/ with what it should say."""
    for kind, (name, flow) in flows().items():
        module = flow.moves.__module__.replace(".", "/") + ".py"
        yield settings.BASE_DIR / "docs" / "flow" / f"{kind}.md", flow_markdown(name, module, flow)


def flow_markdown(name: str, module: str, flow: Flow) -> str:
    """The document of one kind.

    Args:
        name: in English, with its article.
        module: the file that holds the table.
    """
    with translation.override("en"):
        lines = [f"    {state.value} : {state.label}" for state in flow.states]
        lines += [line for action in flow.actions for line in _edges(flow, action)]
    lines += [f"    {state} --> [*]" for state in map(str, flow.final)]
    return HEAD.format(name=name, module=module) + "\n".join(lines) + "\n```\n"


def _edges(flow: Flow, action: str) -> list[str]:
    return [
        f"    {source} --> {target} : {action} ({_roles(flow, action, source)})"
        for source, target in flow.edges(action)
    ]


def _roles(flow: Flow, action: str, source: str) -> str:
    return ", ".join(sorted(str(role.label) for role in flow.roles(action, source))) or "by itself"
