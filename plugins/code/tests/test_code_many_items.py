"""The code nodes through the engine: many items, all at once and one by one."""

from __future__ import annotations

from typing import Any

import pytest

MANY = 10_000
BOUND_S = 6.0  # of processor time; each takes a tenth of it

SOURCES = [
    pytest.param(
        "javascript",
        "all",
        "return items.map((item) => ({ json: { ...item.json, x: item.json.n + 1 } }));",
        id="javascript-all",
    ),
    pytest.param(
        "javascript", "each", "return { ...$json, x: $json.n + 1 };", id="javascript-each"
    ),
    pytest.param(
        "python",
        "all",
        "return [{'json': {**item['json'], 'x': item['json']['n'] + 1}} for item in items]",
        id="python-all",
    ),
    pytest.param("python", "each", "return {**_json, 'x': _json['n'] + 1}", id="python-each"),
]


@pytest.mark.parametrize("count", [1, 20, MANY])
@pytest.mark.parametrize(("language", "mode", "source"), SOURCES)
async def test_items_come_back_in_order_and_know_where_they_came_from(
    line: Any, language: str, mode: str, source: str, count: int
) -> None:
    config = {"mode": mode, "source": source}

    found = await line.out(f"penstock/code.{language}", config, line.items(count))

    assert [item.json["x"] for item in found] == list(range(1, count + 1))
    assert [item.json["origin"] for item in found] == list(range(count))
    assert [item.json["who"]["näme"] for item in found] == [f"Ü{n % 7}" for n in range(count)]
    assert all(
        item.json["void"] is None and item.json["a.b"] == item.json["n"] % 3 for item in found
    )
    assert line.cpu_s < BOUND_S


@pytest.mark.parametrize(
    ("language", "source"),
    [
        pytest.param(
            "javascript", "return items.filter((item) => item.json.n % 2);", id="javascript"
        ),
        pytest.param("python", "return [i for i in items if i['json']['n'] % 2]", id="python"),
    ],
)
async def test_items_that_are_passed_on_keep_their_files(
    line: Any, language: str, source: str
) -> None:
    items = line.items(20)

    found = await line.out(f"penstock/code.{language}", {"source": source}, items)

    assert [item.json["n"] for item in found] == list(range(1, 20, 2))
    assert [item.binary for item in found] == [items[n].binary for n in range(1, 20, 2)]


@pytest.mark.parametrize(
    ("language", "source"),
    [
        pytest.param("javascript", "return [];", id="javascript"),
        pytest.param("python", "return []", id="python"),
    ],
)
async def test_code_may_give_nothing(line: Any, language: str, source: str) -> None:
    assert await line.out(f"penstock/code.{language}", {"source": source}, line.items(3)) == []
