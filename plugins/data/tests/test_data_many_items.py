"""Set and sort through the engine: many items, every way to set, and where items came from."""

from __future__ import annotations

from typing import Any

import pytest

MANY = 10_000
BOUND_S = 3.0  # of processor time; each takes a tenth of it or less


def assign(name: str, value: Any, kind: str = "any") -> dict[str, Any]:
    return {"name": name, "value": value, "type": kind}


def setting(*assignments: dict[str, Any], **config: Any) -> dict[str, Any]:
    return {"assignments": list(assignments), **config}


def kept(n: int) -> dict[str, Any]:
    return {"n": n, "half": n // 2, "who": {"näme": f"Ü{n % 7}"}, "a.b": n % 3, "void": None}


def way(name: str, config: dict[str, Any], expected: Any) -> Any:
    return pytest.param(config, expected, id=name)


WAYS = [
    way("constant", setting(assign("x", 1)), lambda n: {**kept(n), "x": 1}),
    way("path", setting(assign("x", "={{ $json.half }}")), lambda n: {**kept(n), "x": n // 2}),
    way(
        "javascript",
        setting(assign("x", "={{ $json.n * 2 + $json.who['näme'].length }}")),
        lambda n: {**kept(n), "x": n * 2 + 2},
    ),
    way(
        "template",
        setting(assign("x", "=<{{ $json.n }}|{{ $json.void }}|{{ $json.who['näme'] }}>")),
        lambda n: {**kept(n), "x": f"<{n}||Ü{n % 7}>"},
    ),
    way(
        "nested",
        setting(assign("who.age", "={{ $json.n }}", "string")),
        lambda n: {**kept(n), "who": {"näme": f"Ü{n % 7}", "age": str(n)}},
    ),
    way(
        "selected",
        setting(assign("n", "={{ $json.n }}"), include="selected", fields_to_keep="who.näme, a.b"),
        lambda n: {"who": {"näme": f"Ü{n % 7}"}, "a.b": n % 3, "n": n},
    ),
    way(
        "except",
        setting(include="except", fields_to_drop="who.näme, void, nobody"),
        lambda n: {"n": n, "half": n // 2, "who": {}, "a.b": n % 3},
    ),
    way(
        "keep-by-expression",
        setting(assign("x", 1), include="={{ $json.n % 2 ? 'none' : 'all' }}"),
        lambda n: {"x": 1} if n % 2 else {**kept(n), "x": 1},
    ),
    way(
        "json-expression",
        {"mode": "json", "include": "none", "json": "={{ ({ n: $json.n, deep: [$json.void] }) }}"},
        lambda n: {"n": n, "deep": [None]},
    ),
    way(
        "json-text",
        {
            "mode": "json",
            "include": "none",
            "json": '={ "n": {{ $json.n }}, "t": "{{ $json.half }}" }',
        },
        lambda n: {"n": n, "t": str(n // 2)},
    ),
    way(
        "undefined-is-null",
        setting(assign("x", "={{ $json.no?.way }}"), include="none"),
        lambda _: {"x": None},
    ),
]


@pytest.mark.parametrize("count", [1, 20, MANY])
@pytest.mark.parametrize(("config", "expected"), WAYS)
async def test_every_item_is_set_and_keeps_its_file(
    line: Any, config: dict[str, Any], expected: Any, count: int
) -> None:
    items = line.items(count)

    found = await line.out("penstock/data.set", config, items)

    assert [item.json for item in found] == [{**expected(n), "origin": n} for n in range(count)]
    assert [item.binary for item in found] == [item.binary for item in items]
    assert line.cpu_s < BOUND_S


def by(*fields: tuple[str, str]) -> dict[str, Any]:
    return {"fields_to_sort": [{"name": name, "order": order} for name, order in fields]}


ORDERS = [
    pytest.param(by(("n", "descending")), lambda n: -n, id="number"),
    pytest.param(by(("who.näme", "ascending")), lambda n: (n % 7, n), id="path-and-stable"),
    pytest.param(
        by(("a.b", "descending"), ("half", "ascending"), ("n", "descending")),
        lambda n: (-(n % 3), n // 2, -n),
        id="three-fields",
    ),
    pytest.param(
        {"mode": "expression", "by": "={{ $json.n % 10 }}"}, lambda n: (n % 10, n), id="expression"
    ),
]


@pytest.mark.parametrize("count", [1, 20, MANY])
@pytest.mark.parametrize(("config", "key"), ORDERS)
async def test_sorted_items_know_where_they_came_from(
    line: Any, config: dict[str, Any], key: Any, count: int
) -> None:
    items = line.items(count)

    found = await line.out("penstock/data.sort", config, items)

    expected = sorted(range(count), key=key)
    assert [item.json["n"] for item in found] == expected
    assert [item.json["origin"] for item in found] == expected
    assert [item.binary for item in found] == [items[n].binary for n in expected]
    assert line.cpu_s < BOUND_S


async def test_a_random_order_knows_where_its_items_came_from(line: Any) -> None:
    found = await line.out("penstock/data.sort", {"mode": "random"}, line.items(MANY))

    numbers = [item.json["n"] for item in found]
    assert numbers != sorted(numbers)
    assert sorted(numbers) == list(range(MANY))
    assert [item.json["origin"] for item in found] == numbers


@pytest.mark.parametrize(
    ("config", "field"),
    [
        pytest.param(
            setting(assign("x", "={{ $json.n === 7 ? 'many' : 1 }}", "number")),
            "assignments[0].value",
            id="type",
        ),
        pytest.param(
            setting(assign("y", 1), assign("x", "={{ $json.n === 7 ? $json.no.way : 1 }}")),
            "assignments[1].value",
            id="expression",
        ),
        pytest.param(
            {"mode": "json", "json": "={{ $json.n === 7 ? 7 : ({}) }}"}, "json", id="json"
        ),
    ],
)
async def test_one_item_that_cannot_be_set_is_named(
    line: Any, config: dict[str, Any], field: str
) -> None:
    execution = await line.run("penstock/data.set", config, line.items(20))

    assert execution.status == "error"
    assert (execution.error.item, execution.error.field) == (7, field)
    assert execution.error.hint
