/** The flow as a list: each node once, below what leads to it. */

import { type Document, findNode, type Node, nodesOf } from "~/model/document";
import { linksOf, ordered, roots } from "~/model/graph";
import { folded, searchDocument } from "~/model/search";

export interface Line {
  readonly node: Node;
  readonly depth: number;
  /** Names of the nodes that lead to it, and that it leads to, with the port where it has several. */
  readonly from: readonly string[];
  readonly to: readonly string[];
}

export function outlineOf(document: Document): readonly Line[] {
  const lines: Line[] = [];
  const seen = new Set<string>();
  const links = linksOf(document);
  const nameOf = (id: string) => findNode(document, id)?.name ?? id;
  const visit = (id: string, depth: number): void => {
    const node = findNode(document, id);
    if (!node || seen.has(id)) {
      return;
    }
    seen.add(id);
    const out = links.out.get(id) ?? [];
    const several = new Set(out.map((edge) => edge.from[1])).size > 1;
    lines.push({
      node,
      depth,
      from: (links.into.get(id) ?? []).map((edge) => nameOf(edge.from[0] ?? "")),
      to: out.map((edge) => {
        const name = nameOf(edge.to[0] ?? "");
        return several || edge.from[1] !== "main" ? `${edge.from[1]} → ${name}` : name;
      }),
    });
    for (const inner of roots(document, id)) {
      visit(inner, depth + 1);
    }
    for (const edge of out) {
      // A branch is one step further in; a line of nodes stays a line.
      visit(edge.to[0] ?? "", several ? depth + 1 : depth);
    }
  };
  for (const id of roots(document)) {
    visit(id, 0);
  }
  // What runs in a circle has no beginning.
  for (const id of ordered(
    document,
    nodesOf(document).map((node) => node.id),
  )) {
    visit(id, 0);
  }
  return lines;
}

/** By node: where in its config something was found, and what; empty: in its name or type. */
export type Places = ReadonlyMap<string, string>;

const MOST = 10_000;
const BEFORE = 16;

/** Where a text stands in the nodes of a flow; null where nothing is looked for. */
export function placesOf(document: Document, query: string): Places | null {
  const wanted = folded(query.trim());
  if (!wanted) {
    return null;
  }
  const places = new Map<string, string>();
  for (const { kind, id, field, text } of searchDocument(document, query, MOST)) {
    if (kind === "node" && !places.has(id)) {
      const from = Math.max(0, folded(text).indexOf(wanted) - BEFORE);
      const isOwn = field === "name" || field === "type";
      places.set(id, isOwn ? "" : `${field}: ${from > 0 ? "…" : ""}${text.slice(from, from + 80)}`);
    }
  }
  return places;
}
