"""Choices for dynamic fields, asked of the node while its workflow is being edited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from penstock_kernel.execution.program import NodeUnknown
from penstock_kernel.packages.catalog import NativeNode, NodeBroken
from penstock_sdk import Choice, Context, Item, Node, NodeFailed, Result, options, text


class Picker(Node):
    id = "test/lab.picker"

    account: str = text(title="Account")
    table: str = options(dynamic=True, title="Table")
    fixed: str = options({"a": "A"}, title="Fixed")

    async def options(self, field: str, ctx: Context) -> Sequence[Choice]:
        account = ctx.param("account")
        if account == "none":
            raise NodeFailed("There is no such account")
        if account == "bug":
            raise ZeroDivisionError
        return [Choice(value=f"{account}-{field}", title=ctx.node_name)]

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        return items


def workflow(lab: Any, account: str) -> Any:
    kind = NativeNode(Picker, "test/lab")
    lab.plugins.nodes[kind.id, kind.version] = kind
    return lab.workflow({"p": {"type": "picker", "config": {"account": account}}}, "")


async def test_choices_follow_what_is_filled_in(lab: Any) -> None:
    document = workflow(lab, "={{ 'mi' + 'ne' }}")
    async with lab.kernel() as kernel:
        found = await kernel.choices(document, "p", "table")
    assert found == [Choice(value="mine-table", title="P")]


@pytest.mark.parametrize("field", ["fixed", "account", "nothing"])
async def test_other_fields_have_none(lab: Any, field: str) -> None:
    document = workflow(lab, "mine")
    async with lab.kernel() as kernel:
        assert await kernel.choices(document, "p", field) == ()


@pytest.mark.parametrize(("account", "error"), [("none", NodeFailed), ("bug", NodeBroken)])
async def test_a_node_that_cannot_tell_is_an_error(lab: Any, account: str, error: Any) -> None:
    document = workflow(lab, account)
    async with lab.kernel() as kernel:
        with pytest.raises(error):
            await kernel.choices(document, "p", "table")


async def test_a_node_that_is_not_there_is_an_error(lab: Any) -> None:
    document = workflow(lab, "mine")
    async with lab.kernel() as kernel:
        with pytest.raises(NodeUnknown):
            await kernel.choices(document, "q", "table")
