/** Nodes that are dragged out of the creator onto the canvas. */

import { useReactFlow } from "@xyflow/react";
import type { DragEvent } from "react";
import { useTranslation } from "react-i18next";
import { useNodeTypes } from "~/api/queries";
import { DRAGGED_NODE, type Dragged } from "~/creator";
import { adding } from "~/creator/adding";
import { useEditing } from "~/editing/store";
import { edgeId, edgesOf, type NodePorts } from "~/model/document";
import { newId } from "~/model/edit/nodes";
import { NODE_WIDTH, snapPoint } from "~/model/layout";
import { announce } from "./announce/announce";
import type { Changing } from "./commands/useChange";
import { containerAt } from "./drag/dragging";
import { placed } from "./view/placed";
import { HEAD } from "./view/sizes";
import type { Scene } from "./view/useScene";

const NO_PORTS: NodePorts = { inputs: [], outputs: [] };

export function useDropping(scene: Scene, change: Changing, editable: boolean) {
  const { t } = useTranslation();
  const types = useNodeTypes();
  const { screenToFlowPosition } = useReactFlow();
  const onDragOver = (event: DragEvent) => {
    if (editable && event.dataTransfer.types.includes(DRAGGED_NODE)) {
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
    }
  };
  const onDrop = (event: DragEvent) => {
    const dragged = read(event.dataTransfer.getData(DRAGGED_NODE));
    if (!editable || !dragged) {
      return;
    }
    event.preventDefault();
    const { x, y } = screenToFlowPosition({ x: event.clientX, y: event.clientY });
    const { history, select } = useEditing.getState();
    const { document } = history;
    const id = newId(document, dragged.type);
    const isContainer = (one: string) => scene.steps.get(one)?.container === true;
    const under = edgeUnder(event.clientX, event.clientY);
    const edge = edgesOf(document).some((one) => edgeId(one) === under) ? under : "";
    const parent = containerAt(document, [x, y], scene.boxes, { isContainer });
    const ports = types.get(dragged.type)?.ports ?? NO_PORTS;
    const at = snapPoint([x - NODE_WIDTH / 2, y - HEAD / 2]);
    const wanted = edge ? { edge } : { at, ...(parent ? { parent } : {}) };
    const known = placed(document, scene.boxes);
    change(t("canvas.added"), adding(known, { id, dragged, ports, wanted }));
    select([id]);
    announce(t("canvas.saidAdded", { name: dragged.title }));
  };
  return { onDragOver, onDrop };
}

function edgeUnder(x: number, y: number): string {
  const edge = document
    .elementsFromPoint(x, y)
    .map((one) => one.closest<SVGElement>(".react-flow__edge[data-id]"))
    .find(Boolean);
  return edge?.dataset.id ?? "";
}

/** From another page anything might be dragged here. */
function read(text: string): Dragged | undefined {
  try {
    const value: Partial<Dragged> | null = text ? JSON.parse(text) : null;
    return value && typeof value.type === "string" && typeof value.title === "string"
      ? {
          type: value.type,
          title: value.title,
          version: Number(value.version) || 1,
          config: value.config ?? {},
        }
      : undefined;
  } catch {
    return undefined;
  }
}
