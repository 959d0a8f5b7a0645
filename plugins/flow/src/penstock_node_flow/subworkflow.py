"""Nodes that make a workflow a function: one calls, the other is where the called one starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from penstock_sdk import (
    Context,
    Event,
    Item,
    Node,
    NodeFailed,
    Output,
    Parent,
    Port,
    Ports,
    Result,
    Trigger,
    boolean,
    key_value,
    list_of,
    options,
    text,
)
from penstock_sdk.coerce import COERCIONS
from penstock_sdk.loose import table, tables

_TYPES = {
    "any": "Any",
    "string": "Text",
    "number": "Number",
    "boolean": "Yes or no",
    "array": "Array",
    "object": "Object",
}
_SAMPLES: Mapping[str, Any] = {
    "any": None,
    "string": "text",
    "number": 1,
    "boolean": True,
    "array": [],
    "object": {},
}


class ExecuteWorkflow(Node):
    """Runs another workflow with the items."""

    id = "penstock/flow.execute"
    title = "Execute sub-workflow"
    description = "Runs another workflow with these items and gives back what it puts out."
    group = "flow"
    icon = "workflow"
    aliases = ("call", "function", "subflow", "child", "run workflow", "invoke")
    docs = (
        "In a file the workflow is named by its path relative to this one; in the store by its id. "
        "It starts at its sub-workflow trigger. With one call per item the results are joined in "
        "order. What is not waited for gives back the items that were sent."
    )
    effects = "keyed"

    workflow: str = text(title="Workflow", placeholder="e.g. parts/address.workflow.json")
    workflow_version: str = text(
        "published", title="Version", hint="`published`, or a number.", advanced=True
    )
    mode: str = options(
        {"all": "Once with all items", "each": "Once for each item"}, default="all", title="Mode"
    )
    values: list[Any] = key_value(
        title="Inputs", hint="What the workflow receives; without any, the items as they are."
    )
    wait: bool = boolean(True, title="Wait for its end")

    async def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Call the workflow."""
        if not items:
            return []
        sent = [self._input(ctx, item, i) for i, item in enumerate(items)]
        if ctx.param("mode") == "all":
            found = await self._call(ctx, sent, 0)
            if not ctx.param("wait"):
                return items
            return Output(found, None if len(found) == len(sent) else [_every(sent)] * len(found))
        return await self._each(ctx, items, sent)

    async def _each(self, ctx: Context, items: Sequence[Item], sent: Sequence[Item]) -> Result:
        found: list[Item] = []
        parents: list[Parent] = []
        for i, item in enumerate(sent):
            results = await self._call(ctx, [item], i)
            results = results if ctx.param("wait", i) else [items[i]]
            found += results
            parents += [i] * len(results)
            ctx.progress((i + 1) / len(sent))
        return Output(found, parents)

    async def _call(self, ctx: Context, sent: Sequence[Item], i: int) -> Sequence[Item]:
        version = str(ctx.param("workflow_version", i) or "published")
        outputs = await ctx.execute_workflow(
            str(ctx.param("workflow", i)),
            sent,
            version=int(version) if version.isdigit() else version,
            wait=bool(ctx.param("wait", i)),
        )
        return outputs.get("main", ())

    def _input(self, ctx: Context, item: Item, i: int) -> Item:
        given = ctx.param("values", i)
        values = (
            dict(table(given))
            if isinstance(given, Mapping)
            else {str(row["name"]): row.get("value") for row in tables(given) if row.get("name")}
        )
        return Item(values, item.binary) if values else item


def _every(items: Sequence[Item]) -> Parent:
    # Nobody can know which of the items a result came from: all of them are its parents.
    return tuple(range(len(items))) if len(items) > 1 else 0


class WorkflowCalled(Trigger):
    """Starts a workflow that another one calls."""

    id = "penstock/flow.called"
    title = "When called by a workflow"
    description = "Starts this workflow when another one executes it, with inputs of known types."
    group = "trigger"
    icon = "corner-down-right"
    aliases = ("sub-workflow trigger", "function", "execute workflow trigger", "input")
    docs = (
        "Name the inputs and their types to make the workflow a function: values are converted, "
        "what is missing is null, and what cannot be converted is an error. Without any, the items "
        "arrive as they were sent."
    )

    fields_in: list[Any] = list_of(
        {
            "name": text(title="Name", expression=False),
            "type": options(_TYPES, default="any", title="Type", expression=False),
            "required": boolean(False, title="Required", expression=False),
        },
        title="Inputs",
        expression=False,
    )

    def ports(self, config: Mapping[str, Any]) -> Ports:
        """The output carries the inputs, with their types."""
        rows: list[Mapping[str, Any]] = config.get("fields_in") or []
        if not rows:
            return Ports(inputs=(), outputs=self.outputs)
        types = {str(row.get("name", "")): str(row.get("type", "any")) for row in rows}
        schema = {
            "type": "object",
            "properties": {
                name: {} if type_ == "any" else {"type": [type_, "null"]}
                for name, type_ in types.items()
            },
            "additionalProperties": False,
        }
        sample = {name: _SAMPLES.get(type_) for name, type_ in types.items()}
        return Ports(inputs=(), outputs=(Port(name="main", schema=schema, sample=sample),))

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Check and convert what was sent."""
        rows: list[Mapping[str, Any]] = ctx.param("fields_in") or []
        if not rows:
            return items or [Item({})]
        return [Item(_typed(rows, item, i), item.binary) for i, item in enumerate(items)]

    async def sample(self, ctx: Context) -> Event:
        """One item with a value of each type."""
        rows: list[Mapping[str, Any]] = ctx.param("fields_in") or []
        values = {str(row["name"]): _SAMPLES.get(str(row.get("type", "any"))) for row in rows}
        return Event(items=[Item(values)])


def _typed(rows: Sequence[Mapping[str, Any]], item: Item, i: int) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for row in rows:
        name = str(row["name"])
        value = item.json.get(name)
        if value is None and row.get("required"):
            raise NodeFailed(
                f"The input {name!r} is missing",
                hint="Send a value for it from the workflow that calls this one.",
                item=i,
                field="fields_in",
            )
        try:
            values[name] = COERCIONS[str(row.get("type", "any"))](value)
        except ValueError as error:
            raise NodeFailed(
                f"The input {name!r} has the wrong type: {error}",
                hint="Send a value of that type, or change the type of the input.",
                item=i,
                field="fields_in",
            ) from error
    return values
