"""Which data a JavaScript source reads, found from its tokens.

The rule: what is not understood counts as reading everything. A source that only names
`$json.city` is sent the field `city`; one that passes `$json` on is sent whole items.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from penstock_kernel.expressions.chains import Call, Get, Step, chain_at
from penstock_kernel.expressions.tokens import Token, string_value

#: Names of top-level fields; None: the whole item; empty: nothing.
Fields = frozenset[str] | None
NOTHING: frozenset[str] = frozenset()
#: The items, and nothing of what is in them: no field has an empty name.
_COUNT = frozenset({""})

_INHERITED = """constructor __proto__ toString toLocaleString valueOf hasOwnProperty isPrototypeOf
propertyIsEnumerable __defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__ isEmpty
isNotEmpty hasField removeField removeFieldsContaining keepFieldsContaining keys values compact
merge urlEncode toJsonString toBoolean toDateTime toInt toNumber"""
#: What every object answers to without owning it: built in, and our extension methods. A field with
#: such a name may be absent and still have a value.
OBJECT_NAMES = frozenset(_INHERITED.split())

#: Names that are the same for every item of a step, and the fact that each one needs.
STILL = {
    "$runIndex": "runIndex",
    "$thisRunIndex": "runIndex",
    "$prevNode": "prevNode",
    "$workflow": "workflow",
    "$execution": "execution",
    "$executionId": "execution",
    "$resumeWebhookUrl": "execution",
    "$mode": "execution",
    "$vars": "vars",
    "$nodeId": "node",
    "$parameter": "parameter",
    "$rawParameter": "parameter",
    "$now": "now",
    "$today": "now",
    "$env": "now",
    "$secrets": "now",
}
_FUNCTIONS = "$jmespath $jmesPath $if $ifEmpty $not $min $max $average $fromAI"


class NodeReads(msgspec.Struct, kw_only=True):
    """What is read of another node."""

    paired: Fields = NOTHING
    first: Fields = NOTHING
    last: Fields = NOTHING
    items: Fields = NOTHING
    #: Items of other ports or runs are asked for.
    outputs: bool = False


class Reads(msgspec.Struct, kw_only=True):
    """What a source reads, or several together."""

    json: Fields = NOTHING
    binary: bool = False
    #: All items of the first input.
    input: Fields = NOTHING
    nodes: dict[str, NodeReads] = {}
    every_node: bool = False
    #: Keys of the step's facts.
    facts: Fields = NOTHING
    #: The parameters of the node before.
    previous: bool = False
    #: Its items, where not all of them count.
    came: bool = False
    static: bool = False
    #: May the value differ from item to item?
    moving: bool = False

    def add(self, other: Reads) -> None:
        """Read also what `other` reads."""
        self.json = union(self.json, other.json)
        self.input = union(self.input, other.input)
        self.facts = union(self.facts, other.facts)
        for flag in ("binary", "every_node", "previous", "came", "static", "moving"):
            setattr(self, flag, getattr(self, flag) or getattr(other, flag))
        for name, theirs in other.nodes.items():
            mine = self.nodes.setdefault(name, NodeReads())
            for kind in ("paired", "first", "last", "items"):
                setattr(mine, kind, union(getattr(mine, kind), getattr(theirs, kind)))
            mine.outputs = mine.outputs or theirs.outputs


def union(one: Fields, other: Fields) -> Fields:
    """The fields of both."""
    return None if one is None or other is None else one | other


def everything() -> Reads:
    """For a source that is not understood."""
    whole = Reads(json=None, input=None, facts=None)
    whole.binary = whole.every_node = whole.previous = whole.came = whole.static = True
    whole.moving = True
    return whole


def reads_of(significant: Sequence[Token]) -> Reads:
    """What a source reads, from its tokens without comments."""
    if any(_is_opaque(token) for token in significant):
        return everything()
    reads = Reads()
    for at, token in enumerate(significant):
        if token.kind == "name" and not (at and significant[at - 1].text in {".", "?."}):
            _read_name(reads, significant, at, token.text)
        if token.kind in {"name", "string"} and _is_chance(token.text):
            reads.moving = True
    return reads


def _is_opaque(token: Token) -> bool:
    # `arguments` holds values without naming them, and a backslash may spell a name in code points.
    return token.kind == "bad" or (token.kind == "name" and token.text in {"arguments", "eval"})


def _is_chance(text: str) -> bool:
    lowered = text.lower()
    return "random" in lowered or "uuid" in lowered or "shuffle" in lowered


def _read_name(reads: Reads, significant: Sequence[Token], at: int, name: str) -> None:
    reader = _READERS.get(name)
    if reader is not None:
        reader(reads, chain_at(significant, at + 1)[0])
    elif name in STILL:
        reads.facts = union(reads.facts, frozenset({STILL[name]}))
    elif name.startswith("$"):
        # A name that may be given by the node ($response), or a function of ours.
        reads.moving = True


def _read_json(reads: Reads, steps: Sequence[Step]) -> None:
    reads.moving = True
    reads.json = union(reads.json, _fields(steps))


def _read_binary(reads: Reads, _steps: Sequence[Step]) -> None:
    reads.moving = reads.binary = True


def _read_index(reads: Reads, _steps: Sequence[Step]) -> None:
    reads.moving = True


def _read_item(reads: Reads, steps: Sequence[Step]) -> None:
    reads.moving = True
    fields = _item_fields(steps)
    reads.json = union(reads.json, fields)
    reads.binary = reads.binary or fields is None


def _read_input(reads: Reads, steps: Sequence[Step]) -> None:
    reads.facts = union(reads.facts, frozenset({"prevNode"}))
    name = _name(steps)
    if name == "item":
        _read_item(reads, steps[1:])
    elif name in {"params", "context"}:
        reads.previous = True
    else:
        if name not in {"first", "last", "all"}:
            reads.moving = reads.previous = True
        if name is None:
            _read_item(reads, ())
        reads.input = union(reads.input, _called_fields(steps, {"first", "last"}))


def _read_dollar(reads: Reads, steps: Sequence[Step]) -> None:
    literal = _literal_argument(steps)
    if literal is None:
        reads.every_node = reads.moving = True
        return
    _read_node(reads, reads.nodes.setdefault(literal, NodeReads()), steps[1:])


def _read_node(reads: Reads, node: NodeReads, steps: Sequence[Step]) -> None:
    name = _name(steps)
    if name in {"isExecuted", "params", "parameter", "context", "runIndex"}:
        return
    if name == "item":
        reads.moving = True
        node.paired = union(node.paired, _item_fields(steps[1:]))
    elif name in {"first", "last", "all"}:
        called = steps[1] if len(steps) > 1 else None
        node.outputs = node.outputs or not isinstance(called, Call) or called.arguments != ()
        kind = "items" if name == "all" or node.outputs else name
        fields = _called_fields(steps, {"first", "last"})
        setattr(node, kind, union(getattr(node, kind), fields))
    else:
        reads.moving = node.outputs = True
        node.paired = node.first = node.last = node.items = None


def _read_old_node(reads: Reads, steps: Sequence[Step]) -> None:
    reads.moving = True
    name = _name(steps)
    if name is None:
        reads.every_node = True
        return
    node = reads.nodes.setdefault(name, NodeReads())
    part = _name(steps[1:])
    if part in {"json", "data"}:
        node.items = union(node.items, _fields(steps[2:]))
    elif part not in {"parameter", "runIndex", "context"}:
        node.items = None


def _read_items(reads: Reads, steps: Sequence[Step]) -> None:
    called = steps[0] if steps else None
    if isinstance(called, Call) and called.arguments == ():
        reads.input = None
        reads.came = True
        return
    literal = _literal_argument(steps, first=True)
    if literal is None:
        reads.input = None
        reads.every_node = reads.came = reads.moving = True
        return
    node = reads.nodes.setdefault(literal, NodeReads())
    node.items = None
    node.outputs = node.outputs or (isinstance(called, Call) and called.count > 1)


def _read_static(reads: Reads, _steps: Sequence[Step]) -> None:
    reads.static = True


def _read_everything(reads: Reads, _steps: Sequence[Step]) -> None:
    reads.add(everything())


def _read_plain(_reads: Reads, _steps: Sequence[Step]) -> None:
    """A function of ours that reads what it is given."""


_READERS: dict[str, Callable[[Reads, Sequence[Step]], None]] = {
    "$json": _read_json,
    "$data": _read_json,
    "$binary": _read_binary,
    "$itemIndex": _read_index,
    "$position": _read_index,
    "$thisItemIndex": _read_index,
    "$thisItem": _read_item,
    "$input": _read_input,
    "$": _read_dollar,
    "$node": _read_old_node,
    "$items": _read_items,
    "$item": _read_everything,
    "$getWorkflowStaticData": _read_static,
    **dict.fromkeys(_FUNCTIONS.split(), _read_plain),
}


def _name(steps: Sequence[Step]) -> str | None:
    return steps[0].name if steps and isinstance(steps[0], Get) else None


def _fields(steps: Sequence[Step]) -> Fields:
    """The field that is read of an object, where it can only be data."""
    name = _name(steps)
    if name is None or name in OBJECT_NAMES:
        return None
    called = len(steps) > 1 and isinstance(steps[1], Call)
    return None if called else frozenset({name})


def _item_fields(steps: Sequence[Step]) -> Fields:
    return _fields(steps[1:]) if _name(steps) == "json" else None


def _called_fields(steps: Sequence[Step], single: set[str]) -> Fields:
    """The fields read of `first().json.x`; of a list, all."""
    called = len(steps) > 1 and isinstance(steps[1], Call)
    if called and _name(steps) in single:
        return _item_fields(steps[2:])
    return _COUNT if called and _name(steps) == "all" and _name(steps[2:]) == "length" else None


def _literal_argument(steps: Sequence[Step], *, first: bool = False) -> str | None:
    called = steps[0] if steps else None
    if not isinstance(called, Call) or not called.arguments:
        return None
    if called.count != 1 and not first:
        return None
    token = called.arguments[0]
    alone = len(called.arguments) == 1 or called.arguments[1].text == ","
    return string_value(token.text) if token.kind == "string" and alone else None
