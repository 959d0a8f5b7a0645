"""A step as code sees it that was given other items than the step's own, one of them, say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from penstock_kernel.expressions.view import NodeView, StepView
from penstock_sdk import Item


class ItemsView:
    """A step with a part of its items, or with new ones. Implements `StepView`."""

    def __init__(self, view: StepView, items: Sequence[Item]) -> None:
        self.items = items
        self._view = view

    @property
    def facts(self) -> Mapping[str, Any]:
        return self._view.facts

    def node(self, name: str) -> NodeView | None:
        return self._view.node(name)

    def node_names(self) -> Sequence[str]:
        return self._view.node_names()

    def paired(self, name: str) -> Sequence[Item | None]:
        """By object: an item that the step was not given descends from nothing that is known."""
        found = {
            id(item): other
            for item, other in zip(self._view.items, self._view.paired(name), strict=False)
        }
        return [found.get(id(item)) for item in self.items]
