/** Whether a node type can go where it is wanted, and why not. */

import type { Document, Edge, NodePorts, NodeType, Port } from "~/model/document";
import { edgeId, edgesOf, findNode, nodesOf, source, target } from "~/model/document";
import { inputFor, isTrigger, outputFor, portsOf, type Types } from "~/model/ports";
import type { Wanted } from "./store";

/** Why a node type does not fit. */
export type Unfit = "trigger" | "input" | "output" | "container" | "same";

/** What surrounds the place where a node is wanted. */
export interface Place {
  /** The output that is to lead into it. */
  readonly from: Port | undefined;
  /** The input that it is to lead into. */
  readonly to: Port | undefined;
  readonly inContainer: boolean;
  /** Type of the node that it is to take the place of. */
  readonly replacing: NodeType | undefined;
  /** There is nothing yet. */
  readonly isFirst: boolean;
  readonly used: ReadonlySet<string>;
}

export function placeOf(
  document: Document,
  wanted: Wanted,
  told: Readonly<Record<string, NodePorts>>,
  types: Types,
): Place {
  const port = (id: string, name: string, side: "inputs" | "outputs"): Port | undefined => {
    const node = findNode(document, id);
    return node && portsOf(node, told, types)[side].find((one) => one.name === name);
  };
  const edge = edgeOf(document, wanted.edge);
  const from = edge ? source(edge) : wanted.backwards ? undefined : wanted.from;
  const to = edge ? target(edge) : wanted.backwards ? wanted.from : undefined;
  const beside = findNode(document, wanted.replacing ?? from?.node ?? to?.node ?? "");
  const replaced = findNode(document, wanted.replacing ?? "");
  return {
    from: from && port(from.node, from.port, "outputs"),
    to: to && port(to.node, to.port, "inputs"),
    inContainer: Boolean(wanted.parent ?? beside?.parent),
    replacing: replaced && types.get(replaced.type),
    isFirst: nodesOf(document).length === 0,
    used: new Set(nodesOf(document).map((node) => node.type)),
  };
}

export function edgeOf(document: Document, id: string | undefined): Edge | undefined {
  return id === undefined ? undefined : edgesOf(document).find((edge) => edgeId(edge) === id);
}

export function unfit(type: NodeType, place: Place): Unfit | undefined {
  if (place.replacing) {
    return replaces(type, place.replacing);
  }
  if (place.inContainer && isTrigger(type)) {
    return "container";
  }
  if (place.from && !inputFor(type, place.from)) {
    return isTrigger(type) ? "trigger" : "input";
  }
  if (place.to && !outputFor(type, place.to) && !hasUnknownOutputs(type)) {
    return "output";
  }
  return undefined;
}

function replaces(type: NodeType, before: NodeType): Unfit | undefined {
  if (type.id === before.id) {
    return "same";
  }
  return isTrigger(type) && !isTrigger(before) ? "trigger" : undefined;
}

/** A node whose outputs depend on what is filled in shows none before. */
function hasUnknownOutputs(type: NodeType): boolean {
  return (
    type.ports.outputs.length === 0 && type.ports.inputs.length > 0 && type.fields.includes("rules")
  );
}

/** How likely a node type is wanted here; 1 is neutral. */
export function likely(type: NodeType, place: Place): number {
  const isStart = isTrigger(type);
  if (place.replacing) {
    return isStart === isTrigger(place.replacing) ? 1.1 : 0.8;
  }
  if (place.isFirst) {
    return isStart ? 1.4 : 1;
  }
  return (isStart ? 0.7 : 1) * (place.used.has(type.id) ? 1.1 : 1);
}
