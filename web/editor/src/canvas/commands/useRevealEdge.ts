/** Bringing an edge into sight, where its middle is out of it. */

import { useReactFlow, useStoreApi } from "@xyflow/react";
import { around } from "~/model/layout";
import type { Scene } from "../view/useScene";

const MARGIN = 60;

export function useRevealEdge(scene: Scene): (ends: readonly [string, string]) => void {
  const { getViewport, setCenter } = useReactFlow();
  const flow = useStoreApi();
  return (ends) => {
    const box = around(ends.flatMap((id) => scene.boxes.get(id) ?? []));
    if (!box) {
      return;
    }
    const { x, y, zoom } = getViewport();
    const { width, height } = flow.getState();
    const [middleX, middleY] = [box.x + box.width / 2, box.y + box.height / 2];
    const [left, top] = [middleX * zoom + x, middleY * zoom + y];
    if (left < MARGIN || top < MARGIN || left > width - MARGIN || top > height - MARGIN) {
      void setCenter(middleX, middleY, { zoom });
    }
  };
}
