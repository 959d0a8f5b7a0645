/** What leads from one text of a workflow to another, put together for who looks. */

import { type Document, edgeId, edgesOf, findNode, nodesOf } from "~/model/document";
import type { Sign } from "./graph/GraphPicture";
import type { Change } from "./history";

export interface Field {
  readonly path: string;
  readonly kind: Change["kind"];
  readonly before: unknown;
  readonly after: unknown;
}

export interface NodeChange {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly sign: Sign;
  readonly fields: readonly Field[];
}

export interface Comparison {
  /** Both texts in one: the later one, and what was taken away. */
  readonly both: Document;
  readonly signs: ReadonlyMap<string, Sign>;
  readonly nodes: readonly NodeChange[];
  readonly edges: readonly { readonly text: string; readonly sign: Sign }[];
  /** Settings, name, tests, notes and the like. */
  readonly others: readonly (Field & { readonly what: Change["what"] })[];
  /** Nodes and notes that only lie elsewhere. */
  readonly moved: number;
}

export function compared(
  before: Document,
  after: Document,
  changes: readonly Change[],
): Comparison {
  const byEdge = signsOfEdges(before, after);
  const nodes = nodesIn(before, after, changes);
  const signs = new Map<string, Sign>([
    ...nodes.map((one) => [one.id, one.sign] as const),
    ...byEdge,
  ]);
  const nameOf = (id: string) => (findNode(after, id) ?? findNode(before, id))?.name ?? id;
  return {
    both: joined(before, after),
    signs,
    nodes,
    edges: changes.filter((one) => one.what === "edge").map((one) => edgeIn(one, nameOf)),
    others: changes
      .filter((one) => !["node", "edge", "layout"].includes(one.what))
      .map((one) => ({
        ...fieldOf(one, [one.id, one.path].filter(Boolean).join(" · ")),
        what: one.what,
      })),
    moved: new Set(changes.filter((one) => one.what === "layout").map((one) => one.id)).size,
  };
}

function nodesIn(
  before: Document,
  after: Document,
  changes: readonly Change[],
): readonly NodeChange[] {
  const byNode = new Map<string, Change[]>();
  for (const one of changes) {
    if (one.what === "node") {
      byNode.set(one.id, [...(byNode.get(one.id) ?? []), one]);
    }
  }
  return [...byNode].map(([id, all]) => {
    const node = findNode(after, id) ?? findNode(before, id);
    const whole = all.find((one) => !one.path && one.kind !== "changed");
    const sign: Sign = whole ? whole.kind : "changed";
    const fields = whole ? [] : all.map((one) => fieldOf(one, one.path ?? ""));
    return { id, name: node?.name ?? id, type: node?.type ?? "", sign, fields };
  });
}

function fieldOf({ kind, before, after }: Change, path: string): Field {
  return { path, kind, before, after };
}

const EDGE = /^(.+)\.([^.]+) -> (.+)\.([^.]+)$/;

function edgeIn(change: Change, nameOf: (id: string) => string) {
  const [, from = "", output = "", to = "", input = ""] = EDGE.exec(change.id) ?? [];
  const port = (name: string) => (name === "main" || !name ? "" : ` (${name})`);
  const text = from ? `${nameOf(from)}${port(output)} → ${nameOf(to)}${port(input)}` : change.id;
  return { text, sign: change.kind };
}

function signsOfEdges(before: Document, after: Document): readonly (readonly [string, Sign])[] {
  const old = new Set(edgesOf(before).map(edgeId));
  const now = new Set(edgesOf(after).map(edgeId));
  return [
    ...[...now].filter((id) => !old.has(id)).map((id) => [id, "added"] as const),
    ...[...old].filter((id) => !now.has(id)).map((id) => [id, "removed"] as const),
  ];
}

function joined(before: Document, after: Document): Document {
  const gone = nodesOf(before).filter((node) => !findNode(after, node.id));
  const known = new Set(edgesOf(after).map(edgeId));
  return {
    format: "penstock/1",
    name: after.name,
    nodes: [...nodesOf(after), ...gone],
    edges: [...edgesOf(after), ...edgesOf(before).filter((edge) => !known.has(edgeId(edge)))],
    layout: { ...before.layout, ...after.layout },
  };
}

/** A value as it stands in a text: what is short on one line. */
export function written(value: unknown): string {
  if (value === undefined || value === null) {
    return "";
  }
  if (typeof value === "string") {
    return value;
  }
  const short = JSON.stringify(value) ?? "";
  return short.length <= 80 ? short : JSON.stringify(value, null, 2);
}
