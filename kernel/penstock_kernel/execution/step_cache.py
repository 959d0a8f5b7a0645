"""What steps gave for the same input before, so that they need not run again.

The rules:

* Only steps are kept that change nothing outside, or nothing that repeating it would change; and
  only where the node, or the operator for its type, says for how long.
* The same is: type and version of the node, its parameters as they come out for these items, and
  the items. Code that looks at other nodes, at variables or at static data is not kept; that it
  looks at the clock does not count.
* Results with files, of more than `MOST_ITEMS` items or `MOST_BYTES` are not kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec

from penstock_kernel.execution.program import NodePlan
from penstock_kernel.store.records import PortOutput
from penstock_kernel.store.results import Kept, Results
from penstock_sdk import Item, PenstockError

if TYPE_CHECKING:
    from penstock_kernel.execution.context import Shared

MOST_ITEMS = 2_000
MOST_BYTES = 1 << 20
_LOOKS_AROUND = re.compile(r"\$\(|\$(node|items|vars|execution|prevNode)\b|StaticData|_\(")
_REPEATABLE = ("none", "idempotent")
_encoder = msgspec.json.Encoder(order="deterministic", enc_hook=list)
_outputs = msgspec.json.Decoder(dict[str, PortOutput])


class StepCache:
    """The cache of a kernel; `TYPE=SECONDS` for each type that the operator names."""

    def __init__(self, ttl_of_types: Sequence[str], results: Results) -> None:
        pairs = (entry.rpartition("=") for entry in ttl_of_types)
        self._ttl = {kind: float(seconds) for kind, _, seconds in pairs}
        self._results = results

    def place(self, shared: Shared, items: Sequence[Item]) -> Kept | None:
        """Where the result of a step is kept; none where it is not."""
        node = shared.node
        ttl_s = node.spec.settings.cache_s or self._ttl.get(node.type.id)
        if ttl_s is None or not _may_keep(node) or len(items) > MOST_ITEMS:
            return None
        try:
            key = _key(shared, items)
        except (PenstockError, TypeError, UnicodeEncodeError, OverflowError):
            return None  # an expression fails for an item, or a value is no JSON
        workspace = shared.scene.execution.workspace_id
        return Kept(workspace, key, node.type.id, ttl_s)

    async def get(self, kept: Kept) -> dict[str, PortOutput] | None:
        """What the step gave before."""
        found = await self._results.get(kept)
        return None if found is None else _outputs.decode(found)

    async def put(self, kept: Kept, outputs: dict[str, PortOutput]) -> None:
        """Keep what a step gave."""
        if any(item.binary for output in outputs.values() for item in output.items):
            return
        try:
            packed = _encoder.encode(outputs)
        except (TypeError, UnicodeEncodeError, OverflowError):
            return
        if len(packed) <= MOST_BYTES:
            await self._results.put(kept, packed)


def _may_keep(node: NodePlan) -> bool:
    kind = node.type
    if kind.container or kind.loop or kind.trigger is not None:
        return False
    code = [
        str(node.spec.config.get(name, ""))
        for name, one in kind.fields.items()
        if one.kind == "code"
    ]
    return node.effects in _REPEATABLE and not any(_LOOKS_AROUND.search(text) for text in code)


def _key(shared: Shared, items: Sequence[Item]) -> str:
    node, resolved = shared.node, shared.resolved
    count = max(1, len(items)) if node.config.dynamic else 1
    values: list[dict[str, Any]] = [resolved.params(i) for i in range(count)]
    settings = node.spec.settings
    ways = (settings.execute_once, settings.always_output, shared.scene.lenient)
    where = (
        node.type.id,
        node.type.version,
        shared.scene.timezone,
        ways,
        shared.view.spec.credentials,
    )
    named = {name: list(of_port) for name, of_port in shared.inputs.items()}
    return sha256(_encoder.encode((where, values, named))).hexdigest()
