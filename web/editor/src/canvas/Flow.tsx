import "@xyflow/react/dist/base.css";
import {
  Background,
  BackgroundVariant,
  ReactFlow,
  type ReactFlowProps,
  SelectionMode,
  type Viewport,
} from "@xyflow/react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { IS_MAC } from "~/keys/keys";
import { useTheme } from "~/theme/theme";
import css from "./canvas.module.css";
import { EDGE_PARTS, NODE_PARTS } from "./parts";
import { leave, point } from "./pointed";
import type { CanvasEdge, CanvasNode } from "./view/types";

/** From so many nodes on, those out of sight are not drawn. */
const MANY = 150;
const MOD = IS_MAC ? "Meta" : "Control";
const PAN_KEYS = ["Space", MOD];
const MIDDLE_BUTTON = [1];
const FIT = { padding: 0.15, maxZoom: 1, minZoom: 0.2 } as const;
const BEGINNING_ZOOM = 0.65;
/** On a screen that small, all of a workflow is too small to be read. */
const SMALL = window.matchMedia("(max-width: 860px)");
const FEW = 5;
/** A finger moves the canvas; a mouse draws a frame around what it selects. */
const FINGER = window.matchMedia("(pointer: coarse)");
const QUIET = { hideAttribution: true } as const;

/** Always the same functions: with others all nodes and edges would be drawn anew. */
const POINTED: Pick<
  ReactFlowProps<CanvasNode, CanvasEdge>,
  "onNodeMouseEnter" | "onNodeMouseLeave" | "onEdgeMouseEnter" | "onEdgeMouseLeave"
> = {
  onNodeMouseEnter: (_, node) => point({ node: node.id, edge: "" }),
  onNodeMouseLeave: (_, node) => leave("node", node.id),
  onEdgeMouseEnter: (_, edge) => point({ edge: edge.id }),
  onEdgeMouseLeave: (_, edge) => leave("edge", edge.id),
};

type Props = Omit<ReactFlowProps<CanvasNode, CanvasEdge>, "nodes" | "edges"> & {
  readonly nodes: CanvasNode[];
  readonly edges: CanvasEdge[];
  readonly editable: boolean;
};

/** The ground that everything is drawn on: how it moves, and what pointing and keys do there. */
export function Flow({ nodes, edges, editable, children, ...rest }: Props) {
  const { t } = useTranslation();
  const shown = useTheme((look) => look.shown);
  const [begin] = useState(() => beginningOf(nodes));
  const words = useMemo(
    () => ({
      "controls.ariaLabel": t("canvas.controls"),
      "minimap.ariaLabel": t("canvas.minimap"),
      "handle.ariaLabel": t("canvas.handle"),
    }),
    [t],
  );
  return (
    <ReactFlow<CanvasNode, CanvasEdge>
      className={css.flow ?? ""}
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_PARTS}
      edgeTypes={EDGE_PARTS}
      colorMode={shown}
      ariaLabelConfig={words}
      {...(begin ? { defaultViewport: begin } : { fitView: true, fitViewOptions: FIT })}
      minZoom={0.08}
      maxZoom={2.5}
      panOnScroll
      panOnScrollSpeed={1}
      panOnDrag={FINGER.matches ? true : MIDDLE_BUTTON}
      panActivationKeyCode={PAN_KEYS}
      zoomActivationKeyCode={MOD}
      zoomOnDoubleClick={false}
      selectionOnDrag={!FINGER.matches}
      selectionMode={SelectionMode.Partial}
      selectionKeyCode={null}
      multiSelectionKeyCode="Shift"
      deleteKeyCode={null}
      disableKeyboardA11y
      nodesFocusable={false}
      edgesFocusable={false}
      nodesDraggable={editable}
      nodesConnectable={editable}
      edgesReconnectable={editable}
      elevateNodesOnSelect={false}
      elevateEdgesOnSelect={false}
      zIndexMode="manual"
      nodeDragThreshold={3}
      connectionRadius={32}
      onlyRenderVisibleElements={nodes.length > MANY}
      {...POINTED}
      proOptions={QUIET}
      {...rest}
    >
      <Background variant={BackgroundVariant.Dots} gap={16} size={1} />
      <Arrow />
      {children}
    </ReactFlow>
  );
}

/** What is too large to be read as a whole is shown from its beginning, which is what starts it. */
function beginningOf(nodes: readonly CanvasNode[]): Viewport | undefined {
  if (nodes.length <= (SMALL.matches ? FEW : MANY)) {
    return undefined;
  }
  const steps = nodes.filter((node) => node.type === "step" && !node.parentId);
  const starts = steps.filter((node) => node.type === "step" && node.data.trigger);
  const first = (starts.length > 0 ? starts : steps).reduce<CanvasNode | undefined>(
    (best, node) => (best && best.position.x <= node.position.x ? best : node),
    undefined,
  );
  const { x = 0, y = 0 } = first?.position ?? {};
  return { x: 96 - x * BEGINNING_ZOOM, y: 240 - y * BEGINNING_ZOOM, zoom: BEGINNING_ZOOM };
}

/** The head of the edges; drawn once for all. */
function Arrow() {
  return (
    <svg className={css.arrow} aria-hidden="true">
      <defs>
        <marker
          id="penstock-arrow"
          viewBox="0 0 10 10"
          refX="9"
          refY="5"
          markerWidth="7"
          markerHeight="7"
          orient="auto-start-reverse"
        >
          <path d="M 0 1 L 9 5 L 0 9 z" fill="context-stroke" />
        </marker>
      </defs>
    </svg>
  );
}
