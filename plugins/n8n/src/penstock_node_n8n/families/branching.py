"""Nodes that send items one way or another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock_node_n8n.conditions import new_group, old_condition, old_group
from penstock_node_n8n.source import Mapped, Mapper, Source, Unmapped, is_expression
from penstock_sdk.loose import tables

_MODES = {"rules": "rules", "expression": "expression"}
_OLD_OUTPUTS = 4  # what a switch had before their number could be chosen
_MAX_OUTPUTS = 50
#: The rules of a switch that nobody has touched: two empty texts are equal.
_UNTOUCHED: list[dict[str, Any]] = [{"conditions": {"conditions": [{}]}}]


def _group(source: Source) -> dict[str, Any]:
    if source.version < 2:
        return old_group(source, "conditions")
    loose = source.get("looseTypeValidation", source.get("options.looseTypeValidation"))
    return new_group(
        source.get("conditions"), loose=loose, ignore_case=source.get("options.ignoreCase")
    )


def _if(source: Source) -> Mapped:
    config = {"conditions": _group(source)}
    return Mapped(type="penstock/flow.if", config=config, outputs=("true", "false"))


def _filter(source: Source) -> Mapped:
    group = _group(source)
    if source.version < 2:
        group["combinator"] = "or" if source.get("combineConditions", "AND") == "OR" else "and"
    config = {"conditions": group}
    return Mapped(type="penstock/flow.filter", config=config, outputs=("kept", "discarded"))


def _switch(source: Source) -> Mapped:
    mode = source.one_of("mode", _MODES, "rules")
    if mode == "expression":
        return _by_expression(source)
    return _by_rules(source) if source.version >= 3 else _by_old_rules(source)


def _by_expression(source: Source) -> Mapped:
    fixed = source.version < 2
    count = _OLD_OUTPUTS if fixed else source.get("numberOutputs", source.get("outputsAmount", 4))
    if not isinstance(count, int) or not 0 < count <= _MAX_OUTPUTS:
        raise Unmapped(f"{count!r} is no number of outputs", field="numberOutputs")
    config = {
        "mode": "expression",
        "outputs_count": count,
        "output": source.get("output", 0),
    }
    return _mapped(config, [str(n) for n in range(count)])


def _by_rules(source: Source) -> Mapped:
    found = tables(source.get("rules.values", source.get("rules.rules", _UNTOUCHED)))
    loose = source.get("looseTypeValidation", source.get("options.looseTypeValidation"))
    ignore_case = source.get("options.ignoreCase")
    rules = [
        _rule(
            new_group(row.get("conditions"), loose=loose, ignore_case=ignore_case),
            row.get("outputKey") if row.get("renameOutput") else None,
        )
        for row in found
    ]
    config: dict[str, Any] = {"mode": "rules", "rules": rules}
    if source.get("options.allMatchingOutputs") is True:
        config["all_matching"] = True
    outputs = [str(n) for n in range(len(rules))]
    fallback = source.get("options.fallbackOutput", "none")
    if fallback == "extra":
        name = source.text("options.renameFallbackOutput")
        config |= {"fallback": "extra", "fallback_name": name}
        outputs.append("fallback")
    elif isinstance(fallback, int):
        config |= {"fallback": "output", "fallback_output": fallback}
    return _mapped(config, outputs)


def _by_old_rules(source: Source) -> Mapped:
    """Before version 3 one value was compared, and each rule named its output."""
    kind = source.text("dataType", "number")
    value = source.get("value1", 0 if kind == "number" else "")
    found = tables(source.get("rules.rules"))
    if source.version < 2:
        return _by_numbered_rules(source, kind, value, found)
    rules = [_rule(_one(kind, value, row), row.get("outputKey")) for row in found]
    config: dict[str, Any] = {"mode": "rules", "rules": rules}
    outputs = [str(n) for n in range(len(rules))]
    fallback = source.get("fallbackOutput", -1)
    if fallback == len(rules):
        config["fallback"] = "extra"
        outputs.append("fallback")
    elif isinstance(fallback, int) and fallback >= 0:
        config |= {"fallback": "output", "fallback_output": fallback}
    return _mapped(config, outputs)


def _by_numbered_rules(
    source: Source, kind: str, value: Any, found: list[Mapping[str, Any]]
) -> Mapped:
    """Four outputs; the first rule that holds names one, and several may name the same."""
    numbers = [row.get("output", 0) for row in found]
    fallback = source.get("fallbackOutput", -1)
    if any(not isinstance(number, int) or not 0 <= number < _OLD_OUTPUTS for number in numbers):
        raise Unmapped("A rule names an output that there is not", field="rules")
    rules: list[dict[str, Any]] = []
    for number in range(_OLD_OUTPUTS):
        own = [_one(kind, value, row) for row in found if row.get("output", 0) == number]
        rules.append(_rule(_any(own), None))
    if numbers != sorted(numbers) and len(set(numbers)) < len(numbers):
        raise Unmapped("Rules for one output stand apart from each other", field="rules")
    config: dict[str, Any] = {"mode": "rules", "rules": rules}
    if isinstance(fallback, int) and fallback >= 0:
        config |= {"fallback": "output", "fallback_output": fallback}
    return _mapped(config, [str(n) for n in range(_OLD_OUTPUTS)])


def _one(kind: str, value: Any, row: Mapping[str, Any]) -> dict[str, Any]:
    return old_condition(kind, {"operation": "equal", **row, "value1": value}, "rules")


def _any(conditions: list[dict[str, Any]]) -> dict[str, Any]:
    return {"combinator": "or", "conditions": conditions or [_never()]}


def _never() -> dict[str, Any]:
    operator = {"type": "boolean", "operation": "true"}
    return {"left": False, "operator": operator, "right": ""}


def _rule(group: dict[str, Any], name: Any) -> dict[str, Any]:
    conditions = group if "conditions" in group else _any([group])
    rule: dict[str, Any] = {"conditions": {"options": {"strict": False}, **conditions}}
    if isinstance(name, str) and name and not is_expression(name):
        rule["name"] = name
    return rule


def _mapped(config: dict[str, Any], outputs: list[str]) -> Mapped:
    return Mapped(type="penstock/flow.switch", config=config, outputs=tuple(outputs))


MAPPINGS: Mapping[str, Mapper] = {
    "n8n-nodes-base.if": _if,
    "n8n-nodes-base.filter": _filter,
    "n8n-nodes-base.switch": _switch,
}
