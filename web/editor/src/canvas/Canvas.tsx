import { MiniMap, ReactFlowProvider } from "@xyflow/react";
import { type ReactNode, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Document, Finding, NodePorts } from "~/model/document";
import css from "./canvas.module.css";
import { Flow } from "./Flow";
import { type Mode, ModeContext } from "./mode";
import type { Mark } from "./view/types";
import { useScene } from "./view/useScene";
import { ZoomBar } from "./view/ZoomBar";

interface Props {
  readonly document: Document;
  readonly ports?: Readonly<Record<string, NodePorts>>;
  readonly findings?: readonly Finding[];
  /** What a comparison says, by node id and `edgeId`. */
  readonly marks?: ReadonlyMap<string, Mark>;
  /** The node that is shown elsewhere. */
  readonly chosen?: string;
  readonly onChoose?: (node: string) => void;
  readonly children?: ReactNode;
}

const NO_PORTS: Readonly<Record<string, NodePorts>> = {};
const NO_FINDINGS: readonly Finding[] = [];
const NO_MARKS: ReadonlyMap<string, Mark> = new Map();
const NO_EDGES: ReadonlySet<string> = new Set();
const FEW = 12;

/** A workflow to look at: it can be moved and zoomed, and its nodes can be chosen. */
export function Canvas(props: Props) {
  return (
    <ReactFlowProvider>
      <Looking {...props} />
    </ReactFlowProvider>
  );
}

function Looking({ document, ports, findings, marks, chosen, onChoose, children }: Props) {
  const { t } = useTranslation();
  const [own, setOwn] = useState("");
  const now = chosen ?? own;
  const selected = useMemo(() => new Set(now ? [now] : []), [now]);
  const scene = useScene({
    document,
    ports: ports ?? NO_PORTS,
    findings: findings ?? NO_FINDINGS,
    marks: marks ?? NO_MARKS,
    selected,
    selectedEdges: NO_EDGES,
    editable: false,
  });
  const choose = (node: string) => {
    setOwn(node);
    onChoose?.(node);
  };
  const mode = useMemo<Mode>(
    () => ({
      editable: false,
      openNode: (node) => {
        setOwn(node);
        onChoose?.(node);
      },
    }),
    [onChoose],
  );
  return (
    <ModeContext value={mode}>
      <section className={css.canvas} aria-label={t("canvas.label", { name: document.name })}>
        <Flow
          nodes={scene.nodes}
          edges={scene.edges}
          editable={false}
          panOnDrag
          selectionOnDrag={false}
          onNodeClick={(_, node) => node.type === "step" && choose(node.id)}
          onPaneClick={() => choose("")}
        >
          <ZoomBar />
          {scene.nodes.length > FEW ? <MiniMap pannable zoomable /> : null}
          {children}
        </Flow>
      </section>
    </ModeContext>
  );
}
