/**
 * Where everything lies.
 *
 * The rules:
 *
 * - Places of a document are of the whole canvas, those of nodes in a container too.
 * - A node without one stands behind what leads to it: what was written by hand or by a program
 *   opens as a flow and not as a heap.
 * - A container is as large as its body wants it, and begins where its body does if that is
 *   further left or higher than its own place.
 */

import { type Document, edgesOf, type Node, nodesOf, type Point } from "~/model/document";
import { type Box, around as union } from "~/model/layout";
import { grouped } from "./grouped";
import { BODY, CARD_WIDTH, EMPTY_BODY } from "./sizes";

const GAP = { x: 96, y: 48 } as const;

export interface Measures {
  readonly heightOf: (node: Node) => number;
  readonly isContainer: (node: Node) => boolean;
}

/** The box of each node, containers with their bodies. */
export function boxesOf(document: Document, measures: Measures): ReadonlyMap<string, Box> {
  const boxes = new Map<string, Box>();
  const children = grouped(nodesOf(document), (node) => node.parent ?? "");
  const placed = layered(document, children, measures);
  const measure = (node: Node): Box => {
    const [x, y] = document.layout?.[node.id] ? pointOf(document, node.id) : placed(node.id);
    const inner = (children.get(node.id) ?? []).map(measure);
    const own = { x, y, width: CARD_WIDTH, height: measures.heightOf(node) };
    const box = measures.isContainer(node) || inner.length > 0 ? around(own, inner) : own;
    boxes.set(node.id, box);
    return box;
  };
  const known = new Set(nodesOf(document).map((node) => node.id));
  for (const node of nodesOf(document)) {
    if (!node.parent || !known.has(node.parent)) {
      measure(node);
    }
  }
  return boxes;
}

function pointOf(document: Document, id: string): Point {
  const place = document.layout?.[id];
  return [place?.[0] ?? 0, place?.[1] ?? 0];
}

/** A container's box around the boxes of its body. */
export function around(own: Box, inner: readonly Box[]): Box {
  const body = union(inner);
  if (!body) {
    const width = Math.max(own.width, EMPTY_BODY.width);
    return { ...own, width, height: own.height + EMPTY_BODY.height };
  }
  const x = Math.min(own.x, body.x - BODY.left);
  const y = Math.min(own.y, body.y - BODY.top - own.height);
  const width = Math.max(CARD_WIDTH, body.x + body.width + BODY.right - x);
  const height = Math.max(own.height + EMPTY_BODY.height, body.y + body.height + BODY.bottom - y);
  return { x, y, width, height };
}

type Children = ReadonlyMap<string, readonly Node[]>;

/** Places for nodes that have none, by how many steps lead to them. */
function layered(document: Document, children: Children, measures: Measures) {
  const found = new Map<string, Point>();
  const ranks = ranksOf(document);
  const fill = (parent: string, at: Point): Point => {
    const columns = grouped(children.get(parent) ?? [], (node) => String(ranks.get(node.id)));
    let [x, lowest] = [at[0], at[1]];
    for (const rank of [...columns.keys()].sort((a, b) => Number(a) - Number(b))) {
      let [y, widest] = [at[1], 0];
      for (const node of columns.get(rank) ?? []) {
        found.set(node.id, [x, y]);
        const size = sizeOf(node, [x, y]);
        widest = Math.max(widest, size[0]);
        y += size[1] + GAP.y;
      }
      lowest = Math.max(lowest, y - GAP.y);
      x += widest + GAP.x;
    }
    return [Math.max(at[0], x - GAP.x), lowest];
  };
  const sizeOf = (node: Node, at: Point): Point => {
    const head = measures.heightOf(node);
    if (!children.has(node.id)) {
      const body = measures.isContainer(node) ? EMPTY_BODY : { width: 0, height: 0 };
      return [Math.max(CARD_WIDTH, body.width), head + body.height];
    }
    const end = fill(node.id, [at[0] + BODY.left, at[1] + head + BODY.top]);
    return [end[0] + BODY.right - at[0], end[1] + BODY.bottom - at[1]];
  };
  let filled = false;
  return (id: string): Point => {
    if (!filled) {
      filled = true;
      fill("", [0, 0]);
    }
    return found.get(id) ?? [0, 0];
  };
}

/** How many steps lead to each node at most; edges that close a circle do not count. */
export function ranksOf(document: Document): ReadonlyMap<string, number> {
  const into = grouped(edgesOf(document), (edge) => edge.to[0] ?? "");
  const ranks = new Map<string, number>();
  const open = new Set<string>();
  const rank = (id: string): number => {
    const known = ranks.get(id);
    if (known !== undefined) {
      return known;
    }
    if (open.has(id)) {
      return -1;
    }
    open.add(id);
    const before = (into.get(id) ?? []).filter((edge) => !edge.back);
    const highest = Math.max(-1, ...before.map((edge) => rank(edge.from[0] ?? "")));
    open.delete(id);
    ranks.set(id, highest + 1);
    return highest + 1;
  };
  for (const node of nodesOf(document)) {
    rank(node.id);
  }
  return ranks;
}

/** Whether some node or note has no place yet. */
export function lacksPlaces(document: Document): boolean {
  return nodesOf(document).some((node) => !document.layout?.[node.id]);
}
