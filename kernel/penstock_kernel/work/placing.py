"""Which pool an execution runs in.

The rules:

* A pool carries tags. An execution goes to the first pool that carries all tags its workflow and
  its node types ask for; without any it goes to the pool `default`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import msgspec

from penstock_kernel.execution.program import Program
from penstock_sdk import PenstockError

DEFAULT = "default"


class PoolMissing(PenstockError):
    """No pool carries the tags that a workflow asks for."""

    code: ClassVar[str] = "pool.missing"


class Pools(msgspec.Struct, frozen=True):
    """The pools there are, with their tags, and the tags that node types ask for."""

    tags: Mapping[str, frozenset[str]] = {}
    of_nodes: Mapping[str, frozenset[str]] = {}

    @classmethod
    def parse(cls, pools: Sequence[str], node_tags: Sequence[str]) -> Pools:
        """From the settings: `NAME=TAG+TAG` and `TYPE=TAG+TAG`."""
        return cls(_tags(pools), _tags(node_tags))

    def place(self, program: Program) -> str:
        """The pool that a workflow runs in.

        Raises:
            PoolMissing: No pool carries all of its tags.
        """
        document = program.document
        asked = set(document.settings.tags)
        for node in document.nodes:
            asked |= self.of_nodes.get(node.type, frozenset())
        if not asked:
            return DEFAULT
        for name, tags in self.tags.items():
            if asked <= tags:
                return name
        wanted = ", ".join(sorted(asked))
        raise PoolMissing(
            f"No pool carries these tags: {wanted}.",
            hint="Name one in the setting `pools`, and start a worker for it.",
        )


def _tags(entries: Sequence[str]) -> dict[str, frozenset[str]]:
    pairs = (entry.partition("=") for entry in entries)
    return {name.strip(): frozenset(tags.split("+")) for name, _, tags in pairs}
