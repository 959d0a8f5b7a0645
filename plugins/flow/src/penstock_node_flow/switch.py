"""The node that sends items to one or several of many outputs.

The rules:

* Outputs are called `0`, `1`, `2`, …, so that renaming one does not cut its edges; the name that a
  person gives is the title.
* In `rules` mode rule i leads to output i. An item takes the first output whose rule holds, or all.
* An item that fits no rule is dropped, or takes the output `fallback`, or one of the others.
* In `expression` mode the value of the expression is the number of the output.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from penstock_sdk import (
    Context,
    Item,
    Node,
    NodeFailed,
    Output,
    Port,
    Ports,
    boolean,
    conditions,
    integer,
    list_of,
    options,
    text,
)
from penstock_sdk.coerce import to_number
from penstock_sdk.columns import as_list
from penstock_sdk.context import Column
from penstock_sdk.loose import rows as rows_of
from penstock_sdk.loose import table
from penstock_sdk.predicates import evaluate

_FALLBACK = "fallback"
_MAX_OUTPUTS = 50


class Switch(Node):
    """Sends items to one or several of many outputs."""

    id = "penstock/flow.switch"
    title = "Switch"
    description = "Sends each item to the output whose rule it meets, or that an expression names."
    group = "flow"
    icon = "route"
    aliases = ("case", "router", "branch", "match", "rules", "conditional")
    docs = (
        "With rules, output 0 belongs to the first rule, output 1 to the second, and so on. Give "
        "an output a name to find it on the canvas. An item that meets no rule is dropped unless "
        "there is a fallback. With an expression, its value (0, 1, 2, …) is the output."
    )

    mode: str = options({"rules": "Rules", "expression": "Expression"}, default="rules")
    rules: list[Any] = list_of(
        {
            "conditions": conditions(title="Conditions"),
            "name": text("", title="Name of the output", expression=False),
        },
        title="Rules",
        show_if={"mode": ["rules"]},
    )
    all_matching: bool = boolean(
        False,
        title="All matching outputs",
        hint="Send an item to every output whose rule holds, not only to the first.",
        show_if={"mode": ["rules"]},
    )
    fallback: str = options(
        {"none": "Drop the item", "extra": "Extra output", "output": "One of the outputs"},
        default="none",
        title="Fallback",
        expression=False,
        show_if={"mode": ["rules"]},
    )
    fallback_output: int = integer(
        0, minimum=0, title="Fallback output", show_if={"fallback": ["output"]}
    )
    fallback_name: str = text(
        "", title="Name of the fallback", expression=False, show_if={"fallback": ["extra"]}
    )
    outputs_count: int = integer(
        4,
        minimum=1,
        maximum=_MAX_OUTPUTS,
        title="Number of outputs",
        expression=False,
        show_if={"mode": ["expression"]},
    )
    output: Any = integer(
        title="Output",
        placeholder="={{ $json.kind === 'a' ? 0 : 1 }}",
        show_if={"mode": ["expression"]},
    )

    def ports(self, config: Mapping[str, Any]) -> Ports:
        """One output per rule, or as many as were asked for."""
        outputs = [
            Port(name=str(index), title=name or str(index))
            for index, name in enumerate(_names(config))
        ]
        if config.get("mode", "rules") == "rules" and config.get("fallback") == "extra":
            title = str(config.get("fallback_name") or "Fallback")
            outputs.append(Port(name=_FALLBACK, title=title))
        return Ports(inputs=self.inputs, outputs=tuple(outputs))

    async def run(self, ctx: Context, items: Sequence[Item]) -> Mapping[str, Output]:
        """Send the items to their outputs."""
        rows = {port.name: list[int]() for port in self.ports(ctx.config).outputs}
        if items and ctx.param("mode") == "expression":
            _by_expression(ctx, items, rows)
        elif items:
            await _by_rules(ctx, items, rows)
        return {
            name: Output([items[row] for row in chosen], chosen) for name, chosen in rows.items()
        }


def _names(config: Mapping[str, Any]) -> list[str]:
    if config.get("mode", "rules") == "expression":
        count = config.get("outputs_count", 4)
        return [""] * (min(max(count, 0), _MAX_OUTPUTS) if isinstance(count, int) else 4)
    rules = config.get("rules")
    return [str(table(rule).get("name") or "") for rule in rows_of(rules)]


def _by_expression(ctx: Context, items: Sequence[Item], rows: dict[str, list[int]]) -> None:
    for row, value in enumerate(as_list(ctx.columns("output"), len(items))):
        name = _output(value)
        if name not in rows:
            raise NodeFailed(
                f"The expression gave {value!r}, and there is no such output",
                hint=f"It has to give a whole number from 0 to {len(rows) - 1}.",
                item=row,
                field="output",
            )
        rows[name].append(row)


def _output(value: Any) -> str:
    try:
        number = to_number(value)
    except ValueError:
        return str(value)
    return str(int(number)) if number is not None and number == int(number) else str(number)


async def _by_rules(ctx: Context, items: Sequence[Item], rows: dict[str, list[int]]) -> None:
    rules = ctx.columns("rules")
    if isinstance(rules, Column):
        raise NodeFailed(
            "The rules are an expression, and the outputs depend on them",
            hint="Write the rules down; the values in them may be expressions.",
            field="rules",
        )
    taken = [False] * len(items)
    all_matching = as_list(ctx.columns("all_matching"), len(items))
    for index, rule in enumerate(rules):
        group = table(rule).get("conditions")
        field = f"rules[{index}].conditions"
        # Whoever is on the way already is not held up by the types that a later rule wants.
        left = [row for row, done in enumerate(taken) if all_matching[row] or not done]
        if not left:
            break
        mask = await evaluate(ctx, group, len(items), field=field, only=left)
        for row in left:
            if mask[row]:
                rows[str(index)].append(row)
                taken[row] = True
    _fall_back(ctx, rows, taken)


def _fall_back(ctx: Context, rows: dict[str, list[int]], taken: Sequence[bool]) -> None:
    left = [row for row, done in enumerate(taken) if not done]
    choice = ctx.param("fallback")
    if choice == "extra":
        rows[_FALLBACK].extend(left)
        return
    if choice != "output":
        return
    name = _output(ctx.param("fallback_output"))
    if name not in rows:
        raise NodeFailed(
            f"The fallback output {name} does not exist",
            hint=f"Choose one from 0 to {len(rows) - 1}.",
            field="fallback_output",
        )
    rows[name] = sorted([*rows[name], *left])
