"""Look a word up in a dictionary on the web."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from penstock_sdk import Context, Item, Node, NodeFailed, Result, Retry, RetryLater, text

_NOT_FOUND, _TOO_MANY = 404, 429


class Lookup(Node):
    """Look a word up in a dictionary."""

    id = "acme/text.lookup"
    version = 1
    title = "Look up a word"
    description = "Ask a dictionary what a word means"
    group = "text"
    icon = "book-open"
    effects = "idempotent"
    per_item = True
    retry = Retry(max_attempts=3)

    word: str = text(placeholder="e.g. penstock")
    base_url: str = text(default="https://dictionary.example", advanced=True)

    async def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """One request for each item."""
        (item,) = items
        word = ctx.param("word")
        url = f"{ctx.param('base_url')}/words/{quote(word, safe='')}"
        response = await ctx.http.request("GET", url)
        if response.status == _TOO_MANY:
            delay_s = float(response.headers.get("retry-after", "1"))
            raise RetryLater("The dictionary asks to come back later.", delay_s=delay_s)
        if response.status == _NOT_FOUND:
            ctx.log.warning("Word is not known", word=word)
            return []
        if response.status >= 400:
            raise NodeFailed(f"The dictionary answered {response.status}.")
        return [Item({**item.json, "word": word, "meaning": response.json()["meaning"]})]
