"""The nodes that ask questions of items."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from penstock_node_data.queries.json_path import JsonPathQuery
from penstock_node_data.queries.sql import Sql
from penstock_node_data.queries.validate import Validate
from penstock_sdk import Item, NodeFailed
from penstock_sdk.testing import TestContext, items_of, run_node
from penstock_sdk.testing.run import outputs_of

ORDERS: dict[str, Any] = {
    "orders": [{"id": n, "total": n * 10, "tags": ["a", "b"]} for n in range(3)]
}


def patterns(source: str, row: Mapping[str, Any]) -> bool | None:
    """What the sandbox would say."""
    try:
        return bool(re.search(row["pattern"], row["text"]))
    except re.error:
        return None


def path(text: str, item: Mapping[str, Any] = ORDERS) -> Any:
    return run_node(JsonPathQuery, {"path": text}, [item])["main"][0].json["result"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("$.orders[*].id", [0, 1, 2], id="all-members"),
        pytest.param("$..id", [0, 1, 2], id="any-depth"),
        pytest.param("$.orders[-1].total", [20], id="from-the-end"),
        pytest.param("$.orders[?@.total > 5].id", [1, 2], id="filter"),
        pytest.param("$.orders[?count(@.tags[*]) > 1].id", [0, 1, 2], id="function"),
        pytest.param("$.nothing.here", [], id="missing"),
    ],
)
def test_a_json_path_selects(text: str, expected: list[Any]) -> None:
    assert path(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("$[", id="no-end"),
        pytest.param("$.orders[?search(@.id, '(a+)+b')]", id="regular-expression"),
        pytest.param("$.orders[?@..id]", id="all-depths-in-a-filter"),
        pytest.param("$.orders[?@[?@.id]]", id="filter-in-a-filter"),
        pytest.param("$" + "['orders','orders']" * 3_000, id="too-long"),
    ],
)
def test_a_json_path_that_is_wrong_or_dear_is_refused_with_its_field(text: str) -> None:
    with pytest.raises(NodeFailed) as caught:
        path(text)

    assert caught.value.field == "path"
    assert caught.value.item == 0


def test_selectors_that_multiply_end_at_a_limit() -> None:
    nested: Any = 1
    for _ in range(40):
        nested = {"a": nested}

    with pytest.raises(NodeFailed, match="more than 200,000 values"):
        path("$" + "['a','a']" * 40, nested)


def test_one_item_for_each_result_descends_from_the_item_that_was_asked() -> None:
    config = {"path": "$.orders[*]", "output": "items"}
    ctx = TestContext(JsonPathQuery, config, items_of([{}, ORDERS]))

    output = _outputs(JsonPathQuery, ctx)["main"]

    assert [item.json["id"] for item in output.items] == [0, 1, 2]
    assert list(output.parents or ()) == [1, 1, 1]


def _outputs(node: Any, ctx: TestContext) -> Any:
    import asyncio  # noqa: PLC0415

    return asyncio.run(outputs_of(node, ctx))


def sql(query: str, items: list[dict[str, Any]], **config: Any) -> list[dict[str, Any]]:
    return [item.json for item in run_node(Sql, {"query": query, **config}, items).get("main", [])]


PEOPLE: list[dict[str, Any]] = [
    {"name": "Ada", "age": 36, "tags": ["x"]},
    {"name": "Bo", "age": 19},
    {"name": "Cy", "age": None},
]


def test_sql_groups_and_reads_json_and_values() -> None:
    assert sql("SELECT count(*) AS n, max(age) AS age FROM items", PEOPLE) == [{"n": 3, "age": 36}]
    assert sql("SELECT tags FROM items LIMIT 1", PEOPLE) == [{"tags": ["x"]}]
    values = [{"name": "least", "value": 20}]
    assert sql("SELECT name FROM items WHERE age > :least", PEOPLE, values=values) == [
        {"name": "Ada"}
    ]


def test_fields_that_differ_in_case_only_are_columns_of_their_own() -> None:
    assert sql("SELECT * FROM items", [{"a": 1, "A": 2}]) == [{"a": 1, "A_2": 2}]


def test_a_text_that_only_python_reads_as_json_stays_a_text() -> None:
    texts = ["[NaN]", "[Infinity]", "[1e400]"]

    found = sql("SELECT t FROM items", [{"t": text} for text in texts])

    assert [row["t"] for row in found] == texts


def test_sql_over_no_items_has_an_empty_table() -> None:
    assert sql("SELECT count(*) AS n FROM items", []) == [{"n": 0}]


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("ATTACH '/tmp/stolen.db' AS s", id="attach"),
        pytest.param("PRAGMA database_list", id="pragma"),
        pytest.param("INSERT INTO items VALUES (1, 2, 3)", id="insert"),
        pytest.param("DROP TABLE items", id="drop"),
        pytest.param("SELECT load_extension('x')", id="extension"),
        pytest.param("VACUUM INTO '/tmp/stolen.db'", id="vacuum-into"),
        pytest.param("CREATE TABLE more (x)", id="create"),
    ],
)
def test_sql_that_does_more_than_read_is_refused(query: str) -> None:
    with pytest.raises(NodeFailed, match="may only read") as caught:
        sql(query, PEOPLE)

    assert caught.value.field == "query"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        pytest.param("SELECT nope FROM items", "no such column", id="column"),
        pytest.param("SELECT 1; SELECT 2", "one statement", id="two-statements"),
        pytest.param("SELECT randomblob(100000000)", "too big", id="too-big"),
        pytest.param(
            "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c",
            "more than 100,000 rows",
            id="endless-rows",
        ),
    ],
)
def test_sql_that_cannot_be_answered_says_why(query: str, message: str) -> None:
    with pytest.raises(NodeFailed, match=message):
        sql(query, PEOPLE)


def test_sql_that_eats_memory_ends_with_its_own_process() -> None:
    query = (
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 100) "
        "SELECT hex(zeroblob(20000000)) || x AS b FROM c"
    )

    with pytest.raises(NodeFailed, match=r"memory|more than"):
        sql(query, PEOPLE)


SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string", "pattern": "^[A-Z]"}},
    "patternProperties": {"^x-": {"type": "string", "pattern": "^v"}},
    "additionalProperties": False,
}


def validate(schema: Any, items: list[dict[str, Any]]) -> dict[str, list[Item]]:
    return run_node(Validate, {"schema": schema}, items, evaluate=patterns)


def test_items_part_by_whether_they_fit() -> None:
    found = validate(SCHEMA, [{"name": "Ada", "x-a": "v1"}, {"name": "ada"}, {"x-a": "q", "z": 1}])

    assert [item.json["name"] for item in found["valid"]] == ["Ada"]
    told = [[error["rule"] for error in item.json["errors"]] for item in found["invalid"]]
    assert told == [["pattern"], ["required", "pattern", "additionalProperties"]]


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        pytest.param({"$ref": "https://example.com/schema"}, "nothing is fetched", id="remote"),
        pytest.param({"type": "nope"}, "cannot be used", id="unknown-type"),
        pytest.param("{", "not JSON", id="no-json"),
        pytest.param(5, "neither an object", id="number"),
        pytest.param({"$ref": "#"}, "refers to itself", id="itself"),
        pytest.param(
            {
                "$ref": "#/$defs/a0",
                "$defs": {
                    f"a{n}": {"allOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 2} for n in range(40)
                }
                | {"a40": {}},
            },
            "refers to itself",
            id="doubling",
        ),
        pytest.param({"properties": {"name": {"pattern": "("}}}, "no regular", id="pattern"),
    ],
)
def test_a_schema_that_cannot_be_used_is_told_with_the_reason(schema: Any, message: str) -> None:
    with pytest.raises(NodeFailed, match=message) as caught:
        validate(schema, [{"name": "Ada"}])

    assert caught.value.field == "schema"


def test_members_that_are_equal_are_found_without_comparing_each_with_each() -> None:
    many = {"list": [{"n": n} for n in range(20_000)]}
    schema = {"properties": {"list": {"uniqueItems": True}}}

    assert list(validate(schema, [many])) == ["valid"]
    assert list(validate(schema, [{"list": [{"n": 1}, {"n": 1}]}])) == ["invalid"]
