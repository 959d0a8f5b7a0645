"""Steps whose results are used again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.support.databases import KINDS, opened

from penstock_kernel.execution.result import Execution
from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_kernel.store.results import Kept
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import step_cache
from penstock_kernel.store.sql.step_cache import SqlResults
from penstock_sdk import Item

SOURCE = "return items.map((item) => ({ json: { ...item.json, at: Math.random() } }));"


def document(
    source: str = SOURCE, kind: str = "penstock/code.javascript", **config: Any
) -> dict[str, Any]:
    settings = {"cache_s": 60.0}
    node = {"id": "n", "name": "N", "type": kind, "settings": settings}
    return {
        "format": "penstock/1",
        "name": "cached",
        "nodes": [{**node, "config": {"source": source, **config} if source else config}],
    }


async def run(kernel: Kernel, value: dict[str, Any], number: Any = 1) -> Execution:
    return await kernel.execute(value, [Item({"n": number})])


def at(execution: Execution) -> float:
    return float(execution.items[0].json["at"])


@pytest.fixture(params=["", "sqlite://"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, database=request.param, sandbox="inprocess")


async def test_a_step_that_is_given_the_same_is_not_run_again(settings: Settings) -> None:
    async with Kernel.open(settings) as kernel:
        first, again = await run(kernel, document()), await run(kernel, document())
        other = await run(kernel, document(), 2)
        changed = await run(kernel, document(SOURCE + " "))

    assert (first.steps[0].status, again.steps[0].status) == ("ok", "cached")
    assert at(first) == at(again)
    assert len({at(first), at(other), at(changed)}) == 3


async def test_what_is_looked_up_elsewhere_keeps_a_step_from_being_cached(
    settings: Settings,
) -> None:
    sources = [
        f"const other = {look}; {SOURCE}"
        for look in ("$('N')", "$vars", "$execution.id", "$getWorkflowStaticData('global')")
    ]
    async with Kernel.open(settings) as kernel:
        for source in sources:
            await kernel.execute(document(source), [Item({"n": 1})])
            again = await kernel.execute(document(source), [Item({"n": 1})])
            assert again.steps[0].status != "cached", source


async def test_a_step_with_an_effect_is_not_cached(settings: Settings) -> None:
    async with Kernel.open(settings) as kernel:
        results = [await run(kernel, document(http=True)) for _ in range(2)]

    assert [result.steps[0].status for result in results] == ["ok", "ok"]


async def test_the_operator_names_types_that_are_cached(tmp_path: Path) -> None:
    value = document()
    del value["nodes"][0]["settings"]
    named = ("penstock/code.javascript=60",)
    async with Kernel.open(Settings(data_dir=tmp_path, sandbox="inprocess", cache=named)) as kernel:
        first, again = await run(kernel, value), await run(kernel, value)

    assert (first.steps[0].status, again.steps[0].status) == ("ok", "cached")


async def test_a_failure_is_tried_again(settings: Settings) -> None:
    async with Kernel.open(settings) as kernel:
        first = await run(kernel, document("throw new Error('no');"))
        again = await run(kernel, document("throw new Error('no');"))

    assert (first.status, again.status, again.steps[0].status) == ("error", "error", "error")


@pytest.mark.parametrize("kind", KINDS)
async def test_hits_and_misses_are_counted_and_what_is_old_is_forgotten(
    kind: str, tmp_path: Path
) -> None:
    scope = Scope("w")
    async with opened(kind, tmp_path) as db:
        results = SqlResults(db)
        fresh = Kept("w", "k1", "a/b.c", 60)
        old = Kept("w", "k2", "a/b.d", 0)
        misses = [await results.get(fresh), await results.get(Kept("other", "k1", "a/b.c", 60))]
        await results.put(fresh, b"one")
        await results.put(old, b"two")
        hits = [await results.get(fresh), await results.get(fresh), await results.get(old)]
        before = await db.read(lambda one: step_cache.counts(one, scope))
        await results.put(old, b"three")
        removed = await db.transact(lambda one: step_cache.system_clean_up(one, db.now_ms(one) + 1))
        cleared = await db.transact(lambda one: step_cache.clear(one, scope))

    assert (misses, hits) == ([None, None], [b"one", b"one", None])
    assert [(one.node_type, one.hits, one.misses, one.size) for one in before] == [
        ("a/b.c", 2, 1, 3),
        ("a/b.d", 0, 1, 3),
    ]
    assert (removed, cleared) == (1, 1)
