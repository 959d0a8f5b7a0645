"""Turns `{{node.key}}` into expressions. The text is read, never rendered.

The rules:

* The first part of a path is the id of a node, or else the name of a value of the input.
* The other parts lead into what the node gives; each kind of node says where its keys are here.
* A template language's filters, blocks and calls have no counterpart and are told.
* A text that only looks like an expression stays a text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from penstock_node_mini_n8n.reading import mapping, sequence

#: Makes the path of JavaScript for the keys after the id of a node; None: it gives no such thing.
Keys = Callable[[Sequence[str]], str | None]

_TEMPLATE = re.compile(r"\{\{\s*([^{}]{1,500}?)\s*\}\}")
_PATH = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+|\[[0-9]{1,9}\])*\Z")
_PART = re.compile(r"[A-Za-z0-9_-]+")
_NAME = re.compile(r"[A-Za-z_$][\w$]*\Z", re.ASCII)
_BLOCK = re.compile(r"\{%|\{#")


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A node that templates may name."""

    name: str
    keys: Keys


class Templates:
    """Knows the nodes of one workflow, and collects what it could not turn."""

    def __init__(self, nodes: Mapping[str, Reference], start: str) -> None:
        self._nodes = nodes
        self._start = start
        self.problems: list[str] = []

    def text(self, template: str) -> str:
        """The text as a config value: a template of ours, or the same text."""
        if not _TEMPLATE.search(template):
            self._check(template)
            return f"={{{{ {literal(template)} }}}}" if template.startswith("=") else template
        self._check(template)
        parts = _parts(template)
        inner = [f"{{{{ {self._value(part)} }}}}" if is_path else part for part, is_path in parts]
        return "=" + "".join(inner)

    def script(self, template: str) -> str:
        """The text as JavaScript: a value where it is one template, else the joined text."""
        self._check(template)
        found = [
            self._value(part) if is_path else literal(part) for part, is_path in _parts(template)
        ]
        if len(found) <= 1:
            return found[0] if found else '""'
        return " + ".join(f"({part})" for part in ['""', *found])

    def reference(self, path: str) -> str:
        """JavaScript for one path."""
        return self._value(path)

    def _value(self, path: str) -> str:
        if not _PATH.match(path):
            self.problems.append(f"{{{{ {path} }}}} is more than a path")
            return literal("")
        first, *rest = _PART.findall(path)
        node = self._nodes.get(first)
        if node is None:
            return f"{named(self._start)}.json{steps([first, *rest])}"
        found = node.keys(rest)
        if found is None:
            self.problems.append(f"{{{{ {path} }}}}: {node.name!r} does not give that here")
            return literal("")
        return f"{named(node.name)}.json{found}"

    def _check(self, template: str) -> None:
        if _BLOCK.search(template):
            self.problems.append("Blocks and comments of templates have no counterpart")


def first_names(value: object) -> set[str]:
    """The first parts of all paths in a config."""
    found: set[str] = set()
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            paths = [path for path in _TEMPLATE.findall(one) if _PATH.match(path)]
            found |= {_PART.findall(path)[0] for path in paths}
        waiting += [*mapping(one).values(), *sequence(one)]
    return found


def named(node: str) -> str:
    """JavaScript for the item of a node."""
    return f"$({literal(node)}).first()"


def steps(parts: Sequence[str]) -> str:
    """JavaScript for a path into a value: `.a["b-c"][0]`."""
    return "".join(
        f".{part}"
        if _NAME.match(part)
        else f"[{part if part.isdigit() and len(part) < 10 else literal(part)}]"
        for part in parts
    )


def literal(value: object) -> str:
    """A constant of JavaScript that can stand within a template."""
    return (
        json.dumps(value).replace("}", "\\u007d") if isinstance(value, str) else json.dumps(value)
    )


def _parts(template: str) -> list[tuple[str, bool]]:
    """The text in pieces; True: the piece is what stands in a template."""
    pieces = _TEMPLATE.split(template)
    return [(piece, index % 2 == 1) for index, piece in enumerate(pieces) if piece]
