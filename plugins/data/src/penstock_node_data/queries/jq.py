"""jq. A program is a stranger's, so it runs in the sandbox: `jq/` holds the interpreter for it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast

from penstock_node_data.queries.query import AllOrFirst, answered, asked, queries_of
from penstock_sdk import Context, Item, NodeFailed, Output, code

#: In the order in which each needs the one before.
_PARTS = ("start", "words", "tree", "values", "formats", "run", "builtins", "door")
_MAX_RESULTS = 100_000
_CALL = "return $input.all().map(({ json }) => ({ json: ask(json) }));"


class JqQuery(AllOrFirst):
    """Asks items by jq."""

    id = "penstock/data.jq"
    title = "jq"
    description = "Selects, computes and reshapes values of items with a jq program."
    aliases = ("query", "filter", "transform", "reshape", "select", "json")
    docs = (
        "`.` is the item or the chosen field. A program may give any number of results. The "
        "language is that of jq 1.7 without modules, `input`, `$ENV` and `strptime`; numbers are "
        "those of JavaScript."
    )

    program: str = code("jq", ".", title="Program", placeholder=".orders | map(.total) | add")

    async def run(self, ctx: Context, items: Sequence[Item]) -> Output:
        """Ask every item, all in one call."""
        if not items:
            return Output([])
        queries = queries_of(ctx, "program", len(items))
        given = [
            Item({"value": value, "query": query, "most": _MAX_RESULTS})
            for value, query in zip(asked(ctx, items), queries, strict=True)
        ]
        answers = await ctx.run_code("javascript", _interpreter() + _CALL, given)
        return answered(ctx, items, [_found(item.json, i) for i, item in enumerate(answers.items)])


@cache
def _interpreter() -> str:
    folder = Path(__file__).with_name("jq")
    return "".join((folder / f"{part}.js").read_text("utf-8") for part in _PARTS)


def _found(answer: dict[str, Any], i: int) -> list[Any]:
    if "error" in answer:
        raise NodeFailed(
            f"The program failed: {answer['error']}",
            hint="`?` behind a step leaves out what does not fit, `//` gives a value instead.",
            item=i,
            field="program",
        )
    return cast("list[Any]", answer["found"])
