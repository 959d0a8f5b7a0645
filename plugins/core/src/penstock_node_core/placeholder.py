"""The node that stands where another product's node could not be mapped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from penstock_sdk import Context, Item, Node, NodeFailed, Port, Ports, Result, integer, text
from penstock_sdk import json as json_field
from penstock_sdk.loose import rows

_MAX_PORTS = 50


class Placeholder(Node):
    """Keeps everything of the node it stands for, and says so when it is run."""

    id = "penstock/core.placeholder"
    title = "Placeholder"
    description = "Stands for a node that could not be imported, and keeps all of its parameters."
    group = "core"
    icon = "circle-dashed"
    aliases = ("unknown node", "missing node", "import")
    docs = (
        "Replace it with a node that does the same, or disable it to let items pass. What the "
        "original was set to is kept in `parameters`, as it was."
    )

    original_type: str = text("", title="Type of the original", expression=False)
    original_version: Any = json_field(1, title="Version of the original", expression=False)
    reason: str = text("", title="Why it was not imported", expression=False)
    #: As it was: expressions in it are somebody else's and are never evaluated.
    parameters: Any = json_field({}, title="Parameters of the original", expression=False)
    inputs_count: int = integer(
        1, minimum=0, maximum=_MAX_PORTS, title="Inputs", expression=False, advanced=True
    )
    outputs_count: int = integer(
        1, minimum=0, maximum=_MAX_PORTS, title="Outputs", expression=False, advanced=True
    )

    ai_inputs: list[str] = json_field(
        [], title="Inputs for models, tools and memories", expression=False, advanced=True
    )
    ai_outputs: list[str] = json_field(
        [], title="Outputs of a model, tool or memory", expression=False, advanced=True
    )

    def ports(self, config: Mapping[str, Any]) -> Ports:
        """As many as the original had: `main`, then `main2`, `main3` and so on, then typed ones."""
        return Ports(
            inputs=(*_ports(config.get("inputs_count", 1)), *_typed(config.get("ai_inputs"))),
            outputs=(*_ports(config.get("outputs_count", 1)), *_typed(config.get("ai_outputs"))),
        )

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Fail, with the way out."""
        original = ctx.param("original_type") or "unknown"
        raise NodeFailed(
            f"This node stands for {original!r}, which Penstock has no node for",
            hint="Replace it with another node, or disable it to let items pass.",
        )


def _ports(count: Any) -> tuple[Port, ...]:
    known = count if isinstance(count, int) else 1
    total = min(max(known, 0), _MAX_PORTS)
    return tuple(Port(name="main" if n == 1 else f"main{n}") for n in range(1, total + 1))


def _typed(names: Any) -> tuple[Port, ...]:
    """Ports of kinds such as `ai_tool`; the second one of a kind is called `ai_tool2`."""
    known = [name for name in rows(names) if isinstance(name, str)]
    return tuple(
        Port(name=name, kind=name.rstrip("0123456789"), required=False)
        for name in known[:_MAX_PORTS]
    )
