"""Findings about conditions: operations that do not exist would be false for every item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from penstock_kernel.workflow.document import NodeSpec
from penstock_kernel.workflow.findings import Finding, nearest, path_of
from penstock_sdk import Field
from penstock_sdk.loose import rows, table
from penstock_sdk.operations import EXISTENCE, OPERATIONS, REGEX

Path = tuple[str | int, ...]


def condition_findings(node: NodeSpec, fields: Mapping[str, Field]) -> Iterator[Finding]:
    """Types and operations that do not exist, in all conditions of a node."""
    for path, group in _groups(fields, node.config, ()):
        for index, condition in enumerate(rows(group.get("conditions"))):
            operator = table(table(condition).get("operator"))
            place = path_of([*path, "conditions", index, "operator"])
            yield from _operator(node, operator, place)


def _groups(
    fields: Mapping[str, Field], config: Mapping[str, Any], path: Path
) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for name, field in fields.items():
        value = config.get(name)
        if field.kind == "conditions":
            yield (*path, name), table(value)
        elif field.fields is not None and isinstance(value, Mapping):
            yield from _groups(field.fields, table(value), (*path, name))
        elif field.fields is not None:
            for index, row in enumerate(rows(value)):
                yield from _groups(field.fields, table(row), (*path, name, index))


def _operator(node: NodeSpec, operator: Mapping[str, Any], place: str) -> Iterator[Finding]:
    kind, operation = operator.get("type"), operator.get("operation")
    if not isinstance(kind, str) or not isinstance(operation, str):
        return
    if kind.startswith("=") or operation.startswith("="):
        return
    if kind not in OPERATIONS:
        yield _finding(node, f"{place}.type", f"There is no type {kind!r}", kind, list(OPERATIONS))
        return
    known = [*OPERATIONS[kind], *EXISTENCE, *(REGEX if kind == "string" else ())]
    if operation not in known:
        message = f"A value of the type {kind!r} cannot be asked {operation!r}"
        yield _finding(node, f"{place}.operation", message, operation, known)


def _finding(node: NodeSpec, place: str, message: str, word: str, known: list[str]) -> Finding:
    return Finding(
        code="config.unknown_operation",
        message=message,
        fix=nearest(word, known) or f"Known are {', '.join(known)}.",
        node=node.id,
        field=place,
    )
