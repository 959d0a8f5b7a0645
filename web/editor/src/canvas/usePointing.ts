/** Clicks on the canvas. */

import { type EdgeChange, useReactFlow } from "@xyflow/react";
import { type MouseEvent as ReactMouseEvent, useMemo } from "react";
import { useCreator } from "~/creator";
import { useEditing } from "~/editing/store";
import { type Asked, openMenu } from "./menu/open";
import { useNaming } from "./nodes/naming";
import type { CanvasEdge, CanvasNode } from "./view/types";

type ToFlow = (at: { x: number; y: number }) => { x: number; y: number };

/** The same functions as long as can be: with others all nodes and edges would be drawn anew. */
export function usePointing() {
  const { screenToFlowPosition } = useReactFlow();
  return useMemo(() => pointing(screenToFlowPosition), [screenToFlowPosition]);
}

function pointing(screenToFlowPosition: ToFlow) {
  const menu = (
    event: { preventDefault(): void; clientX: number; clientY: number },
    kind: Asked["kind"],
  ) => {
    event.preventDefault();
    openMenu({ kind, x: event.clientX, y: event.clientY });
  };
  return {
    onNodeClick: ({ shiftKey, ctrlKey, metaKey }: ReactMouseEvent, node: CanvasNode) => {
      const { selected, select } = useEditing.getState();
      // Of several the one that is clicked; they stay together only while they are dragged.
      if (selected.size > 1 && !(shiftKey || ctrlKey || metaKey)) {
        select([node.id]);
      }
    },
    onNodeDoubleClick: (_: ReactMouseEvent, node: CanvasNode) => {
      const editing = useEditing.getState();
      if (node.type === "step") {
        editing.openNode(node.id);
      } else if (!editing.readOnly) {
        useNaming.setState({ id: node.id });
      }
    },
    onDoubleClick: (event: ReactMouseEvent) => {
      const onPane =
        event.target instanceof Element && event.target.classList.contains("react-flow__pane");
      if (onPane && !useEditing.getState().readOnly) {
        const { x, y } = screenToFlowPosition({ x: event.clientX, y: event.clientY });
        useCreator.getState().openCreator({ at: [x, y] });
      }
    },
    onNodeContextMenu: (event: ReactMouseEvent, node: CanvasNode) => {
      const { selected, select } = useEditing.getState();
      if (!selected.has(node.id)) {
        select([node.id]);
      }
      menu(event, "node");
    },
    onSelectionContextMenu: (event: ReactMouseEvent) => menu(event, "node"),
    onEdgeContextMenu: (event: ReactMouseEvent, edge: CanvasEdge) => {
      useEditing.getState().select([], [edge.id]);
      menu(event, "edge");
    },
    onPaneContextMenu: (event: ReactMouseEvent | MouseEvent) => menu(event, "canvas"),
    onEdgesChange: (changes: EdgeChange<CanvasEdge>[]) => {
      const told = changes.filter((one) => one.type === "select");
      if (told.length > 0) {
        const { selected, selectedEdges, select } = useEditing.getState();
        const next = new Set(selectedEdges);
        for (const { id, selected: on } of told) {
          on ? next.add(id) : next.delete(id);
        }
        select(selected, next);
      }
    },
  };
}
