"""Nodes that make one item, or a few, of many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from penstock_node_n8n.source import Mapped, Mapper, Source, Unmapped, is_expression

_AGGREGATIONS = {
    "append": "append",
    "average": "average",
    "concatenate": "concatenate",
    "count": "count",
    "countUnique": "count_unique",
    "max": "max",
    "min": "min",
    "sum": "sum",
}
_OTHER = "other"  # the separator is in a parameter of its own


def names_of(source: Source, path: str) -> str:
    """Names of fields as one text: n8n keeps a text, a list, or a collection of rows."""
    value = source.get(path)
    if isinstance(value, Mapping):
        rows = source.rows(f"{path}.fields")
        return ", ".join([str(row["fieldName"]) for row in rows if row.get("fieldName")])
    if isinstance(value, list):
        return ", ".join([str(name) for name in cast("list[Any]", value)])
    return str(value) if is_expression(value) else ", ".join(source.names(path))


def filled(value: Any, path: str) -> str:
    """The name of a field.

    Raises:
        Unmapped: Nobody has filled it in.
    """
    if value is None or value == "":
        raise Unmapped("No field is named", field=path)
    return str(value)


def summarize(source: Source) -> Mapped:
    """Summarize, which Item Lists had as an operation since its version 2."""
    old = source.type == "n8n-nodes-base.itemLists"
    continues = source.flag("options.continueIfFieldNotFound")
    strict = source.version < 2.1 if old else source.version < 1.1
    config: dict[str, Any] = {
        "fields_to_summarize": [_measure(row) for row in source.rows("fieldsToSummarize.values")],
        "shape": source.one_of(
            "options.outputFormat",
            {"separateItems": "items", "singleItem": "single"},
            "separateItems",
        ),
        "more": {
            "dots": _dots(source),
            "skip_empty_groups": source.flag("options.skipEmptySplitFields"),
            "text_groups": old or source.version < 1.1,
            "require_fields": strict and continues is not True,
        },
    }
    groups = names_of(source, "fieldsToSplitBy")
    if groups:
        config["group_by"] = groups
    return Mapped(type="penstock/data.summarize", config=config)


def _measure(row: Mapping[str, Any]) -> dict[str, Any]:
    how = str(row.get("aggregation", "count"))
    if how not in _AGGREGATIONS:
        raise Unmapped(f"There is no aggregation {how!r}", field="fieldsToSummarize")
    found: dict[str, Any] = {
        "name": filled(row.get("field"), "fieldsToSummarize"),
        "aggregation": _AGGREGATIONS[how],
    }
    if row.get("includeEmpty") is True:
        found["empty"] = True
    if how == "concatenate":
        separator = row.get("separateBy", ",")
        found["separator"] = row.get("customSeparator", "") if separator == _OTHER else separator
    return found


def _dots(source: Source) -> Any:
    return source.flag("options.disableDotNotation") is not True


def aggregate(source: Source) -> Mapped:
    """Aggregate, which Item Lists had as an operation with two names."""
    more = {
        "dots": _dots(source),
        "merge_lists": source.flag("options.mergeLists"),
        "keep_missing": source.flag("options.keepMissing"),
        "keep_binary": source.flag("options.includeBinaries"),
        "unique_binary": source.flag("options.keepOnlyUnique"),
        "require_fields": source.type == "n8n-nodes-base.itemLists" and source.version < 2.1,
    }
    words = {"aggregateIndividualFields": "fields", "aggregateAllItemData": "items"}
    mode = source.one_of("aggregate", words, "aggregateIndividualFields")
    config: dict[str, Any] = {"mode": mode, "more": more}
    if mode == "fields":
        rows = source.rows("fieldsToAggregate.fieldToAggregate")
        config["fields_to_aggregate"] = [_aggregated(row) for row in rows]
        return Mapped(type="penstock/data.aggregate", config=config)
    words = {"allFields": "all", "specifiedFields": "selected", "allFieldsExcept": "except"}
    include = source.one_of("include", words, "allFields")
    config |= {"into": source.text("destinationFieldName", "data"), "include": include}
    selected, dropped = names_of(source, "fieldsToInclude"), names_of(source, "fieldsToExclude")
    if include != "all":
        config["names"] = selected if include == "selected" else dropped
    return Mapped(type="penstock/data.aggregate", config=config)


def _aggregated(row: Mapping[str, Any]) -> dict[str, Any]:
    renamed = row.get("renameField") is True
    return {
        "name": filled(row.get("fieldToAggregate"), "fieldsToAggregate"),
        "as": row.get("outputFieldName", "") if renamed else "",
    }


MAPPINGS: Mapping[str, Mapper] = {
    "n8n-nodes-base.summarize": summarize,
    "n8n-nodes-base.aggregate": aggregate,
}
