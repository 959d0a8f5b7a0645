"""Remove duplicates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from penstock_node_data.items.deduplicate import RemoveDuplicates
from penstock_sdk import Item, NodeFailed, RetryLater
from penstock_sdk.testing import MemoryState, TestContext, arun_node, items_of, outputs_of, run_node

ROWS: list[dict[str, Any]] = [
    {"id": 1, "who": {"name": "Ada"}, "v": 1},
    {"id": 2, "who": {"name": "Bo"}, "v": 1},
    {"v": 1, "who": {"name": "Ada"}, "id": 1.0},
    {"id": "1", "who": {"name": "Ada"}, "v": 1},
]


def kept(config: dict[str, Any], *rows: Any) -> list[Any]:
    return [item.json for item in run_node(RemoveDuplicates, config, rows or ROWS).get("main", [])]


@pytest.mark.parametrize(
    ("config", "places"),
    [
        pytest.param({}, [0, 1, 3], id="all-fields"),
        pytest.param({"compare": "selected", "names": "who.name"}, [0, 1], id="one-field"),
        pytest.param({"compare": "selected", "names": "v, who"}, [0, 1], id="two-fields"),
        pytest.param({"compare": "except", "names": "id"}, [0, 1], id="except-one"),
        pytest.param({"compare": "except", "names": "id, who.name"}, [0], id="except-a-path"),
    ],
)
def test_the_first_of_equal_items_stays(config: dict[str, Any], places: list[int]) -> None:
    assert kept(config) == [ROWS[place] for place in places]


def test_values_of_different_types_are_different() -> None:
    values = ["1", 1, True, False, 0, None, {}, [], "", [1], ["1"], {"a": None}]
    rows = [{"v": value} for value in values]

    assert kept({"compare": "selected", "names": "v"}, *rows, {}, *rows, {}) == [*rows, {}]


async def test_what_is_discarded_leaves_at_a_port_of_its_own() -> None:
    found = await outputs_of(RemoveDuplicates, TestContext(RemoveDuplicates, {}, items_of(ROWS)))

    assert found["main"].parents == [0, 1, 3]
    assert found["discarded"].parents == [2]
    assert [item.json for item in found["discarded"].items] == [ROWS[2]]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        pytest.param(
            {"compare": "selected", "names": "who.name"}, {"who": {"name": "Ada"}}, id="only"
        ),
        pytest.param(
            {"compare": "except", "names": "who.name"}, {"id": 1, "who": {}, "v": 1}, id="rest"
        ),
    ],
)
def test_only_the_compared_fields_stay_when_asked_to(config: Any, expected: Any) -> None:
    assert kept({**config, "more": {"only_compared": True}})[0] == expected


@pytest.mark.parametrize(
    ("rows", "more", "message", "item"),
    [
        pytest.param(
            [{"a": 1}, {}], {"require_fields": True}, "'a' field is missing", 1, id="missing"
        ),
        pytest.param(
            [{"a": 1}, {"a": None}, {"a": "1"}],
            {"require_types": True},
            "'a' isn't always the same type",
            2,
            id="another-type",
        ),
    ],
)
def test_items_that_cannot_be_compared_are_refused_when_asked_to(
    rows: list[Any], more: dict[str, Any], message: str, item: int
) -> None:
    config = {"compare": "selected", "names": "a", "more": more}

    with pytest.raises(NodeFailed, match=message) as caught:
        kept(config, *rows)

    assert caught.value.item == item


def test_no_field_to_compare_is_told() -> None:
    with pytest.raises(NodeFailed, match="No field to compare is named"):
        kept({"compare": "selected"})


def test_what_is_nested_too_deeply_is_told() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]

    with pytest.raises(NodeFailed, match="nested too deeply"):
        kept({}, {"deep": deep}, {"deep": deep})


def test_no_items_give_no_items() -> None:
    for mode in ("input", "new", "higher", "later", "clear"):
        assert run_node(RemoveDuplicates, {"mode": mode}, []) == {}


class Executions:
    """One execution after the other with the same history."""

    def __init__(self, **config: Any) -> None:
        self.config = {"value": "={{ $json.v }}", **config}
        self.state = MemoryState(lambda: 0)
        self.count = 0

    async def run(self, *values: Any, again: bool = False, **config: Any) -> list[Any]:
        self.count += 0 if again else 1
        rows = items_of([{"v": value} for value in values])
        context = TestContext(RemoveDuplicates, {**self.config, **config}, rows)
        context.state, context.execution_id = self.state, f"execution-{self.count}"
        found = await arun_node(RemoveDuplicates, context=context)
        return [item.json["v"] for item in found.get("main", [])]


async def test_a_value_is_new_once() -> None:
    runs = Executions(mode="new")

    assert await runs.run("a", "b", "a", 1) == ["a", "b", 1]
    assert await runs.run("b", "c", "1") == ["c", "1"]
    assert await runs.run({"x": 1}, [1], {"x": 1.0}) == [{"x": 1}, [1]]
    assert await runs.run("a", "c", 1, [1]) == []


async def test_a_run_that_is_repeated_after_a_crash_gives_the_same_again() -> None:
    for mode, first, second in (
        ("new", ["a"], ["a", "b"]),
        ("higher", [1], [1, 2]),
        ("later", ["2024-01-01"], ["2024-01-01", "2024-01-02"]),
    ):
        runs = Executions(mode=mode)
        await runs.run(*first)

        assert await runs.run(*second) == second[1:]
        assert await runs.run(*second, again=True) == second[1:]
        assert await runs.run(*second) == []


async def test_the_history_forgets_the_oldest() -> None:
    runs = Executions(mode="new", history_size=2)
    await runs.run("a", "b", "c")

    assert await runs.run("b", "c") == []
    assert await runs.run("a") == ["a"]
    assert await runs.run("b") == ["b"]


async def test_only_what_is_beyond_everything_before_is_kept() -> None:
    numbers = Executions(mode="higher")
    assert await numbers.run(3, "1", 2.5) == [3, "1", 2.5]
    assert await numbers.run(3, "3.5", 4, 1) == ["3.5", 4]
    assert await numbers.run(4) == []

    dates = Executions(mode="later")
    assert await dates.run("2024-01-01T12:00:00+02:00", "2023-01-01") != []
    assert await dates.run("2024-01-01T10:00:00Z", "2024-01-01T10:00:01Z") == [
        "2024-01-01T10:00:01Z"
    ]


async def test_a_history_can_be_forgotten_and_passes_the_items_on() -> None:
    runs = Executions(mode="new")
    await runs.run("a")

    assert await runs.run("x", mode="clear") == ["x"]
    assert await runs.run("a") == ["a"]


async def test_the_history_of_a_node_is_not_that_of_the_workflow() -> None:
    runs = Executions(mode="new")
    await runs.run("a")

    assert await runs.run("a", scope="workflow") == ["a"]
    assert await runs.run("a", scope="workflow") == []


@pytest.mark.parametrize(
    ("mode", "values"),
    [
        pytest.param("new", ["a", None], id="nothing"),
        pytest.param("new", ["a", ""], id="empty-text"),
        pytest.param("higher", [1, "many"], id="no-number"),
        pytest.param("higher", [1, True], id="boolean"),
        pytest.param("later", ["2024-01-01", "soon"], id="no-date"),
    ],
)
async def test_a_value_that_cannot_be_remembered_names_its_item(
    mode: str, values: Sequence[Any]
) -> None:
    runs = Executions(mode=mode)

    with pytest.raises(NodeFailed) as caught:
        await runs.run(*values)

    assert (caught.value.item, caught.value.field) == (1, "value")
    assert runs.state.values() == {}


class Busy(MemoryState):
    """Another execution always writes first."""

    async def update(self, key: str, expected: Any, value: Any, *, scope: str = "node") -> bool:
        return False


async def test_who_never_gets_to_write_tries_again_later() -> None:
    runs = Executions(mode="new")
    runs.state = Busy(lambda: 0)

    with pytest.raises(RetryLater):
        await runs.run("a")


def test_only_a_history_is_an_effect() -> None:
    node = RemoveDuplicates()

    assert node.effects_of({}) == "none"
    assert node.effects_of({"mode": "new"}) == "idempotent"


async def test_a_hundred_thousand_items_are_compared(line: Any) -> None:
    items = [Item({"n": n, "a": {"b": n % 50_000}}) for n in range(100_000)]

    found = await line.out("penstock/data.deduplicate", {"compare": "except", "names": "n"}, items)

    assert [item.json["n"] for item in found] == list(range(50_000))
    assert line.cpu_s < 20


async def test_a_full_history_fits_into_the_state(line: Any) -> None:
    config = {"mode": "new", "value": "={{ $json.n }}", "history_size": 40_000}

    for start in (0, 60_000):
        items = [Item({"n": n}) for n in range(start, start + 60_000)]
        assert len(await line.out("penstock/data.deduplicate", config, items)) == 60_000
    seen = [Item({"n": n}) for n in range(79_998, 80_001)]
    assert [
        item.json["n"] for item in await line.out("penstock/data.deduplicate", config, seen)
    ] == [
        79_998,
        79_999,
    ]
