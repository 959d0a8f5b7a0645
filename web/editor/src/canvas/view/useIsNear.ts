/** Whether what is drawn is large enough to be read and aimed at; further away, less of it is drawn. */

import { type ReactFlowState, useStore } from "@xyflow/react";

const READABLE_ZOOM = 0.3;
const isNear = (flow: ReactFlowState): boolean => flow.transform[2] >= READABLE_ZOOM;

export function useIsNear(): boolean {
  return useStore(isNear);
}
