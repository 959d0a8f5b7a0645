"""Name other workflows where a document names some: by new ids, or by ids in place of files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from penstock_kernel.workflow.document import Document, NodeSpec

#: The parameter by which nodes name a workflow.
_PARAMETER = "workflow"


def relinked(document: Document, names: Mapping[str, str]) -> Document:
    """A document that names workflows by their new names; others it names as before."""
    nodes = [_relinked(node, names) for node in document.nodes]
    settings = document.settings
    if settings.error_workflow in names:
        settings = msgspec.structs.replace(
            settings, error_workflow=names[settings.error_workflow or ""]
        )
    return msgspec.structs.replace(document, nodes=nodes, settings=settings)


def named_in(document: Document) -> frozenset[str]:
    """The workflows that a document names, and the expressions that it names some by."""
    named = [node.config.get(_PARAMETER) for node in document.nodes]
    return frozenset(
        one for one in (*named, document.settings.error_workflow) if one and isinstance(one, str)
    )


def bare(document: Document) -> Document:
    """A document as somebody else begins with it: without credentials, pinned data and comments."""
    nodes: Sequence[NodeSpec] = [
        msgspec.structs.replace(node, credentials={}) for node in document.nodes
    ]
    return msgspec.structs.replace(document, nodes=nodes, fixtures={}, comments=[])


def _relinked(node: NodeSpec, names: Mapping[str, str]) -> NodeSpec:
    named = node.config.get(_PARAMETER)
    if not isinstance(named, str) or named not in names:
        return node
    return msgspec.structs.replace(node, config={**node.config, _PARAMETER: names[named]})
