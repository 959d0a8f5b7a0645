"""Steps as people look at them: what happened, without the items, and the items in parts.

The rules:

* Steps come in the order in which they were first committed, a page at a time.
* Items are handed on as the text that they are kept as: nothing is read that nobody asked for.
* How many items lie outside of the row is told where that is known without reading too much.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from penstock_kernel.store.records import ErrorRecord, LogLine, Source, StepKey
from penstock_kernel.store.sql import codec
from penstock_kernel.store.sql.rows import Row, all_rows, first_row
from penstock_kernel.store.sql.tables import execution_steps

_S = execution_steps.c
MOST_LISTED = 200


class Outline(msgspec.Struct, frozen=True, kw_only=True):
    """A step without its items."""

    node_id: str
    run_index: int
    status: str
    effects: str
    attempt: int
    started_ms: int
    finished_ms: int
    #: Per input port: where its items came from.
    sources: Mapping[str, Source | None]
    #: Items per output port; none: too many to be counted here.
    counts: Mapping[str, int] | None
    error: ErrorRecord | None
    waiting_for: str | None
    due_ms: int | None
    logs: int
    #: What guests spent.
    spent: Mapping[str, float]
    undone: bool


class StepLog(msgspec.Struct, frozen=True):
    """A line that a step wrote."""

    node_id: str
    run_index: int
    line: LogLine


class RawChunk(msgspec.Struct):
    """Some of the items of one port, as their texts."""

    port: str
    items: list[msgspec.Raw]


def after(connection: Connection, execution: str, place: int, most: int) -> Sequence[Row]:
    """The rows of the steps of an execution after a place, and one more than asked for."""
    own = (_S.execution_id == execution) & (_S.seq > place)
    found = select(execution_steps).where(own).order_by(_S.seq).limit(most + 1)
    return all_rows(connection.execute(found))


def one(connection: Connection, execution: str, key: StepKey) -> Row | None:
    """The row of a step."""
    own = (_S.node_id == key.node_id) & (_S.run_index == key.run_index)
    found = select(execution_steps).where(_S.execution_id == execution, own)
    return first_row(connection.execute(found))


def logs(connection: Connection, execution: str) -> Sequence[StepLog]:
    """What the steps of an execution wrote, in the order of time."""
    columns = (_S.node_id, _S.run_index, _S.body)
    rows = all_rows(connection.execute(select(*columns).where(_S.execution_id == execution)))
    lines = [
        StepLog(row["node_id"], row["run_index"], line)
        for row in rows
        for line in codec.unpack(row["body"], codec.StepBody).logs
    ]
    return sorted(lines, key=lambda entry: entry.line.at_ms)


def outline(row: Row, packed: bytes | None) -> Outline:
    """A step from its row and its outputs, as far as those are at hand."""
    body = codec.unpack(row["body"], codec.StepBody)
    counts: dict[str, int] | None = None if packed is None else {}
    if packed is not None and counts is not None:
        for chunk in map(raw_chunk, codec.unframe(packed)):
            counts[chunk.port] = counts.get(chunk.port, 0) + len(chunk.items)
    return Outline(
        node_id=row["node_id"],
        run_index=row["run_index"],
        status=row["status"],
        effects=row["effects"],
        attempt=row["attempt"],
        started_ms=row["started_ms"],
        finished_ms=row["finished_ms"],
        sources=body.sources,
        counts=counts,
        error=body.error,
        waiting_for=body.waiting_for,
        due_ms=body.due_ms,
        logs=len(body.logs),
        spent=body.spent,
        undone=body.undone,
    )


def raw_chunk(packed: bytes) -> RawChunk:
    """A piece of outputs, with each item as its text."""
    try:
        return codec.unpack(packed, RawChunk)
    except msgspec.ValidationError:
        # Half a character, or a number of hundreds of digits: the text has to be made again.
        found = codec.unpack(packed, dict[str, Any])
        return RawChunk(found["port"], [_raw(item) for item in found["items"]])


def raw_items(packed: bytes) -> list[msgspec.Raw]:
    """The items that an execution was given, each as its text."""
    try:
        return codec.unpack(packed, list[msgspec.Raw])
    except msgspec.ValidationError:
        return [_raw(item) for item in codec.unpack(packed, list[Any])]


def _raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(json.dumps(value, separators=(",", ":")).encode())
