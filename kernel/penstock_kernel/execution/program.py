"""A document made ready to run: its graph, and each node with its type and its parameters."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import ClassVar, Protocol

import msgspec

from penstock_kernel.expressions.resolve import CompiledConfig, compile_config
from penstock_kernel.packages.catalog import NodeType
from penstock_kernel.workflow.containers import Exits, body_of, exits_of, outermost
from penstock_kernel.workflow.document import Document, NodeSpec, canonical
from penstock_kernel.workflow.topology import topology_of
from penstock_kernel.workflow.validate import graph_of
from penstock_sandbox.egress.grants import ANY_HOST, HttpGrant
from penstock_sdk import Effects, PenstockError

DEFAULT_TIMEOUT_S = 300.0


class NodeUnknown(PenstockError):
    """A node cannot run because nothing that is installed provides its type."""

    code: ClassVar[str] = "node.unknown"


class Catalog(Protocol):
    """The node types that are installed."""

    @property
    def nodes(self) -> Mapping[tuple[str, int], NodeType]: ...


class NodePlan(msgspec.Struct, kw_only=True):
    """One node, with everything that running it needs."""

    spec: NodeSpec
    type: NodeType
    config: CompiledConfig
    effects: Effects
    first_output: str
    #: Names of its input ports, in order.
    inputs: tuple[str, ...]
    #: None: no limit.
    timeout_s: float | None
    #: The requests that its package was granted.
    grants: Sequence[HttpGrant]
    #: Runs in this process and never waits for anything.
    is_plain: bool
    #: Plain, and nothing happens outside.
    is_pure: bool


class Program:
    """What an execution runs. Immutable but for what it computes at first use."""

    def __init__(self, document: Document, catalog: Catalog) -> None:
        self.document = document
        self._catalog = catalog
        self.types = {
            node.id: catalog.nodes.get((node.type, node.version)) for node in document.nodes
        }
        self.graph = graph_of(document, catalog)
        self.topology = topology_of(self.graph, is_loop=self._is_loop)
        self.breakpoints = frozenset(node.id for node in document.nodes if node.settings.breakpoint)
        self._plans: dict[str, NodePlan] = {}
        self._bodies: dict[str, Program] = {}

    def node(self, node_id: str) -> NodePlan:
        """A node, made ready at first use."""
        plan = self._plans.get(node_id)
        if plan is None:
            plan = self._plans[node_id] = self._make(self.graph.nodes[node_id])
        return plan

    def body(self, container: str) -> Program:
        """The body of a container, made ready at first use."""
        program = self._bodies.get(container)
        if program is None:
            node = self.graph.nodes[container]
            port = self.node(container).first_output
            document = body_of(
                self.document, node, port, lambda found: graph_of(found, self._catalog)
            )
            program = self._bodies[container] = Program(document, self._catalog)
        return program

    def nearest(self, node_id: str | None) -> str | None:
        """A node of this program's own level: itself, or the container that holds it."""
        if node_id is None or node_id not in self.graph.nodes:
            return None
        return outermost(self.graph.nodes, node_id)

    @cached_property
    def exits(self) -> Exits:
        """Of a body: where its items leave."""
        return exits_of(self.graph)

    @cached_property
    def text(self) -> str:
        """The canonical text of the document."""
        return canonical(self.document)

    @cached_property
    def needs_guests(self) -> bool:
        """Will running it cross into the sandbox, as far as can be seen?"""
        enabled = [node for node in self.document.nodes if not node.settings.disabled]
        return any(self._crosses(self.node(node.id)) for node in enabled)

    @cached_property
    def max_iterations(self) -> int:
        """The limit of every cycle."""
        own = [node.settings.max_iterations or 0 for node in self.document.nodes]
        return max([self.document.settings.max_iterations, *own])

    def _crosses(self, node: NodePlan) -> bool:
        kinds = {field.kind for field in node.type.fields.values()}
        return node.config.crosses or node.type.program is not None or "code" in kinds

    def _is_loop(self, node: NodeSpec) -> bool:
        kind = self.types[node.id]
        return kind is not None and kind.loop

    def _make(self, spec: NodeSpec) -> NodePlan:
        kind = self.types[spec.id]
        if kind is None:
            message = f"The node {spec.name!r} is of an unknown type, {spec.type}."
            raise NodeUnknown(message, hint="Install the package that provides it.")
        ports = self.graph.ports[spec.id]
        config = compile_config(spec.config, kind.fields)
        native = kind.program is None
        effects = kind.effects_of(spec.config)
        is_plain = native and not _waits(kind)
        return NodePlan(
            spec=spec,
            type=kind,
            config=config,
            effects=effects,
            first_output=ports.outputs[0].name if ports.outputs else "main",
            inputs=tuple(port.name for port in ports.inputs if port.kind == "main"),
            # The nodes of a body have limits of their own.
            timeout_s=spec.settings.timeout_s or (None if kind.container else DEFAULT_TIMEOUT_S),
            grants=ANY_HOST if native else _grants(kind),
            is_plain=is_plain,
            is_pure=is_plain and effects == "none",
        )


def _waits(kind: NodeType) -> bool:
    return inspect.iscoroutinefunction(kind.run) or inspect.isasyncgenfunction(kind.run)


def _grants(kind: NodeType) -> tuple[HttpGrant, ...]:
    program = kind.program
    found = () if program is None else program.capabilities.http
    return tuple(HttpGrant(hosts=grant.hosts, methods=grant.methods) for grant in found)
