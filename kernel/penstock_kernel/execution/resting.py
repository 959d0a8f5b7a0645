"""Whether all that goes on side by side only waits, up through workflows that call each other.

The rules:

* What goes on rests when each of its parts waits for a moment; the earliest of these is its own.
* An execution is a part of the step that runs it, a step is a part of its execution.
* What rests uses none of the time that it may take, and may be put down until it is due.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable
from contextlib import contextmanager

Listener = Callable[[int | None], None]


class Rest:
    """The parts of one step or execution, and whether all of them wait."""

    def __init__(self, above: Rest | None = None, key: Hashable = None) -> None:
        """As the part `key` of what stands above."""
        self._above = above
        self._key = key
        self._busy: set[Hashable] = set()
        self._due: dict[Hashable, int] = {}
        self._told: int | None = None
        self.listeners: list[Listener] = []
        #: Was it put down?
        self.put_down = False

    @property
    def is_put_down(self) -> bool:
        """Was it put down, or what it is a part of?"""
        return self.put_down or (self._above is not None and self._above.is_put_down)

    @property
    def due_ms(self) -> int | None:
        """When it goes on, if all of it waits."""
        return min(self._due.values()) if self._due and len(self._due) == len(self._busy) else None

    def begin(self, part: Hashable) -> None:
        """A part begins, or goes on."""
        self._busy.add(part)
        self._due.pop(part, None)
        self._tell()

    def wait(self, part: Hashable, due_ms: int) -> None:
        """A part waits from now on."""
        self._busy.add(part)
        self._due[part] = due_ms
        self._tell()

    def end(self, part: Hashable) -> None:
        """A part has ended."""
        if self.is_put_down:
            return  # it is stopped, and has not ended: when it is due is still to be committed
        self._busy.discard(part)
        self._due.pop(part, None)
        self._tell()

    @contextmanager
    def part(self, part: Hashable) -> Generator[None]:
        """A part, from here to the end of the block."""
        self.begin(part)
        try:
            yield
        finally:
            self.end(part)

    def _tell(self) -> None:
        due_ms = self.due_ms
        if due_ms == self._told:
            return
        self._told = due_ms
        for listener in self.listeners:
            listener(due_ms)
        if self._above is None:
            return
        if due_ms is None:
            self._above.begin(self._key)
        else:
            self._above.wait(self._key, due_ms)
