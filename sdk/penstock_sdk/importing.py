"""What an importer gives: documents, and what a person should know about each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct


class Remark(Struct, frozen=True, kw_only=True):
    """One thing that was not carried over as it was."""

    #: Stable; the importer documents its list.
    code: str
    message: str
    #: Id of the node in the new document; empty where it is about the whole workflow.
    node: str = ""
    #: Where in the original node, `options.timeout` say.
    field: str = ""
    #: The workflow cannot do what it did before until somebody mends this.
    blocks: bool = False


class ImportedNode(Struct, frozen=True, kw_only=True):
    """What became of one node of the original."""

    #: As the other product calls it, with the version where that counts.
    type: str
    #: False: a placeholder stands for it.
    mapped: bool


class Imported(Struct, frozen=True, kw_only=True):
    """One imported workflow."""

    #: In format `penstock/1`.
    document: Mapping[str, Any]
    remarks: Sequence[Remark] = ()
    nodes: Sequence[ImportedNode] = ()

    @property
    def ready(self) -> bool:
        """Can it run as it is?"""
        return not any(remark.blocks for remark in self.remarks)

    @property
    def score(self) -> float:
        """Share of its nodes that were mapped, from 0 to 1."""
        return sum(node.mapped for node in self.nodes) / len(self.nodes) if self.nodes else 1.0


class Importer(Protocol):
    """Turns the workflows of another product into ours. It reads hostile files.

    `data` is the JSON value of the file, or its text where it holds no JSON. Nothing in it is ever
    evaluated, and what cannot be carried over is kept in a placeholder and remarked upon.
    """

    @property
    def name(self) -> str:
        """As a person writes it: `penstock import NAME FILE`."""
        ...

    def matches(self, data: Any) -> bool:
        """Is this a file of that product? Must be quick and never raise."""
        ...

    def convert(self, data: Any) -> Sequence[Imported]:
        """The workflows of the file.

        Raises:
            NodeFailed: It cannot be read at all, with what stands in the way.
        """
        ...
