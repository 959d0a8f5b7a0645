"""The four files of facts: expressions, expressions of real workflows, conditions, types."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from penstock_kernel.execution.result import Execution
from penstock_kernel.kernel import Kernel
from penstock_sdk import Item
from penstock_sdk.coerce import COERCIONS, to_choice
from penstock_sdk.importing import Importer
from penstock_sdk.moments import moment
from penstock_sdk.predicates import _TYPES
from tests.conformance.compare import difference
from tests.conformance.surroundings import JUDGED, Surroundings
from tests.conformance.values import read


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One fact."""

    id: str
    about: str
    wrong: str  # empty: passed


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """The facts of a file."""
    if path.is_file():
        with path.open(encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)


async def expressions(
    path: Path, fixtures: Path, kernel: Kernel, importer: Importer
) -> list[Verdict]:
    """Each expression as the value of a field, with the nodes it names around it."""
    gate = asyncio.Semaphore(4)
    surroundings = Surroundings(fixtures, importer)

    async def judged(fact: Mapping[str, Any]) -> Verdict:
        async with gate:
            wrong = await _expression(fact, surroundings, kernel)
        return Verdict(id=fact["id"], about=str(fact["expression"])[:100], wrong=wrong)

    return [*await asyncio.gather(*map(judged, lines(path)))]


async def _expression(fact: Mapping[str, Any], surroundings: Surroundings, kernel: Kernel) -> str:
    try:
        document, mocks, items = surroundings.of(fact)
        async with asyncio.timeout(30):
            execution = await kernel.execute(document, items, mode="manual", mocks=mocks)
    except Exception as error:  # noqa: BLE001  whatever it is, it is this fact's failure
        return "" if "throws" in fact else f"{type(error).__name__}: {error}"[:300]
    return _judged(fact, execution)


def _judged(fact: Mapping[str, Any], execution: Execution) -> str:
    error = execution.error
    if "throws" in fact:
        return "" if error else "gave a value, expected an error"
    if error:
        return f"{error.code}: {error.message}"[:300]
    outputs = execution.outputs(JUDGED)
    items = [*outputs[-1]["main"].items] if outputs else []
    at = fact["data"].get("itemIndex", 0)
    given = items[at].json.get("value") if at < len(items) else None
    return _value_difference(given, fact.get("expected")) or ""


def _value_difference(given: Any, wanted: Any) -> str | None:
    if isinstance(wanted, Mapping) and wanted.get("$type") in {"date", "luxon.DateTime"}:
        return _moment_difference(given, wanted["value"])
    if isinstance(wanted, Mapping) and wanted.get("$type") == "number":
        # NaN and the infinities have no place in JSON.
        return None if given is None else f"{given!r}, expected {wanted['value']}"
    if isinstance(wanted, Mapping) and wanted.get("$type") in {"map", "set", "error"}:
        # In JSON, which is what travels, they are objects without members.
        return None if given in ({}, [], None) or isinstance(given, Mapping) else f"{given!r}"
    if isinstance(wanted, Mapping) and wanted.get("$type") in {"bigint", "luxon.Duration"}:
        return difference(given, wanted["value"])
    return difference(given, _without_nan(read(wanted)))


def _without_nan(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _without_nan(one) for key, one in value.items()}
    return [_without_nan(one) for one in value] if isinstance(value, list) else value


def _moment_difference(given: Any, wanted: str) -> str | None:
    try:
        same = datetime.fromisoformat(str(given)) == datetime.fromisoformat(wanted)
    except ValueError:
        same = given == wanted
    return None if same else f"{given!r}, expected {wanted!r}"


async def filters(path: Path, kernel: Kernel) -> list[Verdict]:
    """Each group of conditions as a filter with one item."""
    return [
        Verdict(id=fact["id"], about=fact["test"][:100], wrong=await _filter(fact, kernel))
        for fact in lines(path)
    ]


async def _filter(fact: Mapping[str, Any], kernel: Kernel) -> str:
    given = fact["filter"]
    group = {
        "combinator": given["combinator"],
        "options": {
            "case_sensitive": given["options"]["caseSensitive"],
            "strict": given["options"]["typeValidation"] == "strict",
        },
        "conditions": [_condition(one) for one in given["conditions"]],
    }
    document = {
        "format": "penstock/1",
        "name": "filter",
        "nodes": [
            {"id": "start", "name": "Start", "type": "penstock/flow.manual"},
            {
                "id": JUDGED,
                "name": "Filter",
                "type": "penstock/flow.filter",
                "config": {"conditions": group},
            },
        ],
        "edges": [{"from": ["start", "main"], "to": [JUDGED, "main"]}],
        "settings": {"expressions": "lenient"},
    }
    try:
        execution = await kernel.execute(document, [Item({})])
    except Exception as error:  # noqa: BLE001  whatever it is, it is this fact's failure
        return "" if "throws" in fact else f"{type(error).__name__}: {error}"[:300]
    if "throws" in fact:
        return "" if execution.error else "gave a verdict, expected an error"
    if execution.error:
        return execution.error.message[:300]
    kept = execution.outputs(JUDGED)[-1].get("kept")
    return "" if bool(kept and kept.items) == fact["expected"] else f"expected {fact['expected']}"


def _condition(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "left": read(one.get("leftValue")),
        "right": read(one.get("rightValue")),
        "operator": one["operator"],
    }


def types(path: Path) -> list[Verdict]:
    """Each value as the type that was asked for."""
    return [
        Verdict(id=str(fact.get("id", n)), about=repr(fact["value"])[:80], wrong=_type(fact))
        for n, fact in enumerate(lines(path))
    ]


def _type(fact: Mapping[str, Any]) -> str:
    wanted = fact["expected"]
    kind = _OUR_NAMES.get(fact["type"], fact["type"])
    if kind == "options":
        return _choice(fact)
    if kind not in COERCIONS and kind != "dateTime":
        return f"the type {kind} is not known"
    value = read(fact["value"])
    try:
        given = _converted(kind, value, strict=bool(fact.get("options", {}).get("strict")))
    except ValueError as error:
        return "" if not wanted["valid"] else f"refused: {error}"
    if not wanted["valid"]:
        return f"{given!r}, expected a refusal"
    if kind == "dateTime" and given is not None:
        return _moment_difference(given.isoformat(), read(wanted.get("newValue"))) or ""
    return difference(given, read(wanted.get("newValue"))) or ""


_OUR_NAMES = {"string-alphanumeric": "identifier", "binary": "file"}


def _choice(fact: Mapping[str, Any]) -> str:
    choices = [one["value"] for one in fact["options"]["valueOptions"]]
    try:
        to_choice(fact["value"], choices)
    except ValueError as error:
        return f"refused: {error}" if fact["expected"]["valid"] else ""
    return "" if fact["expected"]["valid"] else "expected a refusal"


def _converted(kind: str, value: Any, *, strict: bool) -> Any:
    if kind == "dateTime":
        found = None if value is None else moment(value)
        if value is not None and found is None:
            raise ValueError("no moment")
        return found
    if strict and kind in _TYPES and type(value) not in _TYPES[kind]:
        raise ValueError("another type")
    return COERCIONS[kind](value)


def passed(verdicts: Sequence[Verdict]) -> dict[str, int]:
    """How many, of how many."""
    return {"passed": sum(not one.wrong for one in verdicts), "total": len(verdicts)}
