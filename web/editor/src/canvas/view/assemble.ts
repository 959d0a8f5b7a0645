/** Nodes of the canvas from the document: steps, bodies, groups and notes, each where it lies. */

import { type NodeHandle, Position } from "@xyflow/react";
import { type Document, type Node, nodesOf, type Port } from "~/model/document";
import { withContents } from "~/model/edit/nodes";
import { NOTE_HEIGHT, NOTE_WIDTH } from "~/model/edit/notes";
import { type Box, around as union } from "~/model/layout";
import { boxesOf } from "./places";
import { BORDER, GROUP_PADDING, HANDLE, HEAD, heightOf, heightOfPort } from "./sizes";
import type { CanvasNode, StepView } from "./types";

/** Handles of a group that is folded. */
export const INTO = "in";
export const OUT = "out";
const FOLDED = { width: 224, height: HEAD } as const;

export interface Scene {
  readonly document: Document;
  readonly steps: ReadonlyMap<string, StepView>;
  readonly selected: ReadonlySet<string>;
  readonly words: {
    /** What is read aloud for a node. */
    readonly step: (view: StepView) => string;
    readonly note: string;
    readonly group: (title: string) => string;
    readonly role: string;
  };
  readonly editable: boolean;
}

export interface Laid {
  readonly nodes: CanvasNode[];
  readonly boxes: ReadonlyMap<string, Box>;
  /** The folded group that stands for a node. */
  readonly folded: ReadonlyMap<string, string>;
}

export type NodeCache = Map<string, { from: readonly unknown[]; node: CanvasNode }>;

export function assemble(scene: Scene, cache: NodeCache): Laid {
  const { document, steps } = scene;
  const boxes = boxesOf(document, {
    heightOf: (node) => heightOf(steps.get(node.id) ?? { inputs: [], outputs: [] }),
    isContainer: (node) => steps.get(node.id)?.container === true,
  });
  const folded = foldedNodes(document);
  const reached = tabStop(scene, folded);
  const keep = keeper(cache);
  const nodes = [
    ...groupNodes(scene, boxes, keep),
    ...noteNodes(scene, keep),
    ...stepNodes({ scene, boxes, folded, reached }, keep),
  ];
  return { nodes, boxes, folded };
}

type Keep = (id: string, from: readonly unknown[], make: () => CanvasNode) => CanvasNode;

function keeper(cache: NodeCache): Keep {
  return (id, from, make) => {
    const kept = cache.get(id);
    if (kept && kept.from.length === from.length && kept.from.every((one, i) => one === from[i])) {
      return kept.node;
    }
    const node = make();
    cache.set(id, { from, node });
    return node;
  };
}

/** One node can be reached by Tab; from there on arrows lead to the others. */
function tabStop(scene: Scene, folded: ReadonlyMap<string, string>): string {
  const shown = nodesOf(scene.document).filter((node) => !folded.has(node.id));
  return (shown.find((node) => scene.selected.has(node.id)) ?? shown[0])?.id ?? "";
}

interface Steps {
  readonly scene: Scene;
  readonly boxes: ReadonlyMap<string, Box>;
  readonly folded: ReadonlyMap<string, string>;
  readonly reached: string;
}

function stepNodes({ scene, boxes, folded, reached }: Steps, keep: Keep): CanvasNode[] {
  const all = nodesOf(scene.document);
  const depths = depthsOf(all);
  const ordered = [...all].sort((a, b) => (depths.get(a.id) ?? 0) - (depths.get(b.id) ?? 0));
  return ordered.flatMap((spec) => {
    const view = scene.steps.get(spec.id);
    const box = boxes.get(spec.id);
    if (!view || !box || folded.has(spec.id)) {
      return [];
    }
    const holder = spec.parent ? boxes.get(spec.parent) : undefined;
    const position = { x: box.x - (holder?.x ?? 0), y: box.y - (holder?.y ?? 0) };
    const { width, height } = box;
    const selected = scene.selected.has(spec.id);
    const tabIndex = spec.id === reached ? 0 : -1;
    const parts = [
      view,
      position.x,
      position.y,
      width,
      height,
      selected,
      tabIndex,
      scene.editable,
      scene.words,
    ];
    const depth = depths.get(spec.id) ?? 0;
    return keep(spec.id, parts, () => ({
      id: spec.id,
      type: "step",
      data: view,
      position,
      width,
      height,
      measured: { width, height },
      selected,
      draggable: scene.editable,
      connectable: scene.editable,
      zIndex: depth * 10 + (view.container ? 0 : 5),
      handles: handlesOf(view, width),
      ariaRole: "group",
      ariaLabel: scene.words.step(view),
      domAttributes: { tabIndex, "aria-roledescription": scene.words.role },
      ...(holder && spec.parent ? { parentId: spec.parent } : {}),
    }));
  });
}

function depthsOf(nodes: readonly Node[]): ReadonlyMap<string, number> {
  const parents = new Map(nodes.map((node) => [node.id, node.parent ?? ""]));
  const depth = (id: string, left: number): number => {
    const parent = parents.get(id);
    return parent && parents.has(parent) && left > 0 ? 1 + depth(parent, left - 1) : 0;
  };
  return new Map(nodes.map((node) => [node.id, depth(node.id, nodes.length)]));
}

function handlesOf(view: StepView, width: number): NodeHandle[] {
  const side = (ports: readonly Port[], type: "source" | "target"): NodeHandle[] =>
    ports.map((port, index) => ({
      id: port.name,
      type,
      position: type === "source" ? Position.Right : Position.Left,
      x: (type === "source" ? width - BORDER : BORDER) - HANDLE / 2,
      y: BORDER + heightOfPort(ports, index) - HANDLE / 2,
      width: HANDLE,
      height: HANDLE,
    }));
  return [...side(view.inputs, "target"), ...side(view.outputs, "source")];
}

/** Members of folded groups, with what they hold, by the group that stands for them. */
export function foldedNodes(document: Document): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const group of document.groups ?? []) {
    for (const id of group.collapsed ? withContents(nodesOf(document), group.nodes ?? []) : []) {
      found.set(id, group.id);
    }
  }
  return found;
}

function groupNodes(scene: Scene, boxes: ReadonlyMap<string, Box>, keep: Keep): CanvasNode[] {
  return (scene.document.groups ?? []).flatMap((group) => {
    const members = (group.nodes ?? []).flatMap((id) => boxes.get(id) ?? []);
    const body = union(members);
    if (!body) {
      return [];
    }
    const box = group.collapsed ? { ...body, ...FOLDED } : padded(body);
    const selected = scene.selected.has(group.id);
    const parts = [
      group,
      box.x,
      box.y,
      box.width,
      box.height,
      selected,
      scene.editable,
      scene.words,
    ];
    return keep(group.id, parts, () => ({
      id: group.id,
      type: "frame",
      data: { group, size: members.length },
      position: { x: box.x, y: box.y },
      width: box.width,
      height: box.height,
      measured: { width: box.width, height: box.height },
      selected,
      draggable: scene.editable,
      connectable: false,
      dragHandle: ".group-grip",
      zIndex: group.collapsed ? 5 : -20,
      handles: group.collapsed ? foldedHandles() : [],
      ariaRole: "group",
      ariaLabel: scene.words.group(group.title ?? ""),
      domAttributes: { tabIndex: -1, "aria-roledescription": scene.words.role },
    }));
  });
}

function padded(body: Box): Box {
  const { side, top, bottom } = GROUP_PADDING;
  return {
    x: body.x - side,
    y: body.y - top,
    width: body.width + 2 * side,
    height: body.height + top + bottom,
  };
}

function foldedHandles(): NodeHandle[] {
  const y = FOLDED.height / 2 - HANDLE / 2;
  const size = { y, width: HANDLE, height: HANDLE };
  return [
    { id: INTO, type: "target", position: Position.Left, x: BORDER - HANDLE / 2, ...size },
    {
      id: OUT,
      type: "source",
      position: Position.Right,
      x: FOLDED.width - BORDER - HANDLE / 2,
      ...size,
    },
  ];
}

function noteNodes(scene: Scene, keep: Keep): CanvasNode[] {
  return (scene.document.notes ?? []).map((note) => {
    const place = scene.document.layout?.[note.id];
    const selected = scene.selected.has(note.id);
    const parts = [note, place, selected, scene.editable, scene.words];
    return keep(note.id, parts, () => ({
      id: note.id,
      type: "note",
      data: { note },
      position: { x: place?.[0] ?? 0, y: place?.[1] ?? 0 },
      width: note.width ?? NOTE_WIDTH,
      height: note.height ?? NOTE_HEIGHT,
      measured: { width: note.width ?? NOTE_WIDTH, height: note.height ?? NOTE_HEIGHT },
      selected,
      draggable: scene.editable,
      connectable: false,
      zIndex: -10,
      ariaRole: "group",
      ariaLabel: scene.words.note,
      domAttributes: { tabIndex: -1, "aria-roledescription": scene.words.role },
    }));
  });
}
