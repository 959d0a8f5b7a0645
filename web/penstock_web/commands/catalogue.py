"""`penstock nodes` and `penstock plugins`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from penstock_kernel.catalog import NodeType
from penstock_kernel.loader import Plugins, load_plugins
from penstock_web import exit_codes
from penstock_web.commands.documents import print_json


def show_nodes(name: str, packages: Sequence[Path], *, as_json: bool) -> int:
    """All node types, those whose name holds a word, or one in full."""
    plugins = load_plugins(folders=packages)
    exact = plugins.latest(name) if name else None
    if exact is not None:
        _show_one(exact, as_json=as_json)
        return exit_codes.OK
    found = [node for node in _latest(plugins) if _matches(node, name)]
    if as_json:
        print_json([node.describe() for node in found])
    elif found:
        _print_nodes(found)
    if name and not found:
        typer.echo(f"No node type has {name!r} in its name.", err=True)
        typer.echo("  penstock nodes lists them all.", err=True)
        return exit_codes.USAGE
    return exit_codes.OK


def _latest(plugins: Plugins) -> list[NodeType]:
    found = (plugins.latest(type_) for type_ in plugins.types())
    return [node for node in found if node is not None]


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
        description = node.describe()
        table.add_row(node.id, str(node.version), node.title, description.get("description", ""))
    Console().print(table)


def _show_one(node: NodeType, *, as_json: bool) -> None:
    description = node.describe()
    if as_json:
        print_json(description)
        return
    console = Console(highlight=False)
    console.print(f"[bold]{node.title}[/]  {node.id} version {node.version}")
    for key in ("description", "docs"):
        if description.get(key):
            console.print(f"\n{description[key]}")
    _print_ports("Inputs", description.get("inputs", ()), console)
    _print_ports("Outputs", description.get("outputs", ()), console)
    _print_fields(node.config_schema, console)


def _print_ports(title: str, ports: Sequence[Mapping[str, Any]], console: Console) -> None:
    names = ", ".join(port["name"] for port in ports) or "none"
    console.print(f"\n{title}: {names}")


def _print_fields(schema: Mapping[str, Any], console: Console) -> None:
    properties: Mapping[str, Mapping[str, Any]] = schema.get("properties", {})
    if not properties:
        console.print("\nNo parameters.")
        return
    table = Table("parameter", "what it takes", "default", "", box=None, pad_edge=False)
    required: Sequence[str] = schema.get("required", ())
    for name, field in properties.items():
        default = "required" if name in required else str(field.get("default", ""))
        table.add_row(name, _takes(field), default, str(field.get("title", "")))
    console.print()
    console.print(table)


def _takes(field: Mapping[str, Any]) -> str:
    if "enum" in field:
        return " | ".join(str(value) for value in field["enum"])
    widget = field.get("x-ui", {}).get("widget", "")
    kind = field.get("type", "any")
    return str(widget or (kind if isinstance(kind, str) else " | ".join(kind)))


def show_plugins(packages: Sequence[Path], *, as_json: bool) -> int:
    """Accepted packages, then the rejected ones with the reason and what to change."""
    plugins = load_plugins(folders=packages)
    if as_json:
        print_json({"accepted": plugins.accepted, "rejected": plugins.rejected})
        return exit_codes.OK
    table = Table("package", "version", "kind", "nodes", "from", box=None, pad_edge=False)
    for package in plugins.accepted:
        count = str(len(package.nodes))
        table.add_row(package.package, package.version, package.kind, count, package.origin)
    Console().print(table)
    for rejection in plugins.rejected:
        typer.echo(f"\nrejected: {rejection.package}\n  {rejection.reason}\n  {rejection.hint}")
    return exit_codes.OK
