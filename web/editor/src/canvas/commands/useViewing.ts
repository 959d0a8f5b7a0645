/** Zooming, and what is shown beside the flow. */

import { useReactFlow, type Viewport } from "@xyflow/react";
import { useRef } from "react";
import { useEditing } from "~/editing/store";
import { useCommand } from "~/keys/keys";
import { toggleLook } from "../look";
import { hasThings } from "./selection";

const FIT = { padding: 0.15, maxZoom: 1, duration: 0 } as const;
const CLOSE = { padding: 0.4, maxZoom: 1.6, duration: 0 } as const;

export function useViewing(): void {
  const { zoomIn, zoomOut, zoomTo, fitView, getViewport, setViewport } = useReactFlow();
  const before = useRef<Viewport | null>(null);
  const some = useEditing(hasThings);
  const chosen = () => [...useEditing.getState().selected].map((id) => ({ id }));
  useCommand("zoom.in", () => void zoomIn());
  useCommand("zoom.out", () => void zoomOut());
  useCommand("zoom.reset", () => void zoomTo(1));
  useCommand("zoom.fit", () => void fitView(FIT));
  useCommand("zoom.selection", () => void fitView({ ...FIT, nodes: chosen() }), some);
  useCommand("zoom.focus", () => {
    if (before.current) {
      void setViewport(before.current);
      before.current = null;
    } else if (useEditing.getState().selected.size > 0) {
      before.current = getViewport();
      void fitView({ ...CLOSE, nodes: chosen() });
    }
  });
  useCommand("minimap", () => toggleLook("minimap"));
  useCommand("outline", () => toggleLook("outline"));
}
