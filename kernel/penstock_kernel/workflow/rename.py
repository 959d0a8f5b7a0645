"""Give a node another name, and rewrite the expressions and the code that name it.

Ids do not change, so edges, layout and fixtures need nothing. A reference keeps its quotes; what is
not a reference is not touched, whatever it looks like.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast

import msgspec

from penstock_kernel.workflow.document import Document, NodeSpec
from penstock_kernel.workflow.findings import DocumentInvalid, Finding
from penstock_kernel.workflow.references import Language, Languages, Reference, text_references

_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*\Z")
_MAX_LENGTH = 200


def no_code(_node: NodeSpec) -> Languages:
    """Says of every node that none of its config is code."""
    return {}


def rename(
    document: Document,
    node_id: str,
    new_name: str,
    *,
    languages: Callable[[NodeSpec], Languages] = no_code,
) -> Document:
    """A document in which the node has the new name, wherever it is named.

    Args:
        document: Is not changed.
        node_id: The node to rename.
        new_name: What it is called from now on.
        languages: Which keys of a node's config hold code, and in which language.

    Raises:
        DocumentInvalid: There is no such node, or it cannot have that name.
    """
    old_name = _old_name(document, node_id)
    _check(document, node_id, new_name)
    nodes = [
        _renamed(node, old_name, new_name, languages(node), is_target=node.id == node_id)
        for node in document.nodes
    ]
    return msgspec.structs.replace(document, nodes=nodes)


def rewrite(text: str, old_name: str, new_name: str, language: Language | None = None) -> str:
    """The text with every reference to the old name turned into one to the new name."""
    for reference in reversed(text_references(text, language)):
        if reference.name == old_name:
            text = text[: reference.start] + _written(reference, new_name) + text[reference.end :]
    return text


def _old_name(document: Document, node_id: str) -> str:
    for node in document.nodes:
        if node.id == node_id:
            return node.name
    raise DocumentInvalid(
        [
            Finding(
                code="document.unknown_node",
                message=f"There is no node with the id {node_id!r}",
                fix="Use one of the ids in the document.",
            )
        ],
        name=document.name,
    )


def _check(document: Document, node_id: str, name: str) -> None:
    problem = ""
    if not name.strip() or len(name) > _MAX_LENGTH or any(ord(letter) < 32 for letter in name):
        problem = "A name has 1 to 200 characters and no line break"
    elif any(node.name == name and node.id != node_id for node in document.nodes):
        problem = f"Another node is called {name!r}"
    if problem:
        finding = Finding(
            code="document.bad_name", message=problem, fix="Choose another name.", node=node_id
        )
        raise DocumentInvalid([finding], name=document.name)


def _renamed(
    node: NodeSpec, old: str, new: str, languages: Languages, *, is_target: bool
) -> NodeSpec:
    config = {
        key: _rewritten(value, old, new, languages.get(key)) for key, value in node.config.items()
    }
    return msgspec.structs.replace(node, name=new if is_target else node.name, config=config)


def _rewritten(value: Any, old: str, new: str, language: Language | None) -> Any:
    if isinstance(value, str):
        return rewrite(value, old, new, language)
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        return {key: _rewritten(member, old, new, language) for key, member in members.items()}
    if isinstance(value, list | tuple):
        return [_rewritten(member, old, new, language) for member in cast("list[Any]", value)]
    return value


def _written(reference: Reference, name: str) -> str:
    if reference.literal.startswith("."):
        return f".{name}" if _IDENTIFIER.match(name) else "[" + _quoted(name, '"') + "]"
    return _quoted(name, reference.literal[0])


def _quoted(name: str, quote: str) -> str:
    text = name.replace("\\", "\\\\").replace(quote, "\\" + quote)
    if quote == "`":
        text = text.replace("${", "\\${")
    # The template would be split there by a reader that does not know about strings.
    return quote + text.replace("}}", "}\\x7d") + quote
