"""Nodes that split, order and thin out items, and Item Lists, which did all of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock_node_n8n.families.summaries import aggregate, filled, names_of, summarize
from penstock_node_n8n.source import Mapped, Mapper, Source

_ITEM_LISTS = "n8n-nodes-base.itemLists"
#: What the sort by code holds before a person has written anything.
_FIRST_CODE = (
    "return a.json.myField < b.json.myField ? -1 : a.json.myField > b.json.myField ? 1 : 0;"
)
_COMPARE = {"allFields": "all", "selectedFields": "selected", "allFieldsExcept": "except"}
_DEDUPLICATE = "penstock/data.deduplicate"
_MAX_HISTORY = 40_000


def _split_out(source: Source) -> Mapped:
    words = {"noOtherFields": "none", "allOtherFields": "all", "selectedOtherFields": "selected"}
    keep = names_of(source, "fieldsToInclude")
    include = words.get(source.text("include", "noOtherFields"))
    if include is None:
        # n8n keeps nothing then, but does not take an object for the item itself either.
        include, keep = "selected", ""
    config: dict[str, Any] = {
        "fields_to_split": filled(source.get("fieldToSplitOut"), "fieldToSplitOut"),
        "include": include,
        "more": {
            "names": source.text("options.destinationFieldName"),
            "dots": _dots(source),
            "keep_binary": source.flag("options.includeBinary"),
            "lists_only": source.type == _ITEM_LISTS and source.version < 2.1,
        },
    }
    if include == "selected":
        config["fields_to_keep"] = keep
    return Mapped(type="penstock/data.split", config=config)


def _dots(source: Source) -> bool:
    return source.flag("options.disableDotNotation") is not True


def _sort(source: Source) -> Mapped:
    words = {"simple": "fields", "random": "random", "code": "code"}
    mode = source.one_of("type", words, "simple")
    config: dict[str, Any] = {"mode": mode}
    rows = source.rows("sortFieldsUi.sortField")
    code = source.text("code", _FIRST_CODE)
    if mode == "fields":
        config["fields_to_sort"] = [
            {
                "name": filled(row.get("fieldName"), "sortFieldsUi"),
                "order": row.get("order", "ascending"),
            }
            for row in rows
        ]
        config["dots"] = _dots(source)
    elif mode == "code":
        config["source"] = code
    return Mapped(type="penstock/data.sort", config=config)


def _limit(source: Source) -> Mapped:
    words = {"firstItems": "first", "lastItems": "last"}
    keep = source.one_of("keep", words, "firstItems")
    config = {"max_items": source.get("maxItems", 1), "keep": keep}
    return Mapped(type="penstock/flow.limit", config=config)


def _remove_duplicates(source: Source) -> Mapped:
    operation = source.one_of(
        "operation",
        {
            "removeDuplicateInputItems": "input",
            "removeItemsSeenInPreviousExecutions": "across",
            "clearDeduplicationHistory": "clear",
        },
        "removeDuplicateInputItems",
    )
    if operation == "across":
        return _across(source)
    if operation == "clear":
        source.get("mode")
        return Mapped(type=_DEDUPLICATE, config={"mode": "clear", "scope": _scope(source)})
    return _within(source)


def _within(source: Source) -> Mapped:
    compare = source.one_of("compare", _COMPARE, "allFields")
    chosen, left_out = names_of(source, "fieldsToCompare"), names_of(source, "fieldsToExclude")
    config: dict[str, Any] = {
        "compare": compare,
        "more": {
            "dots": _dots(source),
            "only_compared": source.flag("options.removeOtherFields"),
            "require_fields": True,
            # A person could switch types in Item Lists from version 3.1 on.
            "require_types": not (source.type == _ITEM_LISTS and source.version >= 3.1),
        },
    }
    if compare != "all":
        config["names"] = chosen if compare == "selected" else left_out
    return Mapped(type=_DEDUPLICATE, config=config)


def _across(source: Source) -> Mapped:
    logic = source.one_of(
        "logic",
        {
            "removeItemsWithAlreadySeenKeyValues": "new",
            "removeItemsUpToStoredIncrementalKey": "higher",
            "removeItemsUpToStoredDate": "later",
        },
        "removeItemsWithAlreadySeenKeyValues",
    )
    values = {
        "new": source.get("dedupeValue", ""),
        "higher": source.get("incrementalDedupeValue", ""),
        "later": source.get("dateDedupeValue", ""),
    }
    size = source.get("options.historySize", 10_000)
    config: dict[str, Any] = {"mode": logic, "value": values[logic], "scope": _scope(source)}
    remarks: list[tuple[str, str, str]] = []
    if logic == "new":
        if isinstance(size, int | float) and size > _MAX_HISTORY:
            message = f"The history holds {_MAX_HISTORY:,} values and not {size:,}"
            remarks.append(("import.parameter_changed", message, "options.historySize"))
            size = _MAX_HISTORY
        config["history_size"] = size
    outputs = ("main", "discarded")
    return Mapped(type=_DEDUPLICATE, config=config, outputs=outputs, remarks=remarks)


def _scope(source: Source) -> str:
    return source.one_of("options.scope", {"node": "node", "workflow": "workflow"}, "node")


#: Names of versions up to 2.2, and from 3 on.
_OPERATIONS: Mapping[str, Mapper] = {
    "splitOutItems": _split_out,
    "aggregateItems": aggregate,
    "concatenateItems": aggregate,
    "removeDuplicates": _within,
    "sort": _sort,
    "limit": _limit,
    "summarize": summarize,
}


def _item_lists(source: Source) -> Mapped:
    source.get("resource")
    operation = source.one_of("operation", {name: name for name in _OPERATIONS}, "splitOutItems")
    return _OPERATIONS[operation](source)


MAPPINGS: Mapping[str, Mapper] = {
    "n8n-nodes-base.splitOut": _split_out,
    "n8n-nodes-base.sort": _sort,
    "n8n-nodes-base.removeDuplicates": _remove_duplicates,
    _ITEM_LISTS: _item_lists,
}
