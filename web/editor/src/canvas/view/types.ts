/** What is drawn: made from the document, and no more than what a part of the canvas shows. */

import type { Edge as FlowEdge, Node as FlowNode } from "@xyflow/react";
import type { Edge, Finding, Group, Node, Note, Port } from "~/model/document";

/** What a comparison of two documents says about a node or an edge. */
export type Mark = "added" | "removed" | "changed";

export interface StepView extends Record<string, unknown> {
  readonly spec: Node;
  /** Name of its type, for people. */
  readonly title: string;
  readonly subtitle: string;
  readonly icon: string;
  readonly trigger: boolean;
  readonly container: boolean;
  /** No installed package has its type. */
  readonly unknown: boolean;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** Names of the outputs from which nothing leads on. */
  readonly loose: readonly string[];
  readonly findings: readonly Finding[];
  /** Comments that are not resolved. */
  readonly comments: number;
  readonly pinned: boolean;
  /** A container without a body. */
  readonly hollow: boolean;
  readonly mark: Mark | "";
}

export interface NoteView extends Record<string, unknown> {
  readonly note: Note;
}

export interface GroupView extends Record<string, unknown> {
  readonly group: Group;
  readonly size: number;
}

export interface WireView extends Record<string, unknown> {
  readonly edge: Edge;
  /** Of the port that it comes from, where there are several. */
  readonly label: string;
  readonly kind: string;
  readonly back: boolean;
  /** Why it cannot be; empty: it can. */
  readonly wrong: string;
  readonly comments: number;
  readonly mark: Mark | "";
}

export type StepNode = FlowNode<StepView, "step">;
export type NoteNode = FlowNode<NoteView, "note">;
export type GroupNode = FlowNode<GroupView, "frame">;
export type CanvasNode = StepNode | NoteNode | GroupNode;
export type CanvasEdge = FlowEdge<WireView, "wire">;
