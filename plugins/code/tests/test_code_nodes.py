"""The two code nodes: what they hand to the sandbox."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from penstock_node_code.code import Code, JavaScript, Python
from penstock_sdk import Item
from penstock_sdk.testing import TestContext, items_of, run_node

NODES = [pytest.param(JavaScript, "javascript"), pytest.param(Python, "python")]


@pytest.mark.parametrize(("node", "language"), NODES)
@pytest.mark.parametrize(("mode", "each"), [pytest.param("all", False), pytest.param("each", True)])
def test_the_source_goes_to_the_sandbox_as_it_is(
    node: type[Code], language: str, mode: str, each: bool
) -> None:
    calls: list[tuple[Any, ...]] = []

    def sandbox(given: str, source: str, items: Sequence[Item], one: bool) -> Sequence[Item]:
        calls.append((given, source, len(items), one))
        return items

    run_node(node, {"source": "= {{ no template }}", "mode": mode}, [{}, {}], code=sandbox)

    assert calls == [(language, "= {{ no template }}", 2, each)]


@pytest.mark.parametrize(("node", "language"), NODES)
def test_code_is_unsafe_once_it_may_send_requests(node: type[Code], language: str) -> None:
    assert node().effects_of({}) == "none"
    assert node().effects_of({"http": True}) == "unsafe"
    assert node.language == language


@pytest.mark.parametrize("granted", [True, False])
async def test_requests_are_allowed_only_where_a_person_allowed_them(granted: bool) -> None:
    grants: list[bool] = []

    class Watched(TestContext):
        async def run_code(self, *args: Any, http: bool = False, **more: Any) -> Any:
            grants.append(http)
            return items_of([])

    ctx = Watched(JavaScript, {"source": "return []", "http": granted}, items_of([{}]))
    await JavaScript().run(ctx, ctx.items)

    assert grants == [granted]


@pytest.mark.parametrize(("node", "language"), NODES)
def test_every_code_node_tells_people_what_it_is(node: type[Code], language: str) -> None:
    assert node.id == f"penstock/code.{language}"
    assert all([node.title, node.description, node.icon, node.docs, node.aliases])
    assert {"mode", "http", "source"} <= set(node.fields())
