/** Going to a node: it is brought into sight, selected, and gets the focus. */

import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useCallback } from "react";
import { useEditing } from "~/editing/store";
import type { Scene } from "../view/useScene";

const MARGIN = 40;

export function useReveal(scene: Scene): (id: string) => void {
  const { getViewport, setCenter } = useReactFlow();
  const flow = useStoreApi();
  return useCallback(
    (id) => {
      useEditing.getState().select([id]);
      const box = scene.boxes.get(id);
      if (box) {
        const { x, y, zoom } = getViewport();
        const { width, height } = flow.getState();
        const [left, top] = [box.x * zoom + x, box.y * zoom + y];
        const [right, bottom] = [left + box.width * zoom, top + box.height * zoom];
        const inSight =
          left > MARGIN && top > MARGIN && right < width - MARGIN && bottom < height - MARGIN;
        if (!inSight) {
          void setCenter(box.x + box.width / 2, box.y + box.height / 2, { zoom });
        }
      }
      // It may have to be drawn first.
      requestAnimationFrame(() => requestAnimationFrame(() => focusNode(id)));
    },
    [scene.boxes, getViewport, setCenter, flow],
  );
}

export function focusEdge(id: string): void {
  // Its id holds signs that no selector can name.
  const all = document.querySelectorAll<SVGElement>(".react-flow__edge");
  [...all].find((edge) => edge.dataset.id === id)?.focus({ preventScroll: true });
}

export function focusNode(id: string): void {
  const found = `.react-flow__node[data-id="${CSS.escape(id)}"]`;
  document.querySelector<HTMLElement>(found)?.focus({ preventScroll: true });
}
