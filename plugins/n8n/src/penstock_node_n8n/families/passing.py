"""Nodes that pass items on as they are."""

from __future__ import annotations

from collections.abc import Mapping

from penstock_node_n8n.source import Mapped, Mapper, Source


def _noop(source: Source) -> Mapped:
    return Mapped(type="penstock/flow.noop")


MAPPINGS: Mapping[str, Mapper] = {"n8n-nodes-base.noOp": _noop}
