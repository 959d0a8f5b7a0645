"""The outputs of a step that partly failed: results of some items, and the items that failed.

The rules:

* Each failed item stands before the first result that comes from a later input item, so that what
  kept the order of the input keeps it.
* A failed item comes from itself; the results keep the parents that the node gave them.
* A plain list with one item for each input item that did not fail is in their order.
* An imported node may tell of a failure in an item of its own, which holds an error and nothing
  else: that leaves by the error port as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from penstock_kernel.execution.outcome import Inputs, outputs_of, with_error
from penstock_kernel.store.records import ErrorRecord, PortOutput
from penstock_kernel.workflow.document import FailedItem
from penstock_sdk import Item, Output, Parent


def partial_outputs(
    result: Any,
    failures: Mapping[int, ErrorRecord],
    items: Sequence[Item],
    *,
    first_port: str,
    error_port: str,
    inputs: Inputs,
    form: FailedItem = "with_error",
) -> dict[str, PortOutput]:
    """The ports and items of a step that partly failed.

    Raises:
        ResultInvalid: What the node gave for the other items is not a result.
        IndexError: The node named an item that it was not given.
    """
    survivors = [i for i in range(len(items)) if i not in failures]
    outputs = outputs_of(_named(result, survivors), first_port, inputs)
    aside = error_port != first_port
    failed = [
        (i, with_error(items[_checked(i)], failures[i], form, aside=aside))
        for i in sorted(failures)
    ]
    outputs[error_port] = _merged(outputs.get(error_port, PortOutput([])), failed)
    return outputs


def _checked(index: int) -> int:
    if index < 0:
        message = f"There is no input item {index}."
        raise IndexError(message)
    return index


def _named(result: Any, survivors: list[int]) -> Any:
    if isinstance(result, Mapping):
        ports = cast("Mapping[str, Any]", result)
        return {port: _named(value, survivors) for port, value in ports.items()}
    if not isinstance(result, list):
        return result
    found = cast("list[Item]", result)
    return Output(found, survivors) if len(found) == len(survivors) else found


def _merged(output: PortOutput, failed: Sequence[tuple[int, Item]]) -> PortOutput:
    parents = range(len(output.items)) if output.parents is None else output.parents
    items: list[Item] = []
    places: list[Parent] = []
    waiting = 0
    for parent, item in zip(parents, output.items, strict=True):
        first = min(parent, default=-1) if isinstance(parent, tuple) else parent
        while waiting < len(failed) and failed[waiting][0] < first:
            places.append(failed[waiting][0])
            items.append(failed[waiting][1])
            waiting += 1
        places.append(parent)
        items.append(item)
    places += [i for i, _ in failed[waiting:]]
    items += [item for _, item in failed[waiting:]]
    return PortOutput(items, places)


def errors_apart(outputs: dict[str, PortOutput], error_port: str) -> dict[str, PortOutput]:
    """With the items that hold nothing but an error at the error port."""
    if not any(tells_error(item) for output in outputs.values() for item in output.items):
        return outputs
    found: dict[str, PortOutput] = {}
    told: list[tuple[Item, Parent]] = []
    for port, output in outputs.items():
        pairs = _pairs(output)
        if port != error_port:
            told += [pair for pair in pairs if tells_error(pair[0])]
            pairs = [pair for pair in pairs if not tells_error(pair[0])]
        found[port] = _joined(pairs)
    found[error_port] = _joined(_pairs(found.get(error_port, PortOutput([]))) + told)
    return found


def tells_error(item: Item) -> bool:
    """Does the item hold an error, at most with its message, and nothing else?"""
    json = item.json
    alone = len(json) == 1 or (len(json) == 2 and bool(json.get("message")))
    return alone and bool(json.get("error"))


def _pairs(output: PortOutput) -> list[tuple[Item, Parent]]:
    parents = range(len(output.items)) if output.parents is None else output.parents
    return list(zip(output.items, parents, strict=True))


def _joined(pairs: Sequence[tuple[Item, Parent]]) -> PortOutput:
    return PortOutput([item for item, _ in pairs], [parent for _, parent in pairs])
