/** What each node shows. One that has not changed keeps its object, so that it is not drawn anew. */

import { openThreads } from "~/model/comments";
import {
  type Document,
  type Edge,
  type Finding,
  type Node,
  type NodePorts,
  type NodeType,
  nodesOf,
  type Port,
} from "~/model/document";
import { linksOf } from "~/model/graph";
import { portsOf as knownPorts } from "~/model/ports";
import { subtitle } from "./subtitle";
import type { Mark, StepView } from "./types";

export const PLACEHOLDER = "penstock/core.placeholder";
const NO_FINDINGS: readonly Finding[] = [];

export interface Given {
  readonly document: Document;
  readonly types: ReadonlyMap<string, NodeType>;
  readonly ports: Readonly<Record<string, NodePorts>>;
  readonly findings: ReadonlyMap<string, readonly Finding[]>;
  readonly marks: ReadonlyMap<string, Mark>;
}

interface Kept {
  readonly from: readonly unknown[];
  readonly view: StepView;
}

export type Cache = Map<string, Kept>;

/** Views of all nodes by id; `cache` keeps them from one call to the next. */
export function stepViews(given: Given, cache: Cache): ReadonlyMap<string, StepView> {
  const { document, types, marks } = given;
  const ports = portsOf(given);
  const wired = linksOf(document).out;
  const comments = openThreads(document);
  const held = new Set(nodesOf(document).map((node) => node.parent ?? ""));
  const views = new Map<string, StepView>();
  for (const node of nodesOf(document)) {
    const { inputs, outputs } = ports(node);
    const used = new Set((wired.get(node.id) ?? []).map((edge) => edge.from[1]));
    const loose = outputs.filter((port) => !used.has(port.name)).map((port) => port.name);
    const from = [
      node,
      types.get(node.type),
      given.ports[node.id] ?? types.get(node.type)?.ports,
      [...inputs, ...outputs].map((port) => port.name).join("\n"),
      loose.join("\n"),
      given.findings
        .get(node.id)
        ?.map((one) => `${one.level}${one.message}`)
        .join("\n") ?? "",
      comments.get(node.id) ?? 0,
      Object.keys(document.fixtures?.[node.id] ?? {}).length > 0,
      held.has(node.id),
      marks.get(node.id) ?? "",
    ];
    const kept = cache.get(node.id);
    const same = kept?.from.every((one, index) => one === from[index]);
    const view =
      kept && same ? kept.view : viewOf(node, given, { inputs, outputs, loose, comments, held });
    cache.set(node.id, { from, view });
    views.set(node.id, view);
  }
  return views;
}

interface Around {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly loose: readonly string[];
  readonly comments: ReadonlyMap<string, number>;
  readonly held: ReadonlySet<string>;
}

function viewOf(node: Node, given: Given, around: Around): StepView {
  const type = given.types.get(node.type);
  const container = type?.container === true || around.held.has(node.id);
  // Before the list of types has come, none is called unknown.
  const unknown = node.type === PLACEHOLDER || (given.types.size > 0 && !type);
  return {
    spec: node,
    title: type?.title ?? node.type,
    subtitle: unknown ? originalType(node) : subtitle(node.config, type?.title ?? ""),
    icon: unknown ? "circle-dashed" : (type?.icon ?? "box"),
    trigger: type?.kind.startsWith("trigger") ?? false,
    container,
    unknown,
    inputs: around.inputs,
    outputs: around.outputs,
    loose: around.loose,
    findings: given.findings.get(node.id) ?? NO_FINDINGS,
    comments: around.comments.get(node.id) ?? 0,
    pinned: Object.keys(given.document.fixtures?.[node.id] ?? {}).length > 0,
    hollow: container && !around.held.has(node.id),
    mark: given.marks.get(node.id) ?? "",
  };
}

/** What a placeholder stands for, if it knows. */
function originalType(node: Node): string {
  const original = node.config?.original_type ?? node.config?.type;
  return typeof original === "string" ? original : node.type;
}

/** Its ports, and those that only an edge still names. */
export function portsOf({ document, types, ports }: Pick<Given, "document" | "types" | "ports">) {
  const { into, out } = linksOf(document);
  return (node: Node): NodePorts => {
    const known = knownPorts(node, ports, types);
    return {
      inputs: withUsed(known.inputs, into.get(node.id) ?? [], (edge) => edge.to[1]),
      outputs: withUsed(known.outputs, out.get(node.id) ?? [], (edge) => edge.from[1]),
    };
  };
}

/** A port that is gone and still has an edge is drawn: else nobody could see what is wrong. */
function withUsed(
  ports: readonly Port[],
  edges: readonly Edge[],
  portOf: (edge: Edge) => string | undefined,
): readonly Port[] {
  const names = new Set(ports.map((port) => port.name));
  const gone = edges.map((edge) => ({ name: portOf(edge) ?? "main", kind: edge.kind ?? "main" }));
  const missing = gone.filter(({ name }) => !names.has(name) && names.add(name));
  return missing.length === 0
    ? ports
    : [...ports, ...missing.map((one) => ({ ...one, title: one.name }))];
}
