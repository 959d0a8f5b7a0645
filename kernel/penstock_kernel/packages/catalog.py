"""What the kernel knows about a node type, whatever kind of package it comes from.

A native node is a class in this process. A node of a sandboxed package is data from its manifest
and a `GuestProgram`; its `run` hands that program to `run_package` of the context, which takes it
to the sandbox.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence, Set
from importlib import resources
from typing import Any, ClassVar, Literal, NamedTuple, Protocol

import msgspec

from penstock_sdk import Context, Effects, Field, Item, Node, PenstockError, Ports, Result, Retry
from penstock_sdk.manifest import Capabilities, CredentialType, RuntimeKind
from penstock_sdk.manifest_check import NODE_NAME
from penstock_sdk.node import Trigger
from penstock_sdk.schema import config_schema, describe


class NodeBroken(PenstockError):
    """The code that a package brought to describe its node raised.

    Attributes:
        node_type: The full name of the node type.
    """

    code: ClassVar[str] = "node.broken"

    def __init__(self, node_type: str, what: str, error: Exception) -> None:
        message = f"`{what}` of {node_type} raised {type(error).__name__}: {error}"
        super().__init__(message, hint="Report it to the author of the package.")
        self.node_type = node_type


class GuestProgram(msgspec.Struct, frozen=True, kw_only=True):
    """What the sandbox needs to run a node of a package; see `docs/guests.md`, kind `node`."""

    language: Literal["python", "javascript", "component"]
    #: `acme/weather`
    package: str
    #: `forecast`: the name within the package.
    node: str
    #: `acme/weather.forecast`: the `id` of the class in a Python package.
    node_type: str
    version: int
    #: Path of the main module in the package.
    module: str = ""
    #: javascript: its text. The Python guest imports from `files` alone.
    source: str = ""
    #: Every text file of the package that code may load, by path, the main module included.
    files: Mapping[str, str] = {}
    #: component: the bytes for `Sandbox.prepare`.
    wasm: bytes = b""
    #: Names of the output ports.
    ports: tuple[str, ...] = ("main",)
    per_item: bool = False
    capabilities: Capabilities = Capabilities()
    memory_mb: int | None = None
    timeout_s: float | None = None
    #: `1.2.0#sha256:…`
    lock: str = ""


class PackageContext(Context, Protocol):
    """The context of a step whose node comes from a sandboxed package."""

    async def run_package(self, program: GuestProgram, items: Sequence[Item]) -> Result:
        """Run the program in the sandbox, with the resolved parameters of this step."""
        ...


class IconFile(NamedTuple):
    """A picture of a package."""

    media_type: str
    content: bytes


class NodeType(Protocol):
    """One version of one kind of node."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def package(self) -> str:
        """Id of the package it belongs to."""
        ...

    @property
    def kind(self) -> RuntimeKind: ...
    @property
    def fields(self) -> Mapping[str, Field]: ...
    @property
    def config_schema(self) -> Mapping[str, Any]: ...
    @property
    def retry(self) -> Retry: ...
    @property
    def per_item(self) -> bool: ...
    @property
    def loop(self) -> bool: ...
    @property
    def container(self) -> bool:
        """Does it hold other nodes?"""
        ...

    @property
    def trigger(self) -> str | None:
        """`manual`, `webhook`, `schedule`, `poll` or `event`; None for what is no trigger."""
        ...

    @property
    def implementation(self) -> Node | None:
        """The instance of a native node, for choices, `verify`, `compensate` and triggers."""
        ...

    @property
    def program(self) -> GuestProgram | None:
        """What the sandbox runs; None for native nodes."""
        ...

    def icon_file(self, *, dark: bool) -> IconFile | None:
        """The picture that its package brings; None: its icon is a name, or it has none."""
        ...

    def ports(self, config: Mapping[str, Any]) -> Ports:
        """The ports with this configuration.

        Raises:
            NodeBroken: The node's own code failed.
        """
        ...

    def effects_of(self, config: Mapping[str, Any]) -> Effects:
        """The effects with this configuration.

        Raises:
            NodeBroken: The node's own code failed.
        """
        ...

    def run(
        self, ctx: Context, items: Sequence[Item]
    ) -> Result | Awaitable[Result] | AsyncIterator[Item]: ...

    def example(self) -> str | None:
        """The text of the workflow that shows the node at work, if its package brings one.

        It is `examples/<name>.workflow.json` in the package.
        """
        ...

    def describe(self) -> Mapping[str, Any]:
        """Everything a catalogue shows."""
        ...


class NativeNode:
    """A node type whose class is in this process."""

    kind: RuntimeKind = "native"
    program = None

    def __init__(self, node: type[Node], package: str) -> None:
        instance = node()
        self.implementation = instance
        self.package = package
        self.id, self.version = node.id, node.version
        self.title = node.title or node.__name__
        self.fields = node.fields()
        self.retry, self.per_item, self.loop = node.retry, node.per_item, node.loop
        self.container = node.container
        self.trigger: str | None = node.kind if issubclass(node, Trigger) else None
        self._config_schema: Mapping[str, Any] | None = None
        self._ports = Ports(inputs=node.inputs, outputs=node.outputs)
        self._fixed_ports = node.ports is Node.ports
        self._fixed_effects = node.effects_of is Node.effects_of
        # Bound once: a step of a long chain has no time for look-ups.
        self.run = instance.run

    @property
    def config_schema(self) -> Mapping[str, Any]:
        """The JSON Schema of its parameters, made when it is first asked for."""
        if self._config_schema is None:
            self._config_schema = config_schema(type(self.implementation))
        return self._config_schema

    def icon_file(self, *, dark: bool) -> IconFile | None:
        """See `NodeType.icon_file`: what is native names its icon."""
        del dark
        return None

    def ports(self, config: Mapping[str, Any]) -> Ports:
        """See `NodeType.ports`."""
        if self._fixed_ports:
            return self._ports
        try:
            return self.implementation.ports(config)
        except Exception as error:
            raise NodeBroken(self.id, "ports", error) from error

    def effects_of(self, config: Mapping[str, Any]) -> Effects:
        """See `NodeType.effects_of`."""
        if self._fixed_effects:
            return self.implementation.effects
        try:
            return self.implementation.effects_of(config)
        except Exception as error:
            raise NodeBroken(self.id, "effects_of", error) from error

    def example(self) -> str | None:
        """See `NodeType.example`."""
        package = type(self.implementation).__module__.partition(".")[0]
        file = resources.files(package) / "examples" / f"{self.id.rpartition('.')[2]}.workflow.json"
        return file.read_text("utf-8") if file.is_file() else None

    def describe(self) -> Mapping[str, Any]:
        """See `NodeType.describe`."""
        entry = describe(type(self.implementation))
        return entry | {"package": self.package, "runtime": self.kind}


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """A package that was loaded."""

    #: `acme/weather`
    package: str
    title: str
    version: str
    kind: RuntimeKind
    #: Version and hash, as a workflow keeps them: `1.2.0#sha256:…`, `1.2.0#dev`.
    lock: str
    #: Name of the distribution, or the folder.
    origin: str
    ships: bool = False
    nodes: tuple[str, ...] = ()
    #: Types of credentials that its manifest brings along.
    credentials: tuple[CredentialType, ...] = ()


class Rejection(msgspec.Struct, frozen=True, kw_only=True):
    """A package that was left out."""

    #: Name of the distribution, or the folder.
    package: str
    reason: str
    #: What has to change.
    hint: str
    code: str


class PackageRejected(PenstockError):
    """A package cannot be loaded; becomes a `Rejection`.

    Attributes:
        reason_code: The stable code of this reason.
    """

    code: ClassVar[str] = "package.rejected"

    def __init__(self, reason_code: str, message: str, hint: str) -> None:
        super().__init__(message, hint=hint)
        self.reason_code = reason_code

    def rejection(self, package: str) -> Rejection:
        """As a line of a list."""
        return Rejection(
            package=package, reason=self.message, hint=self.hint, code=self.reason_code
        )


class Catalog:
    """The node types of one kernel, by name and version."""

    def __init__(self) -> None:
        self.nodes: dict[tuple[str, int], NodeType] = {}
        self.accepted: list[Accepted] = []
        self.rejected: list[Rejection] = []
        self._versions: dict[str, list[int]] = {}

    def node(self, type_: str, version: int | None = None) -> NodeType | None:
        """A node type; its latest version unless one is named."""
        return self.latest(type_) if version is None else self.nodes.get((type_, version))

    def latest(self, type_: str) -> NodeType | None:
        """The latest version of a node type."""
        versions = self._versions.get(type_)
        return self.nodes[type_, versions[-1]] if versions else None

    def versions(self, type_: str) -> Sequence[int]:
        """The versions of a node type, oldest first."""
        return tuple(self._versions.get(type_, ()))

    def types(self) -> Sequence[str]:
        """The names of all node types, sorted."""
        return sorted(self._versions)

    def lock(self) -> Mapping[str, str]:
        """Version and hash per package, as a workflow keeps them."""
        return {package.package: package.lock for package in self.accepted}

    def add(self, package: Accepted, nodes: Sequence[NodeType]) -> None:
        """Take in a package whole, or not at all.

        Raises:
            PackageRejected: A name is taken, or is not its own.
        """
        self._claim_package(package)
        taken = set(self.nodes)
        for node in nodes:
            _claim_node(node, package, taken)
            taken.add((node.id, node.version))
        for node in nodes:
            self.nodes[node.id, node.version] = node
            self._versions[node.id] = sorted([*self._versions.get(node.id, ()), node.version])
        self.accepted.append(package)

    def _claim_package(self, package: Accepted) -> None:
        for other in self.accepted:
            if other.package == package.package:
                raise PackageRejected(
                    "package.duplicate",
                    f"The package {package.package} was already loaded from {other.origin}.",
                    "Remove one of the two, or give this one its own `package.id`.",
                )


def _claim_node(node: NodeType, package: Accepted, taken: Set[tuple[str, int]]) -> None:
    if not node.id.startswith(f"{package.package}."):
        raise PackageRejected(
            "package.foreign_name",
            f"It brings the node type {node.id!r}, which is not named after the package.",
            f"Let the ids of its nodes begin with `{package.package}.`.",
        )
    name = node.id.removeprefix(f"{package.package}.")
    if not NODE_NAME.expression.fullmatch(name) or node.version < 1:
        raise PackageRejected(
            "package.node_name",
            f"It brings {node.id!r} version {node.version!r}, which no workflow could name.",
            f"{NODE_NAME.fix} Versions count from 1.",
        )
    if (node.id, node.version) in taken:
        raise PackageRejected(
            "package.node_taken",
            f"It brings version {node.version} of {node.id} twice.",
            "Give each class its own id, or its own version.",
        )
