/** Places on the canvas: boxes, the grid, lines to align with, and where there is room. */

import { type Document, nodesOf, type Point, placeOf } from "./document";
import { NOTE_HEIGHT, NOTE_WIDTH } from "./edit/notes";

export const GRID = 16;
/** Of a node whose real size nobody has told yet. */
export const NODE_WIDTH = 224;
export const NODE_HEIGHT = 64;
/** Between nodes that are put beside each other. */
export const GAP_X = 96;
export const GAP_Y = 48;

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

/** What the canvas measured. */
export type Sizes = ReadonlyMap<string, Size>;

export const NO_SIZES: Sizes = new Map();

export function snap(value: number): number {
  // Not minus zero, which a document would be written with.
  return Math.round(value / GRID) * GRID + 0;
}

export function snapPoint([x, y]: Point): Point {
  return [snap(x), snap(y)];
}

export function sizeOf(document: Document, id: string, sizes: Sizes = NO_SIZES): Size {
  const note = document.notes?.find((one) => one.id === id);
  if (note) {
    return { width: note.width ?? NOTE_WIDTH, height: note.height ?? NOTE_HEIGHT };
  }
  return sizes.get(id) ?? { width: NODE_WIDTH, height: NODE_HEIGHT };
}

export function boxOf(document: Document, id: string, sizes: Sizes = NO_SIZES): Box {
  const [x, y] = placeOf(document, id);
  return { x, y, ...sizeOf(document, id, sizes) };
}

/** The box around some boxes; undefined around none. */
export function around(boxes: Iterable<Box>): Box | undefined {
  let found: Box | undefined;
  for (const box of boxes) {
    found = found ? both(found, box) : box;
  }
  return found;
}

function both(a: Box, b: Box): Box {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  };
}

/** The box around nodes and notes; around all of them by default. */
export function bounds(
  document: Document,
  sizes: Sizes = NO_SIZES,
  ids: Iterable<string> = [...nodesOf(document), ...(document.notes ?? [])].map((one) => one.id),
): Box | undefined {
  return around([...ids].map((id) => boxOf(document, id, sizes)));
}

export function overlaps(a: Box, b: Box, gap = 0): boolean {
  return (
    a.x < b.x + b.width + gap &&
    b.x < a.x + a.width + gap &&
    a.y < b.y + b.height + gap &&
    b.y < a.y + a.height + gap
  );
}

/** A place near a wish where nothing lies yet: there, or below, or to the right. */
export function freePlace(
  document: Document,
  wanted: Point,
  sizes: Sizes = NO_SIZES,
  size: Size = { width: NODE_WIDTH, height: NODE_HEIGHT },
): Point {
  const taken = nodesOf(document).map((node) => boxOf(document, node.id, sizes));
  const [x, y] = snapPoint(wanted);
  const isFree = (at: Point) =>
    !taken.some((box) => overlaps({ x: at[0], y: at[1], ...size }, box, GRID));
  for (let column = 0; column < 20; column += 1) {
    for (let row = 0; row < 40; row += 1) {
      const at = snapPoint([x + column * (size.width + GAP_X), y + row * (size.height + GAP_Y)]);
      if (isFree(at)) {
        return at;
      }
    }
  }
  return [x, y];
}

/** Where a node goes that follows another one: to its right, where nothing lies yet. */
export function placeBehind(
  document: Document,
  node: string,
  sizes: Sizes = NO_SIZES,
  size?: Size,
): Point {
  const box = boxOf(document, node, sizes);
  return freePlace(document, [box.x + box.width + GAP_X, box.y], sizes, size);
}

/** What has to move so that a node fits between two: the target and all behind it, to the right. */
export function makeRoom(
  document: Document,
  behind: ReadonlySet<string>,
  from: number,
  by: number = NODE_WIDTH + GAP_X,
): ReadonlyMap<string, Point> {
  const moved = [...behind].flatMap((id) => {
    const [x, y] = placeOf(document, id);
    return x >= from ? [[id, snapPoint([x + by, y])] as const] : [];
  });
  return new Map(moved);
}

/** Between the border of a container and what it holds. */
export const INSIDE = { left: 32, top: 72, right: 32, bottom: 32 };
const EMPTY_CONTAINER: Size = { width: 320, height: 176 };

/** How large a container is drawn: around all that it holds, from its own place on. */
export function containerSize(document: Document, id: string, sizes: Sizes = NO_SIZES): Size {
  const [x, y] = placeOf(document, id);
  let { width, height } = EMPTY_CONTAINER;
  for (const node of nodesOf(document)) {
    if (node.parent === id) {
      const holds = nodesOf(document).some((one) => one.parent === node.id);
      const [innerX, innerY] = placeOf(document, node.id);
      const size = holds
        ? containerSize(document, node.id, sizes)
        : sizeOf(document, node.id, sizes);
      width = Math.max(width, innerX - x + size.width + INSIDE.right);
      height = Math.max(height, innerY - y + size.height + INSIDE.bottom);
    }
  }
  return { width, height };
}
