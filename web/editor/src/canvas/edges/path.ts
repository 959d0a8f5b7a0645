/** The line of an edge. */

import { getBezierPath, getSmoothStepPath, Position } from "@xyflow/react";

interface Ends {
  readonly sourceX: number;
  readonly sourceY: number;
  readonly targetX: number;
  readonly targetY: number;
}

const DETOUR = 28;

/** The path, and where its middle is: a bow forward, a way around the nodes backward. */
export function pathOf(ends: Ends): readonly [path: string, x: number, y: number] {
  const sides = { sourcePosition: Position.Right, targetPosition: Position.Left };
  if (ends.targetX >= ends.sourceX - DETOUR) {
    const [path, x, y] = getBezierPath({ ...ends, ...sides, curvature: 0.3 });
    return [path, x, y];
  }
  const level = Math.abs(ends.targetY - ends.sourceY) < 96;
  const centerY = Math.max(ends.sourceY, ends.targetY) + 112;
  const [path, x, y] = getSmoothStepPath({
    ...ends,
    ...sides,
    borderRadius: 18,
    offset: DETOUR,
    ...(level ? { centerY } : {}),
  });
  return [path, x, y];
}
