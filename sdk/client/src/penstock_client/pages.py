"""Lists that come in pages, read as one list or page by page."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Generator
from typing import Any, Generic, TypeVar

import msgspec

from penstock_client.transport import Asked, Transport

T = TypeVar("T")


class Page(msgspec.Struct, Generic[T], frozen=True):
    """Some of a list."""

    items: list[T]
    #: Where the next page begins; none: this is the last one.
    next_cursor: str | None = None


class Pages(Generic[T]):
    """A list of the server.

    `async for` goes through all of it, asking for the next page when it gets there; `await` takes
    the first page alone.
    """

    def __init__(self, transport: Transport, asked: Asked, kind: Any) -> None:
        self._transport = transport
        self._asked = asked
        self._kind = kind

    def __await__(self) -> Generator[Any, None, Page[T]]:
        return self._page(self._asked).__await__()

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for one in page.items:
                yield one

    async def pages(self) -> AsyncGenerator[Page[T]]:
        """Page by page."""
        asked = self._asked
        while True:
            page = await self._page(asked)
            yield page
            if page.next_cursor is None:
                return
            query = {**asked.query, "cursor": page.next_cursor}
            asked = msgspec.structs.replace(asked, query=query)

    async def _page(self, asked: Asked) -> Page[T]:
        page: Page[T] = await self._transport.value(asked, self._kind)
        return page
