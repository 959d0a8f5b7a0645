/** The document as nodes and edges of the canvas, kept from one change to the next. */

import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNodeTypes } from "~/api/queries";
import type { Document, Finding, NodePorts } from "~/model/document";
import type { Box } from "~/model/layout";
import { assemble, type NodeCache } from "./assemble";
import { issuesOf } from "./issues";
import { spoken } from "./spoken";
import { type Cache, stepViews } from "./steps";
import type { CanvasEdge, CanvasNode, Mark, StepView } from "./types";
import { type WireCache, wires } from "./wires";

export interface SceneGiven {
  readonly document: Document;
  readonly ports: Readonly<Record<string, NodePorts>>;
  readonly findings: readonly Finding[];
  readonly marks: ReadonlyMap<string, Mark>;
  readonly selected: ReadonlySet<string>;
  readonly selectedEdges: ReadonlySet<string>;
  readonly editable: boolean;
}

export interface Scene {
  readonly nodes: CanvasNode[];
  readonly edges: CanvasEdge[];
  readonly steps: ReadonlyMap<string, StepView>;
  readonly boxes: ReadonlyMap<string, Box>;
}

interface Caches {
  readonly steps: Cache;
  readonly nodes: NodeCache;
  readonly edges: WireCache;
}

export function useScene(given: SceneGiven): Scene {
  const { document, ports, findings, marks, selected, selectedEdges, editable } = given;
  const { t } = useTranslation();
  const types = useNodeTypes();
  const [caches] = useState<Caches>(() => ({
    steps: new Map(),
    nodes: new Map(),
    edges: new Map(),
  }));
  const words = useMemo(
    () => ({
      step: (view: StepView) => spoken(t, view),
      note: t("canvas.note"),
      group: (title: string) => t("canvas.groupNamed", { title: title || t("canvas.group") }),
      role: t("canvas.roleNode"),
    }),
    [t],
  );
  const issues = useMemo(() => issuesOf(document, findings), [document, findings]);
  const steps = useMemo(
    () => stepViews({ document, types, ports, findings: issues.nodes, marks }, caches.steps),
    [document, types, ports, issues, marks, caches],
  );
  const laid = useMemo(
    () => assemble({ document, steps, selected, words, editable }, caches.nodes),
    [document, steps, selected, words, editable, caches],
  );
  const edges = useMemo(() => {
    const wrongKind = (from: string, to: string) => t("canvas.wrongKind", { from, to });
    const spoken = (from: string, to: string) => t("canvas.saidEdge", { from, to });
    const told = { folded: laid.folded, findings: issues.edges, wrongKind, spoken };
    return wires({ document, steps, marks, selected: selectedEdges, ...told }, caches.edges);
  }, [document, steps, issues, laid.folded, marks, selectedEdges, caches, t]);
  return useMemo(
    () => ({ nodes: laid.nodes, edges, steps, boxes: laid.boxes }),
    [laid, edges, steps],
  );
}
