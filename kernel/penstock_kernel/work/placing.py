"""Where an execution runs, beside how many others, and on which worker.

The rules:

* A pool carries tags. An execution goes to the first pool that carries all tags its workflow and
  its node types ask for; without any it goes to the pool `default`.
* Keys are texts, or templates with paths into the first item: `={{ $json.customer }}`. A value that
  is not there is the empty text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import ClassVar

import msgspec

from penstock_kernel.execution.program import Program
from penstock_kernel.expressions.expressions import judge, to_text
from penstock_kernel.expressions.paths import UNDEFINED, Path, Unsure, walk
from penstock_kernel.expressions.templates import Text, is_template, parse_template
from penstock_sdk import Item, PenstockError

DEFAULT = "default"


class PoolMissing(PenstockError):
    """No pool carries the tags that a workflow asks for."""

    code: ClassVar[str] = "pool.missing"


class KeyInvalid(PenstockError):
    """A key of a workflow cannot be found from an item alone."""

    code: ClassVar[str] = "concurrency.key_invalid"


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


def key_of(template: str | None, items: Sequence[Item]) -> str:
    """What a key is for these items.

    Raises:
        KeyInvalid: It needs more than a path into the first item.
    """
    if template is None:
        return ""
    first = items[0].json if items else {}
    return "".join(
        part if isinstance(part, str) else _value(part, first) for part in _parts(template)
    )


@lru_cache(maxsize=1_000)
def _parts(template: str) -> tuple[str | Path, ...]:
    if not is_template(template):
        return (template,)
    parts: list[str | Path] = []
    for part in parse_template(template).parts:
        if isinstance(part, Text):
            parts.append(part.text)
            continue
        path = judge(part.source).tier
        if not isinstance(path, Path) or path.root != "json":
            raise KeyInvalid(
                f"The key {template!r} needs more than a path into the first item.",
                hint="Write a path such as {{ $json.customer }}.",
            )
        parts.append(path)
    return tuple(parts)


def _value(path: Path, first: Mapping[str, object]) -> str:
    try:
        found = walk(dict(first), path.keys, lenient=True)
    except Unsure:
        return ""
    return "" if found is UNDEFINED else to_text(found)


def _tags(entries: Sequence[str]) -> dict[str, frozenset[str]]:
    pairs = (entry.partition("=") for entry in entries)
    return {name.strip(): frozenset(tags.split("+")) for name, _, tags in pairs}
