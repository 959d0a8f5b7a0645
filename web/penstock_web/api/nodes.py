"""Node types: what is installed, what each takes and gives, and an example that runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import Meta
from starlette.responses import Response

from penstock_kernel.execution.program import NodeUnknown
from penstock_kernel.packages.catalog import Accepted, NodeType, Rejection
from penstock_kernel.packages.loader import Plugins
from penstock_kernel.workflow.findings import nearest
from penstock_kernel.workflow.validate_names import code_languages
from penstock_sdk import PenstockError, Port, Ports
from penstock_sdk.schema import port_entry
from penstock_web.http.endpoint import Call, Given, Page, Reply, endpoint

_MOST = 500
#: A picture is a stranger's file: opened by itself it loads and runs nothing.
_OF_STRANGERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "cache-control": "private, max-age=3600",
}


class NoPicture(PenstockError):
    """A package brings no picture of a node type."""

    code: ClassVar[str] = "node.no_picture"


class OneNodeType(Given, frozen=True):
    """Which node type: `penstock/data.set` is the publisher `penstock` and the name `data.set`."""

    publisher: str
    name: str

    @property
    def id(self) -> str:
        """Its full name."""
        return f"{self.publisher}/{self.name}"


class VersionWanted(Given, frozen=True):
    """Which version."""

    #: By default the latest.
    version: Annotated[int, Meta(ge=1, le=1 << 31)] | None = None


class IconWanted(Given, frozen=True):
    """Which picture."""

    #: For a dark ground, where the package has one for that.
    dark: bool = False
    version: Annotated[int, Meta(ge=1, le=1 << 31)] | None = None


class NodesWanted(Given, frozen=True):
    """Which node types to list."""

    #: Part of the name, the title, the description or another word for it.
    search: str = ""
    group: str = ""
    #: `action`, `trigger`, or one of `trigger.manual`, `trigger.webhook`, ….
    kind: str = ""
    package: str = ""
    cursor: str = ""
    limit: Annotated[int, Meta(ge=1, le=_MOST)] = 100


class PortListed(msgspec.Struct, frozen=True, kw_only=True):
    """An input or output of a node."""

    name: str
    title: str
    #: `main` carries items; `ai_*` connects a model, a tool or a memory to an agent.
    kind: str


class NodePorts(msgspec.Struct, frozen=True, kw_only=True):
    """The inputs and outputs of a node."""

    inputs: Sequence[PortListed]
    outputs: Sequence[PortListed]


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One of the things that a node type can do."""

    #: The parameter that says which, and its value for this one.
    field: str
    value: str
    title: str


class NodeListed(msgspec.Struct, frozen=True, kw_only=True):
    """A node type, as a list shows it."""

    id: str
    version: int
    #: All that are installed, the oldest first.
    versions: Sequence[int]
    title: str
    description: str
    group: str
    #: Name of an icon, or of a file in its package.
    icon: str
    #: Its package brings a picture, which is at `/nodes/…/icon`.
    picture: bool
    aliases: Sequence[str]
    kind: str
    package: str
    #: `native`, or how it runs in the sandbox.
    runtime: str
    #: It holds other nodes, its body.
    container: bool
    #: The ports that it has before anything is filled in.
    ports: NodePorts
    #: What it can do, where a parameter says which: to be searched, and to be added at once.
    actions: Sequence[Action]
    #: Names of its parameters, and of those that a credential is put into.
    fields: Sequence[str]
    slots: Sequence[str]
    #: Of the parameters with code that may name nodes: in which language it is written.
    code: Mapping[str, str]


class NodeDocs(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to read about a node type."""

    id: str
    title: str
    description: str
    docs: str
    #: A workflow that shows it at work, if it brings one.
    example: Mapping[str, Any] | None


class Packages(msgspec.Struct, frozen=True):
    """The packages that node types come from, and those that were left out."""

    accepted: Sequence[Accepted]
    rejected: Sequence[Rejection]


@endpoint("GET", "/nodes", needs="node:read")
async def list_nodes(call: Call, query: NodesWanted) -> Page[NodeListed]:
    """The node types that are installed, each in its latest version, by name."""
    found = [one for one in _listed(call.kernel.plugins) if _fits(one, query)]
    rest = [one for one in found if one.id > query.cursor]
    some = rest[: query.limit]
    return Page(some, some[-1].id if len(rest) > len(some) else None)


@endpoint("GET", "/nodes/packages", needs="node:read", tag="nodes")
async def list_packages(call: Call) -> Packages:
    """The packages that node types come from, and why others were left out."""
    plugins = call.kernel.plugins
    return Packages(plugins.accepted, plugins.rejected)


@endpoint("GET", "/nodes/{publisher}/{name}", needs="node:read")
async def show_node(
    call: Call, path: OneNodeType, query: VersionWanted
) -> Reply[Mapping[str, Any]]:
    """Everything there is to know of a node type: its parameters as JSON Schema, ports, effects.

    Raises:
        NodeUnknown: It is not installed.
    """
    node = _node(call, path, query)
    entry = dict(node.describe())
    if entry.get("ports_from_config"):
        ports = _ports_without_config(node)
        entry["inputs"] = [port_entry(port) for port in ports.inputs]
        entry["outputs"] = [port_entry(port) for port in ports.outputs]
    entry["versions"] = list(call.kernel.plugins.versions(node.id))
    entry["lock"] = call.kernel.plugins.lock().get(node.package, "")
    entry["trigger"] = node.trigger
    return Reply(value=entry)


@endpoint("GET", "/nodes/{publisher}/{name}/docs", needs="node:read")
async def show_node_docs(call: Call, path: OneNodeType, query: VersionWanted) -> NodeDocs:
    """What there is to read about a node type, and an example that runs.

    Raises:
        NodeUnknown: It is not installed.
    """
    node = _node(call, path, query)
    entry, example = node.describe(), node.example()
    return NodeDocs(
        id=node.id,
        title=node.title,
        description=str(entry.get("description", "")),
        docs=str(entry.get("docs", "")),
        example=None if example is None else msgspec.json.decode(example),
    )


@endpoint("GET", "/nodes/{publisher}/{name}/icon", needs="node:read", produces="image/*")
async def show_node_icon(call: Call, path: OneNodeType, query: IconWanted) -> Response:
    """The picture that the package of a node type brings; most name a symbol instead.

    Raises:
        NodeUnknown: It is not installed.
        NoPicture: Its package brings none.
    """
    node = _node(call, path, VersionWanted(query.version))
    found = node.icon_file(dark=query.dark)
    if found is None:
        hint = "`icon` of the node type names the symbol to show."
        raise NoPicture(f"The package of {path.id} brings no picture.", hint=hint)
    return Response(found.content, media_type=found.media_type, headers=_OF_STRANGERS)


def _node(call: Call, path: OneNodeType, query: VersionWanted) -> NodeType:
    plugins = call.kernel.plugins
    node = plugins.node(path.id, query.version)
    if node is None:
        wanted = path.id if query.version is None else f"{path.id} in version {query.version}"
        hint = nearest(path.id, plugins.types()) or "GET /api/v1/nodes lists them all."
        raise NodeUnknown(f"There is no node type {wanted}.", hint=hint)
    return node


def _listed(plugins: Plugins) -> Iterator[NodeListed]:
    for name in plugins.types():
        node = plugins.latest(name)
        if node is not None:
            known = {
                **node.describe(),
                "versions": plugins.versions(name),
                "container": node.container,
                "picture": node.icon_file(dark=False) is not None,
                "ports": listed_ports(_ports_without_config(node)),
                "actions": _actions(node),
                "code": dict(code_languages(node.fields)),
                "fields": list(node.fields),
                "slots": [one for one, field in node.fields.items() if field.kind == "credential"],
            }
            yield msgspec.convert(
                {field: known.get(field, "") for field in NodeListed.__struct_fields__}, NodeListed
            )


#: Parameters that say what a node does, by the names that packages give them.
_DECIDING = ("operation", "action", "event", "resource")


def _actions(node: NodeType) -> Sequence[Action]:
    for name in _DECIDING:
        field = node.fields.get(name)
        if field is not None and field.kind == "options" and field.options:
            return [
                Action(field=name, value=value, title=title)
                for value, title in field.options.items()
                if isinstance(value, str)
            ]
    return []


def listed_ports(ports: Ports) -> NodePorts:
    """Ports as a canvas needs them: without schemas and samples."""
    return NodePorts(
        inputs=[_listed_port(port) for port in ports.inputs],
        outputs=[_listed_port(port) for port in ports.outputs],
    )


def _listed_port(port: Port) -> PortListed:
    return PortListed(name=port.name, title=str(port_entry(port)["title"]), kind=port.kind)


def _fits(node: NodeListed, wanted: NodesWanted) -> bool:
    if wanted.group and node.group != wanted.group:
        return False
    if wanted.package and node.package != wanted.package:
        return False
    if wanted.kind and wanted.kind not in (node.kind, node.kind.partition(".")[0]):
        return False
    words = (node.id, node.title, node.description, *node.aliases)
    return any(wanted.search.lower() in word.lower() for word in words)


def _ports_without_config(node: NodeType) -> Ports:
    try:
        return node.ports({})
    except PenstockError:
        return Ports()  # a package whose code fails without a configuration is shown without ports


ENDPOINTS = [list_nodes, list_packages, show_node, show_node_docs, show_node_icon]
