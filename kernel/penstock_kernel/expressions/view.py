"""What expressions and code of one step may see of the execution around it.

The engine builds it (`lineage.py` answers `paired`), `resolve.py` reads it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from penstock_sdk import Item


class NodeView(Protocol):
    """Another node of the workflow, as `$('Name')` sees it."""

    name: str
    executed: bool
    parameter: Mapping[str, Any]  # its unresolved config
    run_index: int  # of its latest run

    @property
    def context(self) -> Mapping[str, Any]:
        """How far it is, where it is a loop."""
        ...

    def items(self, *, port: int | None = None, run: int | None = None) -> Sequence[Item]:
        """Its output: the first port with items, of its latest run, unless said otherwise."""
        ...


class StepView(Protocol):
    """One step that is about to run."""

    items: Sequence[Item]  # of the first input

    @property
    def facts(self) -> Mapping[str, Any]:
        """`ctx` of docs/guests.md without `input`, `nodes` and `static`."""
        ...

    def node(self, name: str) -> NodeView | None:
        """The node with this name, or None where the workflow has none."""
        ...

    def node_names(self) -> Sequence[str]:
        """All nodes of the workflow, for expressions that name one dynamically."""
        ...

    def paired(self, name: str) -> Sequence[Item | None]:
        """For each input item, the item of that node it descends from (None: there is none)."""
        ...
