"""Change the case of a text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from penstock_sdk import Context, Item, Node, NodeFailed, Port, Result, options, text

_CHANGES: dict[str, Callable[[str], str]] = {
    "upper": str.upper,
    "lower": str.lower,
    "title": str.title,
}


class Case(Node):
    """Change the case of a text."""

    id = "acme/text.case"
    version = 1
    title = "Change case"
    description = "Write a text in upper, lower or title case"
    group = "text"
    icon = "case-sensitive"
    aliases = ("upper", "lower", "capitalize", "shout")
    outputs = (
        Port(
            name="main",
            schema={
                "type": "object",
                "properties": {"text": {"type": "string"}},
                "required": ["text"],
            },
            sample={"text": "HELLO"},
        ),
    )

    text: str = text(placeholder="={{ $json.text }}", hint="The text to change")
    to: str = options({"upper": "UPPER", "lower": "lower", "title": "Title"}, default="upper")

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Put the changed text beside what the item already holds."""
        return [Item({**item.json, "text": _changed(ctx, i)}) for i, item in enumerate(items)]


def _changed(ctx: Context, i: int) -> str:
    given = ctx.param("text", i)
    if not isinstance(given, str):
        raise NodeFailed(
            f"Expected a text, got {given!r}.",
            hint="Choose a field that holds a text.",
            item=i,
            field="text",
        )
    return _CHANGES[ctx.param("to", i)](given)
