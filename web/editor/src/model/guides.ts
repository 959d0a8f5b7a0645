/** Lines to align with while something is dragged, and the place that it snaps to. */

import type { Point } from "./document";
import { type Box, snap } from "./layout";

export interface Guide {
  /** `x`: an upright line at this x; `y`: a level one at this y. */
  readonly axis: "x" | "y";
  readonly at: number;
  /** From where to where it is drawn. */
  readonly from: number;
  readonly to: number;
}

export interface Snapped {
  /** How far to move the box from where it is. */
  readonly by: Point;
  readonly guides: readonly Guide[];
}

const WITHIN = 6;

/**
 * Where a moving box snaps to: a line of another box where one is near (`within`, in the units of the
 * canvas), else the grid.
 */
export function align(moving: Box, others: readonly Box[], within = WITHIN): Snapped {
  const x = nearest(moving, others, "x", within);
  const y = nearest(moving, others, "y", within);
  const by: Point = [
    x === undefined ? snap(moving.x) - moving.x : x,
    y === undefined ? snap(moving.y) - moving.y : y,
  ];
  const there = { ...moving, x: moving.x + by[0], y: moving.y + by[1] };
  const guides = [
    ...(x === undefined ? [] : guidesAt(there, others, "x")),
    ...(y === undefined ? [] : guidesAt(there, others, "y")),
  ];
  return { by, guides };
}

/** Start, middle and end of a box along an axis. */
function lines(box: Box, axis: "x" | "y"): readonly [number, number, number] {
  const [at, length] = axis === "x" ? [box.x, box.width] : [box.y, box.height];
  return [at, at + length / 2, at + length];
}

function nearest(moving: Box, others: readonly Box[], axis: "x" | "y", within: number) {
  let best: number | undefined;
  const own = lines(moving, axis);
  for (const other of others) {
    const theirs = lines(other, axis);
    // Middles with middles, edges with edges: a middle beside an edge is no alignment to the eye.
    for (const [a, b] of [
      [1, 1],
      [0, 0],
      [2, 2],
      [0, 2],
      [2, 0],
    ] as const) {
      const away = theirs[b] - own[a];
      if (Math.abs(away) <= within && (best === undefined || Math.abs(away) < Math.abs(best))) {
        best = away;
      }
    }
  }
  return best;
}

function guidesAt(box: Box, others: readonly Box[], axis: "x" | "y"): Guide[] {
  const cross = axis === "x" ? "y" : "x";
  const found = new Map<number, Guide>();
  for (const at of lines(box, axis)) {
    const same = others.filter((one) => lines(one, axis).some((line) => Math.abs(line - at) < 0.5));
    if (same.length > 0) {
      const ends = [box, ...same].flatMap((one) => [lines(one, cross)[0], lines(one, cross)[2]]);
      found.set(at, { axis, at, from: Math.min(...ends), to: Math.max(...ends) });
    }
  }
  return [...found.values()];
}
