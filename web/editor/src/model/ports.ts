/** The ports of nodes, and what can be connected with what. */

import type { Document, Edge, Node, NodePorts, NodeType, Port } from "./document";
import { edgesOf, findNode } from "./document";

export type PortsByNode = Readonly<Record<string, NodePorts>>;
export type Types = ReadonlyMap<string, NodeType>;

const MAIN: Port = { name: "main", title: "Main", kind: "main" };
const ERROR: Port = { name: "error", title: "Error", kind: "main" };
const UNKNOWN: NodePorts = { inputs: [MAIN], outputs: [MAIN] };

/** The ports of a node: as the server told them, else as its type has them, else one each. */
export function portsOf(node: Node, told: PortsByNode, types: Types): NodePorts {
  const ports = told[node.id] ?? types.get(node.type)?.ports ?? UNKNOWN;
  return withErrorPort(ports, node.settings?.on_error === "error_port");
}

/** Settings say at once whether there is a port for errors; the server says it a moment later. */
export function withErrorPort(ports: NodePorts, wanted: boolean): NodePorts {
  const known = ports.outputs.some((port) => port.name === "error");
  return wanted && !known ? { ...ports, outputs: [...ports.outputs, ERROR] } : ports;
}

/** Why two ports cannot be connected. */
export type Misfit = "kind" | "self" | "container" | "twice" | "missing";

export function fits(from: Port, to: Port): boolean {
  return from.kind === to.kind;
}

export interface Plug {
  readonly node: Node;
  readonly port: Port;
}

/** What keeps an output from being connected with an input; undefined: nothing does. */
export function misfit(document: Document, from: Plug, to: Plug): Misfit | undefined {
  if (!fits(from.port, to.port)) {
    return "kind";
  }
  if (from.node.id === to.node.id && from.port.kind !== "main") {
    return "self";
  }
  if ((from.node.parent ?? null) !== (to.node.parent ?? null)) {
    return "container";
  }
  const isSame = (edge: Edge) =>
    edge.from[0] === from.node.id &&
    edge.from[1] === from.port.name &&
    edge.to[0] === to.node.id &&
    edge.to[1] === to.port.name;
  return edgesOf(document).some(isSame) ? "twice" : undefined;
}

/** The input by which a node of this type can follow a port; undefined: it cannot. */
export function inputFor(type: NodeType, from: Port): Port | undefined {
  return type.ports.inputs.find((port) => fits(from, port));
}

/** The output by which a node of this type can lead into a port. */
export function outputFor(type: NodeType, to: Port): Port | undefined {
  return type.ports.outputs.find((port) => fits(port, to) && port.name !== "error");
}

export const isTrigger = (type: NodeType): boolean => type.kind.startsWith("trigger");

/** Whether a node may be what a cycle returns to. */
export function isLoop(ports: NodePorts): boolean {
  return ports.outputs.some((port) => port.name === "loop");
}

/** The nodes of a document that a cycle may return to. */
export function loopTest(
  document: Document,
  told: PortsByNode,
  types: Types,
): (id: string) => boolean {
  return (id) => {
    const node = findNode(document, id);
    return node !== undefined && isLoop(portsOf(node, told, types));
  };
}
