/** Moving things with the pointer, without the screen: where they are while they move, and what comes of it. */

import type { XYPosition } from "@xyflow/react";
import { type Document, edgesOf, findNode, nodesOf, type Point, placeOf } from "~/model/document";
import { groupOf } from "~/model/edit/groups";
import { withContents } from "~/model/edit/nodes";
import type { Box } from "~/model/layout";
import type { CanvasNode } from "../view/types";

/** Where something is for now, and how large; as the canvas counts, from its container. */
export interface Moved {
  readonly position?: XYPosition;
  readonly width?: number;
  readonly height?: number;
}

export type Moves = ReadonlyMap<string, Moved>;

export function withMoves(nodes: CanvasNode[], moves: Moves): CanvasNode[] {
  if (moves.size === 0) {
    return nodes;
  }
  return nodes.map((node) => {
    const moved = moves.get(node.id);
    return moved ? { ...node, ...moved } : node;
  });
}

/** How far each thing was moved. Members go with their group, if they are not moved themselves. */
export function shiftsOf(
  document: Document,
  nodes: CanvasNode[],
  moves: Moves,
): ReadonlyMap<string, Point> {
  const shifts = new Map<string, Point>();
  for (const node of nodes) {
    const now = moves.get(node.id)?.position;
    if (now && (now.x !== node.position.x || now.y !== node.position.y)) {
      shifts.set(node.id, [now.x - node.position.x, now.y - node.position.y]);
    }
  }
  for (const group of document.groups ?? []) {
    const shift = shifts.get(group.id);
    shifts.delete(group.id);
    for (const id of shift ? (group.nodes ?? []) : []) {
      shift && !shifts.has(id) && shifts.set(id, shift);
    }
  }
  return shifts;
}

/** The places that a drop leaves things at. */
export function placesAfter(
  document: Document,
  shifts: ReadonlyMap<string, Point>,
): readonly (readonly [string, Point])[] {
  return [...shifts].map(([id, [dx, dy]]) => {
    const [x, y] = placeOf(document, id);
    return [id, [x + dx, y + dy]] as const;
  });
}

/**
 * The container that nodes were dropped into; null: out of all of them; undefined: they stay where
 * they are. Nodes with edges to others stay: an edge never crosses the border of a container.
 */
export function droppedInto(
  document: Document,
  ids: readonly string[],
  at: Point,
  boxes: ReadonlyMap<string, Box>,
  isContainer: (id: string) => boolean,
): string | null | undefined {
  const moved = ids.filter((id) => findNode(document, id));
  const first = findNode(document, moved[0] ?? "");
  if (!first) {
    return undefined;
  }
  const inside = withContents(nodesOf(document), moved);
  const crosses = edgesOf(document).some(
    (edge) => inside.has(edge.from[0] ?? "") !== inside.has(edge.to[0] ?? ""),
  );
  const parents = new Set(moved.map((id) => findNode(document, id)?.parent ?? null));
  const target = containerAt(document, at, boxes, { isContainer, except: inside });
  if (crosses || parents.size !== 1 || target === (first.parent ?? null)) {
    return undefined;
  }
  return target;
}

/** The open group that nodes were dropped into which are in none. */
export function droppedIntoGroup(
  document: Document,
  ids: readonly string[],
  [x, y]: Point,
  nodes: readonly CanvasNode[],
): string | undefined {
  const parentOf = (id: string | undefined) => findNode(document, id ?? "")?.parent ?? null;
  const first = ids.find((id) => findNode(document, id));
  if (first === undefined || ids.some((id) => groupOf(document, id))) {
    return undefined;
  }
  const frame = nodes.find(({ type, data, position, width = 0, height = 0 }) => {
    const within =
      x > position.x && x < position.x + width && y > position.y && y < position.y + height;
    return (
      type === "frame" &&
      within &&
      !data.group.collapsed &&
      parentOf(data.group.nodes?.[0]) === parentOf(first)
    );
  });
  return frame?.id;
}

export interface Bodies {
  readonly isContainer: (id: string) => boolean;
  readonly except?: ReadonlySet<string>;
}

/** The innermost container with a body at this place. */
export function containerAt(
  document: Document,
  [x, y]: Point,
  boxes: ReadonlyMap<string, Box>,
  { isContainer, except }: Bodies,
): string | null {
  let found: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const node of nodesOf(document)) {
    const box = boxes.get(node.id);
    if (!box || except?.has(node.id) || !isContainer(node.id)) {
      continue;
    }
    const within = x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height;
    if (within && box.width * box.height < least) {
      [found, least] = [node.id, box.width * box.height];
    }
  }
  return found;
}
