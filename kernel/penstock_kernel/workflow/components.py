"""Strongly connected components, by Tarjan's algorithm without recursion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


def components(following: Mapping[str, Sequence[str]]) -> list[set[str]]:
    """The components of a graph given as node to the nodes that follow it."""
    search = _Search(following)
    for node in following:
        if node not in search.index:
            search.run(node)
    return search.found


class _Search:
    def __init__(self, following: Mapping[str, Sequence[str]]) -> None:
        self.following = following
        self.index: dict[str, int] = {}
        self.low: dict[str, int] = {}
        self.stack: list[str] = []
        self.on_stack: set[str] = set()
        self.found: list[set[str]] = []

    def run(self, root: str) -> None:
        path: list[tuple[str, Iterator[str]]] = [self._enter(root)]
        while path:
            node, rest = path[-1]
            unseen = self._advance(node, rest)
            if unseen is not None:
                path.append(self._enter(unseen))
                continue
            path.pop()
            if path:
                parent = path[-1][0]
                self.low[parent] = min(self.low[parent], self.low[node])
            self._close(node)

    def _enter(self, node: str) -> tuple[str, Iterator[str]]:
        self.index[node] = self.low[node] = len(self.index)
        self.stack.append(node)
        self.on_stack.add(node)
        return node, iter(self.following[node])

    def _advance(self, node: str, rest: Iterator[str]) -> str | None:
        for target in rest:
            if target not in self.index:
                return target
            if target in self.on_stack:
                self.low[node] = min(self.low[node], self.index[target])
        return None

    def _close(self, node: str) -> None:
        if self.low[node] != self.index[node]:
            return
        component: set[str] = set()
        while node not in component:
            member = self.stack.pop()
            self.on_stack.discard(member)
            component.add(member)
        self.found.append(component)
