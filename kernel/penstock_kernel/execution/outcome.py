"""What came of running one step, and the checks that turn a node's result into ports and items."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Literal, cast

import msgspec

from penstock_kernel.store.records import Asks, ErrorRecord, ExecutionRecord, PortOutput, WaitingFor
from penstock_kernel.workflow.document import FailedItem
from penstock_sdk import Item, NodeFailed, Output, Parent, PenstockError

NO_OUTPUTS: dict[str, PortOutput] = {}


class ResultInvalid(PenstockError):
    """A node returned something that is not a result; its author has to change it."""

    code: ClassVar[str] = "node.result_invalid"


class Outcome(msgspec.Struct, kw_only=True):
    """How a step went. Never an exception: that would mean that the engine is broken."""

    status: Literal["ok", "error", "skipped", "cached", "waiting", "in_doubt"] = "ok"
    outputs: dict[str, PortOutput] = NO_OUTPUTS
    #: With `ok`: an error that went on through a port.
    error: ErrorRecord | None = None
    waiting_for: WaitingFor | None = None
    asks: Asks | None = None
    due_ms: int | None = None
    done: Sequence[int] = ()


class Inputs(msgspec.Struct):
    """What parents count through, gathered only where a node did not say them."""

    count: int
    gather: Callable[[], Sequence[Item]]
    #: The node gives items of its own choice: same count does not mean same place.
    chooses: bool = False


def outputs_of(result: Any, first_port: str, inputs: Inputs) -> dict[str, PortOutput]:
    """The ports and items of what a node returned.

    Raises:
        ResultInvalid: It is not a result.
    """
    if isinstance(result, Mapping):
        ports = cast("Mapping[str, Any]", result)
        return {port: _port_output(port, value, inputs) for port, value in ports.items()}
    return {first_port: _port_output(first_port, result, inputs)}


def _port_output(port: str, value: Any, inputs: Inputs) -> PortOutput:
    parents: Sequence[Parent] | None = None
    if isinstance(value, Output):
        parents, value = value.parents, value.items
    found = cast("list[Item]", value) if isinstance(value, list) else _as_list(port, value)
    kinds = set(map(type, found))
    if kinds and kinds != {Item}:
        raise _refusal(port, f"a list with {_names(kinds - {Item})} in it")
    if parents is None:
        return PortOutput(found, _guess(found, inputs))
    if len(parents) != len(found):
        raise _refusal(port, f"{len(found)} items and {len(parents)} parents")
    return PortOutput(found, parents)


def _as_list(port: str, value: Any) -> list[Item]:
    if value is None or isinstance(value, str | bytes) or not hasattr(value, "__iter__"):
        raise _refusal(port, f"{type(value).__name__}")
    return list(value)


def _refusal(port: str, what: str) -> ResultInvalid:
    message = f"The node returned {what} for its output {port!r}."
    return ResultInvalid(message, hint="Return a list of Item, an Output, or one of them per port.")


def _names(kinds: set[Any]) -> str:
    return ", ".join(sorted(kind.__name__ for kind in kinds))


def _guess(found: Sequence[Item], inputs: Inputs) -> Sequence[Parent] | None:
    """Parents of items whose node did not say: same place, only one input, or the same object."""
    if not found or (len(found) == inputs.count and not inputs.chooses):
        return None
    if inputs.count == 1:
        return [0] * len(found)
    places = {id(item): place for place, item in enumerate(inputs.gather())}
    return [places.get(id(item), -1) for item in found]


def error_record(error: BaseException, *, node_id: str = "", node_name: str = "") -> ErrorRecord:
    """An error as data. Of an error that is not ours only its class and message are taken."""
    if not isinstance(error, PenstockError):
        return ErrorRecord(
            code="node.crashed",
            message=f"The node stopped with {type(error).__name__}: {error}"[:2000],
            hint="This is a mistake in the node's own code; its author has to correct it.",
            node_id=node_id,
            node_name=node_name,
            name=type(error).__name__,
        )
    data = error.data if isinstance(error, NodeFailed) else {}
    return ErrorRecord(
        code=error.code,
        message=error.message,
        hint=error.hint,
        node_id=node_id,
        node_name=node_name,
        field=getattr(error, "field", None),
        item=getattr(error, "item", None),
        name=getattr(error, "name", ""),
        line=getattr(error, "line", None),
        column=getattr(error, "column", None),
        stack=getattr(error, "stack", ""),
        data=data,
    )


def error_json(error: ErrorRecord) -> dict[str, Any]:
    """The error as items carry it."""
    found = {"message": error.message, "code": error.code}
    if error.hint:
        found["hint"] = error.hint
    if error.name:
        found["name"] = error.name
    return found


def error_told(record: ExecutionRecord) -> dict[str, Any]:
    """What the error workflow is told of an execution that failed."""
    error = record.error
    return {
        "execution": {
            "id": record.id,
            "mode": record.mode,
            "error": {} if error is None else error_json(error),
            "lastNodeExecuted": "" if error is None else error.node_name,
        },
        "workflow": {"id": record.workflow_id, "name": record.workflow_name},
    }


def with_error(
    item: Item, error: ErrorRecord, form: FailedItem = "with_error", *, aside: bool = False
) -> Item:
    """The item that failed, with the typed error beside its data, or in the form asked for.

    `aside`: it leaves by a port of its own.
    """
    if form == "unchanged":
        return item
    if form == "with_error":
        return Item({**item.json, "error": error_json(error)}, item.binary)
    if form == "message" and aside:
        return Item({**item.json, "error": error.message}, item.binary)
    return Item({"error": error.message})
