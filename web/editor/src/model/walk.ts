/** Walking over the canvas by arrow keys: along the edges, else to what is nearest that way. */

import { type Document, type Edge, edgeId, edgesOf, findNode, nodesOf, placeOf } from "./document";
import { neighbours, ordered } from "./graph";

export type Direction = "up" | "down" | "left" | "right";

/** The node to go to; undefined: there is none that way. */
export function walk(document: Document, from: string, direction: Direction): string | undefined {
  if (!findNode(document, from)) {
    return ordered(
      document,
      nodesOf(document).map((node) => node.id),
    )[0];
  }
  if (direction === "left" || direction === "right") {
    const next = neighbours(document, from, direction === "left" ? "before" : "behind");
    return closest(document, from, next) ?? nearest(document, from, direction);
  }
  return sibling(document, from, direction) ?? nearest(document, from, direction);
}

/** Of several, the one at the same height, so that the way back leads where it came from. */
function closest(document: Document, from: string, ids: readonly string[]): string | undefined {
  const [, y] = placeOf(document, from);
  const away = (id: string) => Math.abs(placeOf(document, id)[1] - y);
  return [...ids].sort((a, b) => away(a) - away(b))[0];
}

/** Those that share a source or a target with it, from top to bottom. */
function sibling(document: Document, from: string, direction: "up" | "down"): string | undefined {
  const beside = new Set([
    ...neighbours(document, from, "before").flatMap((id) => neighbours(document, id, "behind")),
    ...neighbours(document, from, "behind").flatMap((id) => neighbours(document, id, "before")),
    from,
  ]);
  const line = ordered(document, beside);
  return line[line.indexOf(from) + (direction === "up" ? -1 : 1)];
}

function nearest(document: Document, from: string, direction: Direction): string | undefined {
  const [x, y] = placeOf(document, from);
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const { id } of nodesOf(document)) {
    const [dx, dy] = [placeOf(document, id)[0] - x, placeOf(document, id)[1] - y];
    const [along, across] = turned(dx, dy, direction);
    // What lies aside counts double: an arrow goes straight where it can.
    const cost = along + 2 * Math.abs(across);
    if (id !== from && along > 0 && cost < least) {
      [best, least] = [id, cost];
    }
  }
  return best;
}

function turned(dx: number, dy: number, direction: Direction): readonly [number, number] {
  switch (direction) {
    case "left":
      return [-dx, dy];
    case "right":
      return [dx, dy];
    case "up":
      return [-dy, dx];
    case "down":
      return [dy, dx];
  }
}

/**
 * The edge to go to next: from a node the first that leaves it, else the first that enters it; from
 * an edge the one after it, so that all of them can be reached.
 */
export function nextEdge(
  document: Document,
  { node, edge }: { readonly node: string; readonly edge: string },
): Edge | undefined {
  const all = edgesOf(document);
  const at = all.findIndex((one) => edgeId(one) === edge);
  if (at >= 0) {
    return all[(at + 1) % all.length];
  }
  const touching = all.find((one) => one.from[0] === node) ?? all.find((one) => one.to[0] === node);
  return touching ?? all[0];
}
