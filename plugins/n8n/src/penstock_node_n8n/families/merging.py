"""The node that brings branches together, in its three generations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock_node_n8n.source import Mapped, Mapper, Source, Unmapped
from penstock_sdk.loose import table, tables

_KIND = "penstock/flow.merge"
_JOINS = {
    "keepMatches": "matches",
    "keepNonMatches": "non_matches",
    "keepEverything": "everything",
    "enrichInput1": "enrich_1",
    "enrichInput2": "enrich_2",
}
_DATA_FROM = {"both": "both", "input1": "1", "input2": "2"}
_PREFER = {
    "preferInput1": "1",
    "preferInput2": "2",
    "preferLast": "last",
    "addSuffix": "suffix",
}


def _merge(source: Source) -> Mapped:
    if source.version < 2:
        return _first_generation(source)
    mode = source.text("mode", "append")
    if mode == "combineBySql":
        return _sql(source)
    if mode == "append":
        return _mapped({"mode": "append", **_inputs(source)}, _count(source))
    if mode == "chooseBranch":
        return _choose(source)
    if mode != "combine":
        mode = {"combineByPosition": "position", "combineAll": "all"}.get(mode, mode)
    return _combine(source)


def _count(source: Source) -> int:
    count = source.get("numberInputs", 2)
    if not isinstance(count, int) or not 2 <= count <= 10:
        raise Unmapped(f"{count!r} is no number of inputs", field="numberInputs")
    return count


def _inputs(source: Source) -> dict[str, Any]:
    count = _count(source)
    return {} if count == 2 else {"inputs_count": count}


def _combine(source: Source) -> Mapped:
    by = source.text(
        "combineBy" if source.version >= 3 else "combinationMode",
        "combineByFields" if source.version >= 3 else "mergeByFields",
    )
    if by in {"combineByPosition", "mergeByPosition"}:
        more = _clash(source)
        if source.get("options.includeUnpaired") is True:
            more["include_unpaired"] = True
        config = {"mode": "position", **_inputs(source), **_more(more)}
        return _mapped(config, _count(source))
    if by in {"combineAll", "multiplex"}:
        return _mapped({"mode": "all", **_more(_clash(source))}, 2)
    return _by_fields(source)


def _by_fields(source: Source) -> Mapped:
    join = source.one_of("joinMode", _JOINS, "keepMatches")
    config: dict[str, Any] = {
        "mode": "fields",
        "fields_to_match": _fields(source),
        "join": join,
    }
    if join in {"matches", "non_matches"}:
        config["data_from"] = source.one_of("outputDataFrom", _DATA_FROM, "both")
    more = _clash(source, default={"enrich_1": "1", "enrich_2": "2"}.get(join, "last"))
    if source.get("options.fuzzyCompare") is True:
        more["fuzzy"] = True
    if source.get("options.multipleMatches") == "first":
        more["first_only"] = True
    if source.get("options.disableDotNotation") is True:
        more["dots"] = False
    return _mapped({**config, **_more(more)}, 2)


def _fields(source: Source) -> list[dict[str, Any]]:
    names = source.get("fieldsToMatchString")
    if source.version >= 3 and source.get("advanced") is not True and names is not None:
        return [{"left": name} for name in source.names("fieldsToMatchString")]
    return [
        {"left": row.get("field1", ""), "right": row.get("field2", "")}
        for row in tables(source.get("mergeByFields.values"))
    ]


def _clash(source: Source, *, default: str = "last") -> dict[str, Any]:
    given = table(source.get("options.clashHandling.values"))
    more: dict[str, Any] = {}
    resolve = str(given.get("resolveClash", ""))
    prefer = _PREFER.get(resolve)
    if prefer is None and resolve.startswith("preferInput"):
        prefer = resolve.removeprefix("preferInput")
    prefer = prefer or default
    if prefer != "last":
        more["prefer"] = prefer
    if given.get("mergeMode") == "shallowMerge":
        more["deep"] = False
    if given.get("overrideEmpty") is True:
        more["keep_filled"] = True
    return more


def _more(more: Mapping[str, Any]) -> dict[str, Any]:
    return {"more": dict(more)} if more else {}


def _choose(source: Source) -> Mapped:
    if source.text("output", "specifiedInput" if source.version >= 3 else "input1") == "empty":
        return _mapped({"mode": "choose", "chosen": 0, **_inputs(source)}, _count(source))
    if source.version >= 3:
        chosen = int(source.get("useDataOfInput", 1))
    else:
        chosen = 2 if source.get("output", "input1") == "input2" else 1
    return _mapped({"mode": "choose", "chosen": chosen, **_inputs(source)}, _count(source))


def _sql(source: Source) -> Mapped:
    query = source.text("query", "SELECT * FROM input1 LEFT JOIN input2 ON input1.name = input2.id")
    if query.startswith("="):
        raise Unmapped("The query is an expression", field="query")
    return _mapped({"mode": "sql", "query": query, **_inputs(source)}, _count(source))


def _first_generation(source: Source) -> Mapped:
    mode = source.text("mode", "append")
    if mode == "append":
        return _mapped({"mode": "append"}, 2)
    if mode == "passThrough":
        chosen = 2 if source.get("output", "input1") == "input2" else 1
        return _mapped({"mode": "choose", "chosen": chosen}, 2)
    if mode == "wait":
        return _mapped({"mode": "choose", "chosen": 0}, 2)
    if mode == "multiplex":
        return _mapped({"mode": "all"}, 2)
    if mode == "mergeByIndex":
        return _by_index(source)
    return _by_key(source, mode)


def _by_index(source: Source) -> Mapped:
    kept = {"left": {"include_first": True}, "outer": {"include_unpaired": True}}
    more = kept.get(source.text("join", "left"), {})
    return _mapped({"mode": "position", **_more({"deep": False, **more})}, 2)


def _by_key(source: Source, mode: str) -> Mapped:
    joins = {
        "mergeByKey": "enrich_1",
        "keepKeyMatches": "matches",
        "removeKeyMatches": "non_matches",
    }
    if mode not in joins:
        raise Unmapped(f"The mode {mode!r} is not known", field="mode")
    fields = {
        "left": source.text("propertyName1"),
        "right": source.text("propertyName2"),
    }
    config: dict[str, Any] = {
        "mode": "fields",
        "fields_to_match": [fields],
        "join": joins[mode],
    }
    more: dict[str, Any] = {"first_only": True, "deep": False}
    if mode == "mergeByKey":
        more["drop_right"] = True
    else:
        config["data_from"] = "1"
    return _mapped({**config, **_more(more)}, 2)


def _mapped(config: dict[str, Any], inputs: int) -> Mapped:
    names = tuple(f"input{n}" for n in range(1, inputs + 1))
    return Mapped(type=_KIND, config=config, inputs=names)


MAPPINGS: Mapping[str, Mapper] = {"n8n-nodes-base.merge": _merge}
