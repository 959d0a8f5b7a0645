"""Nodes that set, split, order and sum up items do here what they did in n8n."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from penstock_node_n8n.families import mappings
from penstock_node_n8n.source import Source, Unmapped
from penstock_sdk import BinaryRef, Item

Run = Callable[..., Awaitable[list[Any]]]
ADA = {"name": "Ada", "age": 36, "who": {"mail": "a@b", "id": 1}}


def source(kind: str, version: float, parameters: Mapping[str, Any]) -> Source:
    return Source(f"n8n-nodes-base.{kind}", version, parameters)


@pytest.fixture
def run_n8n(line: Any, import_n8n: Any) -> Run:
    """Runs one node of n8n on items."""

    async def run(kind: str, version: float, parameters: Any, *items: Any) -> list[Any]:
        node = {
            "name": "Node",
            "type": f"n8n-nodes-base.{kind}",
            "typeVersion": version,
            "parameters": parameters,
        }
        start = {"name": "Start", "type": "n8n-nodes-base.manualTrigger"}
        imported = import_n8n(start, node, links=[("Start", "Node")])
        assert imported.ready, imported.remarks
        given = [item if isinstance(item, Item) else Item(item) for item in items]
        execution = await line.kernel.execute(imported.document, given)
        assert execution.status == "success", execution.error
        (id_,) = [node["id"] for node in imported.document["nodes"] if node["name"] == "Node"]
        return [item.json for item in execution.outputs(id_)[-1]["main"].items]

    return run


def old_set(kind: str, *rows: Any, **more: Any) -> dict[str, Any]:
    return {"values": {kind: list(rows)}, "options": {}, **more}


def assign(*rows: tuple[str, str, Any], **more: Any) -> dict[str, Any]:
    listed = [{"name": name, "type": kind, "value": value} for name, kind, value in rows]
    return {"assignments": {"assignments": listed}, "options": {}, **more}


@pytest.mark.parametrize(
    ("version", "parameters", "expected"),
    [
        pytest.param(1, old_set("number", {}), {**ADA, "propertyName": 0}, id="first-values"),
        pytest.param(
            1,
            old_set("number", {"name": "a.b", "value": "={{ $json.who.mail }}"}, keepOnlySet=True),
            {"a": {"b": "a@b"}},
            id="1-takes-values-as-they-come",
        ),
        pytest.param(
            2,
            old_set("number", {"name": "n", "value": "={{ '12' }}"}, keepOnlySet=True),
            {"n": 12},
            id="2-makes-numbers",
        ),
        pytest.param(
            2,
            old_set(
                "string",
                {"name": "gone", "value": "={{ $json.no.way }}"},
                {"name": "void", "value": "={{ null }}"},
                {"name": "text", "value": "=<{{ $json.nope }}>"},
                keepOnlySet=True,
            ),
            {"void": None, "text": "<>"},
            id="what-is-undefined-is-not-set",
        ),
        pytest.param(
            3.2,
            {
                "include": "none",
                "fields": {
                    "values": [
                        {"name": "s", "stringValue": "={{ undefined }}"},
                        {"name": "b", "type": "booleanValue"},
                        {
                            "name": "o",
                            "type": "objectValue",
                            "objectValue": '={ "who": {{ $json.who }}, "no": {{ $json.no ?? null }} }',
                        },
                    ]
                },
            },
            {"s": None, "b": True, "o": {"who": ADA["who"], "no": None}},
            id="3.2-types",
        ),
        pytest.param(
            3,
            {"include": "selected", "includeFields": "who.id"},
            {"who": {"id": 1}},
            id="3-selected",
        ),
        pytest.param(
            3.2,
            {"include": "except", "excludeFields": "who.id, age"},
            {"name": "Ada", "who": {"mail": "a@b"}},
            id="3-except",
        ),
        pytest.param(3.4, assign(("x", "string", 5)), {"x": "5"}, id="3.4-only-what-is-set"),
        pytest.param(
            3.4,
            assign(("x", "null", {}), includeOtherFields=True),
            {**ADA, "x": {}},
            id="3.4-others",
        ),
        pytest.param(3.4, assign(("", "string", "")), {"": ""}, id="the-empty-key"),
        pytest.param(
            3.4,
            assign(("={{ $json.name }}", "number", "=7")),
            {"Ada": 7},
            id="a-name-that-is-an-expression",
        ),
        pytest.param(
            3.4,
            {
                "mode": "raw",
                "jsonOutput": '={ "who": {{ $json.who }}, "l": {{ [1, $json.age] }}, "n": {{ null }},'
                ' "u": "{{ $json.no.way }}", "j": {{ JSON.stringify([2]) }} }',
            },
            {"who": ADA["who"], "l": [1, 36], "n": None, "u": "undefined", "j": [2]},
            id="json-with-expressions",
        ),
        pytest.param(
            3.4, {"mode": "raw"}, {"my_field_1": "value", "my_field_2": 1}, id="first-json"
        ),
        pytest.param(
            3.4,
            assign(("x", "number", "many"), options={"ignoreConversionErrors": True}),
            {"x": "many"},
            id="kept-as-it-is",
        ),
        pytest.param(
            3.4,
            assign(("a.b", "string", "x"), options={"dotNotation": False}),
            {"a.b": "x"},
            id="no-dots",
        ),
    ],
)
async def test_fields_are_set(run_n8n: Run, version: float, parameters: Any, expected: Any) -> None:
    assert await run_n8n("set", version, parameters, ADA) == [expected]


@pytest.mark.parametrize(
    ("version", "parameters", "keeps"),
    [
        pytest.param(1, {}, True, id="1"),
        pytest.param(2, {"keepOnlySet": True}, False, id="2-only-set"),
        pytest.param(3.3, {"includeOtherFields": True}, False, id="3.3"),
        pytest.param(3.3, {"options": {"includeBinary": True}}, True, id="3.3-asked-for"),
        pytest.param(3.4, {}, False, id="3.4-only-set"),
        pytest.param(3.4, {"includeOtherFields": True}, True, id="3.4-others"),
        pytest.param(
            3.4,
            {"includeOtherFields": True, "options": {"stripBinary": True}},
            False,
            id="stripped",
        ),
    ],
)
def test_whether_files_stay_depends_on_the_version(
    version: float, parameters: Any, keeps: bool
) -> None:
    mapped = mappings()["n8n-nodes-base.set"](source("set", version, parameters))

    assert mapped.config["more"]["keep_binary"] is keeps


def test_items_that_were_duplicated_for_tests_still_are() -> None:
    parameters = {"duplicateItem": True, "duplicateCount": 2}

    mapped = mappings()["n8n-nodes-base.set"](source("set", 3.4, parameters))

    assert mapped.config["more"]["test_copies"] == 3


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        pytest.param(
            {
                "keys": {
                    "key": [{"currentKey": "who.mail", "newKey": "to.mail"}, {"currentKey": "age"}]
                }
            },
            {"name": "Ada", "age": 36, "who": {"id": 1}, "to": {"mail": "a@b"}},
            id="names",
        ),
        pytest.param(
            {
                "additionalOptions": {
                    "regexReplacement": {
                        "replacements": [
                            {
                                "searchRegex": "^(.)A(.*)$",
                                "replaceRegex": "$1-$2",
                                "options": {"caseInsensitive": True, "depth": 0},
                            }
                        ]
                    }
                }
            },
            {"n-me": "Ada", "age": 36, "who": {"mail": "a@b", "id": 1}},
            id="pattern",
        ),
    ],
)
async def test_keys_are_renamed(run_n8n: Run, parameters: Any, expected: Any) -> None:
    assert await run_n8n("renameKeys", 1, parameters, ADA) == [expected]


LISTS = {"l": [{"a": 1}, {"a": 2}], "o": {"x": 1, "y": 2}, "t": "once", "v": None}


@pytest.mark.parametrize(
    ("kind", "version", "parameters", "expected"),
    [
        pytest.param("splitOut", 1, {"fieldToSplitOut": "l"}, LISTS["l"], id="objects"),
        pytest.param("splitOut", 1, {"fieldToSplitOut": "o"}, [{"o": 1}, {"o": 2}], id="values"),
        pytest.param(
            "splitOut",
            1,
            {"fieldToSplitOut": "=l", "options": {"destinationFieldName": "e"}},
            [{"e": {"a": 1}}, {"e": {"a": 2}}],
            id="under-a-name",
        ),
        pytest.param(
            "splitOut",
            1,
            {"fieldToSplitOut": "l, o", "include": "selectedOtherFields", "fieldsToInclude": "t"},
            [{"l": {"a": 1}, "o": 1, "t": "once"}, {"l": {"a": 2}, "o": 2, "t": "once"}],
            id="two-fields",
        ),
        pytest.param("splitOut", 1, {"fieldToSplitOut": "no"}, [], id="missing"),
        pytest.param(
            "itemLists",
            1,
            {
                "fieldToSplitOut": "l",
                "include": "selectedOtherFields",
                "fieldsToInclude": {"fields": [{"fieldName": "v"}]},
            },
            [{"l": {"a": 1}, "v": None}, {"l": {"a": 2}, "v": None}],
            id="item-lists",
        ),
    ],
)
async def test_lists_are_split(
    run_n8n: Run, kind: str, version: float, parameters: Any, expected: Any
) -> None:
    assert await run_n8n(kind, version, parameters, LISTS) == expected


NUMBERS = [{"k": "b", "n": 2}, {"k": "a", "n": 1}, {"k": "b", "n": 3}]
BY_N = {"sortFieldsUi": {"sortField": [{"fieldName": "n", "order": "descending"}]}}
COUNT_BY_N = {"fieldsToSummarize": {"values": [{"field": "k"}]}, "fieldsToSplitBy": "n"}
BY_CODE = {"type": "code", "code": "return a.json.n - b.json.n;"}
K_SELECTED = {"compare": "selectedFields", "fieldsToCompare": "k"}
JOIN = {"aggregation": "concatenate", "field": "k", "separateBy": "other", "customSeparator": " + "}


@pytest.mark.parametrize(
    ("kind", "version", "parameters", "expected"),
    [
        pytest.param("sort", 1, BY_N, [NUMBERS[2], NUMBERS[0], NUMBERS[1]], id="sort"),
        pytest.param("sort", 1, BY_CODE, [NUMBERS[1], NUMBERS[0], NUMBERS[2]], id="sort-by-code"),
        pytest.param("removeDuplicates", 2, K_SELECTED, NUMBERS[:2], id="duplicates"),
        pytest.param(
            "itemLists",
            1,
            {
                "operation": "removeDuplicates",
                "compare": "allFieldsExcept",
                "fieldsToExclude": {"fields": [{"fieldName": "n"}]},
                "options": {"removeOtherFields": True},
            },
            [{"k": "b"}, {"k": "a"}],
            id="item-lists-duplicates",
        ),
        pytest.param("itemLists", 3, {"operation": "limit"}, NUMBERS[:1], id="limit"),
        pytest.param(
            "itemLists",
            3,
            {"operation": "limit", "maxItems": 2, "keep": "lastItems"},
            NUMBERS[1:],
            id="last",
        ),
        pytest.param(
            "summarize",
            1.1,
            COUNT_BY_N,
            [{"count_k": 1, "n": 2}, {"count_k": 1, "n": 1}, {"count_k": 1, "n": 3}],
            id="summarize",
        ),
        pytest.param(
            "summarize",
            1,
            {**COUNT_BY_N, "options": {"outputFormat": "separateItems"}},
            [{"count_k": 1, "n": "1"}, {"count_k": 1, "n": "2"}, {"count_k": 1, "n": "3"}],
            id="summarize-1-makes-texts",
        ),
        pytest.param(
            "summarize",
            1.1,
            {"fieldsToSummarize": {"values": [JOIN, {"aggregation": "sum", "field": "n"}]}},
            [{"concatenated_k": "b + a + b", "sum_n": 6}],
            id="separator-of-ones-own",
        ),
        pytest.param(
            "aggregate",
            1,
            {"fieldsToAggregate": {"fieldToAggregate": [{"fieldToAggregate": "n"}]}},
            [{"n": [2, 1, 3]}],
            id="aggregate",
        ),
        pytest.param(
            "aggregate",
            1,
            {
                "aggregate": "aggregateAllItemData",
                "include": "specifiedFields",
                "fieldsToInclude": ["k"],
                "destinationFieldName": "all",
            },
            [{"all": [{"k": "b"}, {"k": "a"}, {"k": "b"}]}],
            id="aggregate-items",
        ),
        pytest.param(
            "itemLists",
            2,
            {
                "operation": "aggregateItems",
                "fieldsToAggregate": {
                    "fieldToAggregate": [
                        {"fieldToAggregate": "k", "renameField": True, "outputFieldName": "x.y"}
                    ]
                },
            },
            [{"x": {"y": ["b", "a", "b"]}}],
            id="item-lists-aggregate",
        ),
    ],
)
async def test_items_are_ordered_thinned_out_and_summed_up(
    run_n8n: Run, kind: str, version: float, parameters: Any, expected: Any
) -> None:
    assert await run_n8n(kind, version, parameters, *NUMBERS) == expected


@pytest.mark.parametrize(
    ("version", "parameters", "strict"),
    [
        pytest.param(2, {"fieldToSplitOut": "l"}, True, id="2"),
        pytest.param(2.1, {"fieldToSplitOut": "l"}, False, id="2.1"),
    ],
)
def test_item_lists_were_strict_once(version: float, parameters: Any, strict: bool) -> None:
    mapped = mappings()["n8n-nodes-base.itemLists"](source("itemLists", version, parameters))

    assert mapped.config["more"]["lists_only"] is strict


@pytest.mark.parametrize(
    ("logic", "name", "mode"),
    [
        pytest.param("removeItemsWithAlreadySeenKeyValues", "dedupeValue", "new", id="new"),
        pytest.param(
            "removeItemsUpToStoredIncrementalKey", "incrementalDedupeValue", "higher", id="higher"
        ),
        pytest.param("removeItemsUpToStoredDate", "dateDedupeValue", "later", id="later"),
    ],
)
def test_a_history_is_kept_across_executions(logic: str, name: str, mode: str) -> None:
    parameters = {
        "operation": "removeItemsSeenInPreviousExecutions",
        "logic": logic,
        name: "={{ $json.id }}",
        "options": {"scope": "workflow", "historySize": 1_000_000},
    }

    mapped = mappings()["n8n-nodes-base.removeDuplicates"](
        source("removeDuplicates", 2, parameters)
    )

    assert mapped.config["mode"] == mode
    assert mapped.config["value"] == "={{ $json.id }}"
    assert mapped.config["scope"] == "workflow"
    assert mapped.outputs == ("main", "discarded")
    assert [code for code, _, _ in mapped.remarks] == ["import.parameter_changed"] * (mode == "new")


@pytest.mark.parametrize(
    ("kind", "version", "parameters", "field"),
    [
        pytest.param("splitOut", 1, {}, "fieldToSplitOut", id="split"),
        pytest.param(
            "aggregate",
            1,
            {"fieldsToAggregate": {"fieldToAggregate": [{}]}},
            "fieldsToAggregate",
            id="aggregate",
        ),
        pytest.param(
            "summarize",
            1.1,
            {"fieldsToSummarize": {"values": [{}]}},
            "fieldsToSummarize",
            id="summarize",
        ),
        pytest.param(
            "summarize",
            1.1,
            {"fieldsToSummarize": {"values": [{"field": "a", "aggregation": "median"}]}},
            "fieldsToSummarize",
            id="aggregation",
        ),
        pytest.param("sort", 1, {"type": "magic"}, "type", id="sort"),
        pytest.param("itemLists", 3, {"operation": "magic"}, "operation", id="operation"),
        pytest.param(
            "set", 3.4, {"includeOtherFields": "={{ 1 }}"}, "includeOtherFields", id="set"
        ),
        pytest.param("set", 2, {"keepOnlySet": "={{ 1 }}"}, "keepOnlySet", id="set-2"),
    ],
)
def test_a_node_that_cannot_be_mapped_says_what_stands_in_the_way(
    kind: str, version: float, parameters: Any, field: str
) -> None:
    with pytest.raises(Unmapped) as caught:
        mappings()[f"n8n-nodes-base.{kind}"](source(kind, version, parameters))

    assert caught.value.field == field


async def test_each_file_becomes_an_item(line: Any, import_n8n: Any) -> None:
    node = {
        "name": "Node",
        "type": "n8n-nodes-base.splitOut",
        "parameters": {"fieldToSplitOut": "=$binary"},
    }
    start = {"name": "Start", "type": "n8n-nodes-base.manualTrigger"}
    document = import_n8n(start, node, links=[("Start", "Node")]).document
    files = {"a": BinaryRef(id="1"), "b": BinaryRef(id="2")}

    execution = await line.kernel.execute(document, [Item({}, files)])

    (id_,) = [node["id"] for node in document["nodes"] if node["name"] == "Node"]
    found = execution.outputs(id_)[-1]["main"].items
    assert [item.binary for item in found] == [{"a": files["a"]}, {"b": files["b"]}]


@pytest.mark.parametrize("text", ["={{" * 100_000, "={{ a }} {{" + "}}{{" * 100_000])
def test_hostile_json_is_read_in_no_time(text: str) -> None:
    started = time.process_time()

    mapped = mappings()["n8n-nodes-base.set"](
        source("set", 3.4, {"mode": "raw", "jsonOutput": text})
    )

    assert len(mapped.config["json"]) >= len(text)
    assert time.process_time() - started < 2
