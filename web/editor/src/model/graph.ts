/** How the nodes of a document are connected. */

import { type Document, type Edge, edgesOf, nodesOf, type Point, placeOf } from "./document";

export interface Links {
  /** Node to the edges that lead there. */
  readonly into: ReadonlyMap<string, readonly Edge[]>;
  /** Node to the edges that leave it, in their order. */
  readonly out: ReadonlyMap<string, readonly Edge[]>;
}

const KNOWN = new WeakMap<readonly Edge[], Links>();

/** The edges by node; of the same edges it is made once. */
export function linksOf(document: Document): Links {
  const edges = edgesOf(document);
  // What can still change, as a list in a draft, is the same object before and after that.
  const keeps = Object.isFrozen(edges);
  const known = keeps ? KNOWN.get(edges) : undefined;
  if (known) {
    return known;
  }
  const into = new Map<string, Edge[]>();
  const out = new Map<string, Edge[]>();
  for (const edge of edges) {
    push(out, edge.from[0] ?? "", edge);
    push(into, edge.to[0] ?? "", edge);
  }
  const links = { into, out };
  keeps && KNOWN.set(edges, links);
  return links;
}

function push(map: Map<string, Edge[]>, key: string, edge: Edge): void {
  const list = map.get(key);
  list ? list.push(edge) : map.set(key, [edge]);
}

/** Whether items of one node arrive at another; not by way of what is blocked. */
export function reaches(
  links: Links,
  from: string,
  to: string,
  blocked: string | Iterable<string> = [],
): boolean {
  const seen = new Set(typeof blocked === "string" ? [blocked] : blocked);
  const waiting = [from];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node === to) {
      return true;
    }
    if (!seen.has(node)) {
      seen.add(node);
      waiting.push(...after(links, node));
    }
  }
  return false;
}

/** Targets of the edges that go forward. */
function after(links: Links, node: string): string[] {
  return (links.out.get(node) ?? []).filter((edge) => !edge.back).map((edge) => edge.to[0] ?? "");
}

/** All nodes before some, these included. */
export function upstream(document: Document, ids: Iterable<string>): ReadonlySet<string> {
  const { into } = linksOf(document);
  return spread(ids, (node) => (into.get(node) ?? []).map((edge) => edge.from[0] ?? ""));
}

/** All nodes behind some, these included. */
export function downstream(document: Document, ids: Iterable<string>): ReadonlySet<string> {
  const { out } = linksOf(document);
  return spread(ids, (node) => (out.get(node) ?? []).map((edge) => edge.to[0] ?? ""));
}

function spread(ids: Iterable<string>, next: (node: string) => string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [...ids];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (!found.has(node)) {
      found.add(node);
      waiting.push(...next(node));
    }
  }
  return found;
}

/** Nodes that nothing leads to, from top to bottom; those in containers where asked for. */
export function roots(document: Document, parent: string | null = null): readonly string[] {
  const { into } = linksOf(document);
  const free = nodesOf(document).filter(
    (node) => (node.parent ?? null) === parent && !(into.get(node.id) ?? []).some((e) => !e.back),
  );
  return ordered(
    document,
    free.map((node) => node.id),
  );
}

/** Ids as they stand on the canvas: from top to bottom, then from left to right. */
export function ordered(document: Document, ids: Iterable<string>): readonly string[] {
  const place = (id: string): Point => placeOf(document, id);
  return [...ids].sort((a, b) => {
    const [[ax, ay], [bx, by]] = [place(a), place(b)];
    return ay - by || ax - bx || (a < b ? -1 : 1);
  });
}

/** Nodes directly before or behind one, in the order of their edges, each once. */
export function neighbours(document: Document, id: string, side: "before" | "behind"): string[] {
  const links = linksOf(document);
  const found =
    side === "before"
      ? (links.into.get(id) ?? []).map((edge) => edge.from[0] ?? "")
      : (links.out.get(id) ?? []).map((edge) => edge.to[0] ?? "");
  return [...new Set(found)].filter((one) => one !== id);
}
