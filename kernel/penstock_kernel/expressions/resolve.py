"""Give each parameter of a node its value, for all items at once.

The rules:

* What the config holds is judged once per node and document (`compile_config`) and kept.
* A config without expressions costs nothing per item; plain paths cost one list comprehension;
  everything else of the node goes to the guest together, in one crossing.
* A value that is the same for every item is evaluated once.
* An expression that fails makes its own parameter fail, for its own item, when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import msgspec

from penstock_kernel.expressions.crossing import Answer, Asked, Guest, GuestError, cross
from penstock_kernel.expressions.expressions import (
    Constant,
    ExpressionFailed,
    Judged,
    Refused,
    judge,
    to_text,
)
from penstock_kernel.expressions.paths import UNDEFINED, Path, Same, Unsure, Values, follow
from penstock_kernel.expressions.templates import (
    Code,
    Template,
    is_template,
    parse_template,
    position,
)
from penstock_kernel.expressions.view import StepView
from penstock_sdk import Column, Field, Item
from penstock_sdk.fields import MISSING


class Leaf(msgspec.Struct, frozen=True, gc=False):
    """Stands in a config where a template was."""

    index: int


class Source(msgspec.Struct, frozen=True):
    """One expression of the node; the same text as a value and in a text are two."""

    judged: Judged
    text: bool


class LeafPlan(msgspec.Struct, frozen=True):
    """How the value of a template is put together."""

    field: str
    template: Template
    #: Per part of the template: a text, or the index of its source.
    parts: tuple[str | int, ...]


class CompiledConfig(msgspec.Struct, frozen=True):
    """A config whose templates were split and judged."""

    #: Defaults filled in; holds `Leaf` where a template was.
    values: dict[str, Any]
    leaves: tuple[LeafPlan, ...]
    sources: tuple[Source, ...]
    #: The names whose value holds a template.
    dynamic: frozenset[str]

    @property
    def crosses(self) -> bool:
        """Does it hold an expression that only the guest can evaluate?"""
        return any(not isinstance(s.judged.tier, Constant | Path | Refused) for s in self.sources)


def compile_config(config: Mapping[str, Any], fields: Mapping[str, Field]) -> CompiledConfig:
    """Judge every template of a config once."""
    compiler = _Compiler()
    values = {name: compiler.tree(value, fields.get(name), name) for name, value in config.items()}
    for name, field in fields.items():
        if name not in values and field.default is not MISSING:
            values[name] = compiler.tree(field.default, field, name)
    dynamic = frozenset(name for name, value in values.items() if _has_leaf(value))
    return CompiledConfig(values, tuple(compiler.leaves), tuple(compiler.sources), dynamic)


class _Compiler:
    def __init__(self) -> None:
        self.leaves: list[LeafPlan] = []
        self.sources: list[Source] = []
        self._known: dict[tuple[str, bool], int] = {}

    def tree(self, value: Any, field: Field | None, path: str) -> Any:
        """The value with a `Leaf` for each template."""
        if field is not None and not field.expression:
            return value
        if isinstance(value, str):
            return self._leaf(value, path) if is_template(value) else value
        if isinstance(value, Mapping):
            return self._object(cast("Mapping[str, Any]", value), field, path)
        if isinstance(value, list | tuple):
            return self._list(cast("Sequence[Any]", value), field, path)
        return value

    def _object(self, value: Mapping[str, Any], field: Field | None, path: str) -> dict[str, Any]:
        inner = (field.fields if field else None) or {}
        return {key: self.tree(v, inner.get(key), f"{path}.{key}") for key, v in value.items()}

    def _list(self, value: Sequence[Any], field: Field | None, path: str) -> list[Any]:
        inner = (field.fields if field else None) or {}
        return [self._entry(entry, inner, f"{path}[{i}]") for i, entry in enumerate(value)]

    def _entry(self, value: Any, inner: Mapping[str, Field], path: str) -> Any:
        if not inner or not isinstance(value, Mapping):
            return self.tree(value, None, path)
        entry = cast("Mapping[str, Any]", value)
        found = {key: self.tree(v, inner.get(key), f"{path}.{key}") for key, v in entry.items()}
        for key, field in inner.items():
            if key not in found and field.default is not MISSING:
                found[key] = self.tree(field.default, field, f"{path}.{key}")
        return found

    def _leaf(self, text: str, path: str) -> Any:
        template = parse_template(text)
        if not template.codes:
            return "".join(part.text for part in template.parts if not isinstance(part, Code))
        parts = tuple(
            self._source(part.source, text=not template.typed)
            if isinstance(part, Code)
            else part.text
            for part in template.parts
        )
        self.leaves.append(LeafPlan(path, template, parts))
        return Leaf(len(self.leaves) - 1)

    def _source(self, source: str, *, text: bool) -> int:
        key = (source, text)
        if key not in self._known:
            self._known[key] = len(self.sources)
            self.sources.append(Source(judge(source), text))
        return self._known[key]


def _has_leaf(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_leaf(inner) for inner in cast("dict[str, Any]", value).values())
    if isinstance(value, list):
        return any(_has_leaf(inner) for inner in cast("list[Any]", value))
    return isinstance(value, Leaf)


class Resolved:
    """The parameters of one step."""

    def __init__(self, compiled: CompiledConfig, answers: Sequence[Answer], node: str) -> None:
        self._compiled = compiled
        self._answers = answers
        self._node = node
        self._leaves: list[Values | None] = [None] * len(compiled.leaves)

    def param(self, name: str, i: int = 0) -> Any:
        """The value of a parameter for item `i`.

        Raises:
            ExpressionFailed: An expression in it failed for this item.
        """
        value = self._compiled.values.get(name)
        return self._at(value, i) if name in self._compiled.dynamic else value

    def params(self, i: int = 0) -> dict[str, Any]:
        """All parameters for item `i`.

        Raises:
            ExpressionFailed: An expression failed for this item.
        """
        return {name: self.param(name, i) for name in self._compiled.values}

    def columns(self, name: str) -> Any:
        """A parameter for all items: its JSON, with a `Column` where the value may differ.

        Raises:
            ExpressionFailed: An expression in it failed for some item.
        """
        value = self._compiled.values.get(name)
        return self._columns(value) if name in self._compiled.dynamic else value

    def has_expression(self, name: str) -> bool:
        """Does the value of this parameter differ from item to item?"""
        return name in self._compiled.dynamic and self._differs(self._compiled.values[name])

    def each(self, i: int = 0) -> Iterator[tuple[str, Any]]:
        """Every template by its place in the config, with its value for item `i` or its failure."""
        for index, plan in enumerate(self._compiled.leaves):
            try:
                yield plan.field, self._at(Leaf(index), i)
            except ExpressionFailed as error:
                yield plan.field, error

    def __contains__(self, name: str) -> bool:
        return name in self._compiled.values

    def _at(self, value: Any, i: int) -> Any:
        if isinstance(value, Leaf):
            self._check(value.index, i)
            values = self._values(value.index)
            return values.value if isinstance(values, Same) else values[i]
        if isinstance(value, dict):
            return {key: self._at(v, i) for key, v in cast("dict[str, Any]", value).items()}
        if isinstance(value, list):
            return [self._at(inner, i) for inner in cast("list[Any]", value)]
        return value

    def _columns(self, value: Any) -> Any:
        if isinstance(value, Leaf):
            self._check(value.index, None)
            values = self._values(value.index)
            return values.value if isinstance(values, Same) else Column(values)
        if isinstance(value, dict):
            return {key: self._columns(v) for key, v in cast("dict[str, Any]", value).items()}
        if isinstance(value, list):
            return [self._columns(inner) for inner in cast("list[Any]", value)]
        return value

    def _differs(self, value: Any) -> bool:
        if isinstance(value, Leaf):
            return not isinstance(self._values(value.index), Same)
        if isinstance(value, dict):
            return any(self._differs(inner) for inner in cast("dict[str, Any]", value).values())
        if isinstance(value, list):
            return any(self._differs(inner) for inner in cast("list[Any]", value))
        return False

    def _values(self, index: int) -> Values:
        found = self._leaves[index]
        if found is None:
            found = self._leaves[index] = self._assemble(self._compiled.leaves[index])
        return found

    def _assemble(self, plan: LeafPlan) -> Values:
        if plan.template.typed:
            return _defined(self._answers[cast("int", plan.parts[0])].values)
        parts = [self._part(part) for part in plan.parts]
        columns = [part for part in parts if not isinstance(part, Same)]
        if not columns:
            return Same("".join(cast("Same", part).value for part in parts))
        count = len(columns[0])
        full = [[p.value] * count if isinstance(p, Same) else p for p in parts]
        return ["".join(row) for row in zip(*full, strict=True)]

    def _part(self, part: str | int) -> Values:
        if isinstance(part, str):
            return Same(part)
        values = self._answers[part].values
        if isinstance(values, Same):
            return Same(to_text(values.value))
        return [to_text(value) for value in values]

    def _check(self, index: int, i: int | None) -> None:
        plan = self._compiled.leaves[index]
        for number, part in enumerate(plan.parts):
            if isinstance(part, int) and (errors := self._answers[part].errors):
                at = min(errors) if i is None else i
                same = isinstance(self._answers[part].values, Same)
                error = errors.get(0 if same else at)
                if error is not None:
                    code = cast("Code", plan.template.parts[number])
                    raise _failed(self._node, plan, code, None if same else at, error)


def _defined(values: Values) -> Values:
    if isinstance(values, Same):
        return Same(None) if values.value is UNDEFINED else values
    if UNDEFINED in values:
        return [None if value is UNDEFINED else value for value in values]
    return values


def _failed(
    node: str, plan: LeafPlan, code: Code, item: int | None, error: GuestError
) -> ExpressionFailed:
    line, column = position(plan.template.text, code.start)
    if error.line is not None:
        first = error.line == 1
        # The guest counts the columns of the first line from where the expression begins.
        column = (error.column or 1) + (column - 1 if first else 0)
        line += error.line - 1
    where = "" if item is None else f" for item {item}"
    return ExpressionFailed(
        f"The expression in `{plan.field}` failed{where}: {error.name}: {error.message}",
        node=node,
        field=plan.field,
        item=item,
        line=line,
        column=column,
        offset=code.start,
        name=error.name,
        reason=error.message,
        hint=error.hint or _hint(error),
    )


_HINTS = {
    "TypeError": "Something in the path is missing here; write ?. before what may be missing.",
    "ReferenceError": "Names of data begin with $, as in $json.name; texts stand in quotes.",
    "SyntaxError": "What stands between {{ and }} has to be one JavaScript expression.",
    "InternalError": "The expression calls itself without an end, or needs too much memory.",
}


def _hint(error: GuestError) -> str:
    return _HINTS.get(error.name, "Look at the expression and at the data of this item.")


def resolve_now(
    compiled: CompiledConfig, view: StepView, *, lenient: bool = False
) -> Resolved | None:
    """The parameters, where no crossing is needed; None where it is."""
    if not compiled.sources:
        return Resolved(compiled, (), "")
    answers, asked = _on_host(compiled, view, lenient=lenient)
    return None if asked else Resolved(compiled, answers, _node_name(view))


async def resolve(compiled: CompiledConfig, view: StepView, guest: Guest) -> Resolved:
    """The parameters of a step.

    Raises:
        BudgetExceeded, GuestTrapped, GuestRefused, RunnerLost: From the sandbox.
    """
    if not compiled.sources:
        return Resolved(compiled, (), "")
    answers, asked = _on_host(compiled, view, lenient=guest.lenient)
    if asked:
        sources = [compiled.sources[index] for index in asked]
        found = await cross([Asked(s.judged.script, s.text) for s in sources], view, guest)
        for index, answer in zip(asked, found, strict=True):
            answers[index] = answer
    return Resolved(compiled, answers, _node_name(view))


def _node_name(view: StepView) -> str:
    node: Mapping[str, Any] = view.facts.get("node") or {}
    return str(node.get("name", ""))


async def evaluate(
    source: str, rows: Sequence[Mapping[str, Any]], view: StepView, guest: Guest
) -> list[Any]:
    """The value of one JavaScript expression for each row, which is its `$json`.

    Raises:
        ExpressionFailed: It failed for a row.
        BudgetExceeded, GuestTrapped, GuestRefused, RunnerLost: From the sandbox.
    """
    if not rows:
        return []
    judged = judge(source)
    plan = LeafPlan("expression", Template(source, (Code(source, 0),)), (0,))
    compiled = CompiledConfig(
        {"expression": Leaf(0)}, (plan,), (Source(judged, text=False),), frozenset({"expression"})
    )
    seen = RowsView(view, [Item(dict(row)) for row in rows])
    values = (await resolve(compiled, seen, guest)).columns("expression")
    return list(values) if isinstance(values, Column) else [values] * len(rows)


class RowsView:
    """A step as its expressions see it, with other items than its own."""

    def __init__(self, view: StepView, items: Sequence[Item]) -> None:
        self.items = items
        self.facts = view.facts
        self.node = view.node
        self.node_names = view.node_names

    def paired(self, name: str) -> Sequence[Item | None]:
        """Nothing: the rows are not items of this execution."""
        return [None] * len(self.items)


_ONE = (Item({}),)


def _on_host(
    compiled: CompiledConfig, view: StepView, *, lenient: bool
) -> tuple[list[Answer], list[int]]:
    """What the host can answer itself, and the indexes of the sources that it cannot."""
    answers: list[Answer] = []
    asked: list[int] = []
    for index, source in enumerate(compiled.sources):
        answer = _host_answer(source.judged, view, lenient=lenient)
        if answer is None:
            asked.append(index)
        answers.append(answer or _UNANSWERED)
    return answers, asked


_UNANSWERED = Answer(Same(UNDEFINED), {})


def _host_answer(judged: Judged, view: StepView, *, lenient: bool) -> Answer | None:
    tier = judged.tier
    if isinstance(tier, Constant):
        return Answer(Same(tier.value), {})
    if isinstance(tier, Refused):
        error = GuestError(0, 0, "ExpressionError", tier.reason, hint=tier.hint)
        return Answer(Same(UNDEFINED), {0: error})
    if not isinstance(tier, Path):
        return None
    try:
        return Answer(follow(tier, view, view.items or _ONE, lenient=lenient), {})
    except Unsure:
        return None
