"""Findings about what stands around the nodes: settings, parents, fixtures, tests, layout."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable, Iterator

from penstock_kernel.expressions.keys import KeyInvalid, key_parts
from penstock_kernel.workflow.document import Document
from penstock_kernel.workflow.findings import Finding, Level, nearest


def part_findings(document: Document) -> Iterator[Finding]:
    """What is wrong with everything but nodes and edges."""
    yield from _settings(document)
    yield from _parents(document)
    nodes = {node.id for node in document.nodes}
    for place, node, level in _mentions(document):
        if node not in nodes:
            yield Finding(
                code="document.unknown_node",
                message=f"{place} names the node {node!r}, and there is none",
                fix=nearest(node, sorted(nodes)) or "Remove it.",
                field=place,
                level=level,
            )


def _settings(document: Document) -> Iterator[Finding]:
    zone = document.settings.timezone
    if zone is not None and not _is_zone(zone):
        yield Finding(
            code="settings.unknown_timezone",
            message=f"There is no time zone called {zone!r}",
            fix=nearest(zone, sorted(zoneinfo.available_timezones()))
            or "Use a name such as 'Europe/Berlin'.",
            field="settings.timezone",
        )
    concurrency = document.settings.concurrency
    yield from _key("concurrency.key", None if concurrency is None else concurrency.key)
    yield from _key("sticky_key", document.settings.sticky_key)


def _key(name: str, template: str | None) -> Iterator[Finding]:
    if template is None:
        return
    try:
        key_parts(template)
    except KeyInvalid as error:
        yield Finding(
            code="settings.key_invalid",
            message=error.message,
            fix=error.hint,
            field=f"settings.{name}",
        )


def _is_zone(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _parents(document: Document) -> Iterator[Finding]:
    parents = {node.id: node.parent for node in document.nodes}
    for node, parent in parents.items():
        seen = {node}
        above = parent
        while above is not None and above in parents and above not in seen:
            seen.add(above)
            above = parents[above]
        if above is not None and above == node:
            yield Finding(
                code="node.parent_cycle",
                message=f"The node {node!r} contains itself",
                fix="Give it another parent, or none.",
                node=node,
                field="parent",
            )


def _mentions(document: Document) -> Iterator[tuple[str, str, Level]]:
    for node in document.nodes:
        if node.parent is not None:
            yield f"nodes.{node.id}.parent", node.parent, "error"
    yield from _listed("fixtures", document.fixtures, "error")
    for index, test in enumerate(document.tests):
        ends = [end for end in (test.start, test.to) if end is not None]
        yield from _listed(f"tests[{index}]", [*ends, *test.mocks, *test.expected], "error")
    for group in document.groups:
        yield from _listed(f"groups.{group.id}", group.nodes, "warning")
    for comment in document.comments:
        ends = [end[0] for end in comment.edge or ()]
        found = [*ends, *([comment.node] if comment.node else [])]
        yield from _listed(f"comments.{comment.id}", found, "warning")
    drawn = {note.id for note in document.notes} | {group.id for group in document.groups}
    yield from _listed("layout", [node for node in document.layout if node not in drawn], "warning")


def _listed(place: str, nodes: Iterable[str], level: Level) -> Iterator[tuple[str, str, Level]]:
    for node in nodes:
        yield place, node, level
