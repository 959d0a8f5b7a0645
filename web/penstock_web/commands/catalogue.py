"""`penstock nodes` and `penstock plugins`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from penstock_kernel.packages.catalog import NodeType
from penstock_kernel.packages.loader import Plugins
from penstock_kernel.workflow.findings import nearest
from penstock_sdk import PenstockError, Ports
from penstock_sdk.schema import port_entry
from penstock_web import exit_codes
from penstock_web.commands.assembly import chosen_settings, known_plugins, tell_rejected
from penstock_web.commands.parameters import rows
from penstock_web.commands.terminal import (
    compact,
    print_json,
    print_rich,
    print_text,
    short,
    shown,
)
from penstock_web.errors import CommandRefused


def show_nodes(name: str, packages: Sequence[Path], *, as_json: bool) -> int:
    """All node types, those whose name holds a word, or one in full.

    Raises:
        CommandRefused: There is none of this name.
    """
    plugins = known_plugins(chosen_settings(), packages)
    tell_rejected(plugins, packages)
    exact = plugins.latest(name) if name else None
    if exact is not None:
        _show_one(exact, plugins, as_json=as_json)
        return exit_codes.OK
    found = [node for node in _latest(plugins) if _matches(node, name)]
    if name and not found:
        message = f"No node type has {name!r} in its name."
        hint = nearest(name, sorted(plugins.types())) or "`penstock nodes` lists them all."
        raise CommandRefused(message, hint=hint)
    if as_json:
        print_json([_described(node) for node in found])
    else:
        _print_nodes(found)
    return exit_codes.OK


def _latest(plugins: Plugins) -> list[NodeType]:
    found = (plugins.latest(type_) for type_ in plugins.types())
    return [node for node in found if node is not None]


def _described(node: NodeType) -> dict[str, Any]:
    """What the catalogue shows, with the ports it has before anybody configured it."""
    entry = dict(node.describe())
    if entry.get("ports_from_config"):
        ports = _ports(node)
        entry["inputs"] = [port_entry(port) for port in ports.inputs]
        entry["outputs"] = [port_entry(port) for port in ports.outputs]
    return entry


def _ports(node: NodeType) -> Ports:
    try:
        return node.ports({})
    except PenstockError:
        return Ports()  # a package whose code fails without a configuration is shown without ports


def _matches(node: NodeType, word: str) -> bool:
    description = node.describe()
    words = [node.id, node.title, *description.get("aliases", ())]
    return any(word.lower() in text.lower() for text in words)


def _print_nodes(found: Sequence[NodeType]) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column("node type", no_wrap=True)
    for name in ("version", "title", "description"):
        table.add_column(name)
    for node in found:
        about = str(node.describe().get("description", ""))
        table.add_row(node.id, str(node.version), shown(node.title), shown(about))
    print_rich(table)


def show_example(name: str, packages: Sequence[Path], *, as_json: bool) -> int:
    """The workflow that shows a node at work; it is JSON, whether that was asked for or not.

    Raises:
        CommandRefused: None is named, there is no such node type, or it brings no example.
    """
    if not name:
        message = "--example needs the name of a node type."
        hint = "As in `penstock nodes penstock/data.set --example`; `penstock nodes` lists them."
        raise CommandRefused(message, hint=hint)
    plugins = known_plugins(chosen_settings(), packages)
    node = plugins.latest(name)
    if node is None:
        hint = nearest(name, sorted(plugins.types())) or "`penstock nodes` lists them all."
        raise CommandRefused(f"There is no node type {name!r}.", hint=hint)
    example = node.example()
    if example is None:
        hint = f"`penstock nodes {name}` tells what it takes."
        raise CommandRefused(f"{name} brings no example.", hint=hint)
    print_text(example.rstrip("\n"))
    return exit_codes.OK


def _show_one(node: NodeType, plugins: Plugins, *, as_json: bool) -> None:
    description = _described(node)
    if as_json:
        print_json(description)
        return
    older = [str(one) for one in plugins.versions(node.id) if one != node.version]
    also = f" (also {', '.join(older)})" if older else ""
    print_rich(f"[bold]{shown(node.title)}[/]  {node.id} version {node.version}{also}")
    for key in ("description", "docs"):
        if description.get(key):
            print_rich(f"\n{shown(description[key])}")
    for title, key in (("Inputs", "inputs"), ("Outputs", "outputs")):
        names = ", ".join(port["name"] for port in description.get(key, ())) or "none"
        more = "; its parameters may change them" if description.get("ports_from_config") else ""
        print_rich(f"{'' if key == 'outputs' else chr(10)}{title}: {shown(names)}{more}")
    for port in description.get("outputs", ()):
        if port.get("sample") is not None:
            print_rich(f"Sample of {shown(port['name'])}: {short(compact(port['sample']), 200)}")
    print_rich(f"Effects: {_effects(description)}")
    _print_parameters(node.config_schema)
    if node.example() is not None:
        print_rich(f"\nAn example that runs: penstock nodes {node.id} --example")


def _effects(description: Mapping[str, Any]) -> str:
    more = "; its parameters may change them" if description.get("effects_from_config") else ""
    return f"{description.get('effects', 'unknown')}{more}"


def _print_parameters(schema: Mapping[str, Any]) -> None:
    table = Table("parameter", "what it takes", "default", "title", box=None, pad_edge=False)
    for row in rows(schema):
        table.add_row(*map(shown, row))
    print_text("" if table.row_count else "\nNo parameters.")
    if table.row_count:
        print_rich(table)


def show_plugins(packages: Sequence[Path], *, as_json: bool) -> int:
    """Accepted packages, then the rejected ones with the reason and what to change."""
    plugins = known_plugins(chosen_settings(), packages)
    if as_json:
        print_json({"accepted": plugins.accepted, "rejected": plugins.rejected})
        return exit_codes.OK
    table = Table("package", "version", "kind", "nodes", "from", box=None, pad_edge=False)
    for package in plugins.accepted:
        count = str(len(package.nodes))
        table.add_row(
            package.package, shown(package.version), package.kind, count, shown(package.origin)
        )
    print_rich(table)
    for rejection in plugins.rejected:
        print_text(
            f"\nrejected: {rejection.package}\n  {rejection.reason}\n  {rejection.hint}"
            f"\n  {rejection.code}"
        )
    return exit_codes.OK
