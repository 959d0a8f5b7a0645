/** Dragging: what moves is known here alone until it is dropped; a drop is one edit. */

import type { NodeChange } from "@xyflow/react";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { languagesOf } from "~/editing/languages";
import { useEditing } from "~/editing/store";
import { duplicate } from "~/model/clipboard";
import type { Point } from "~/model/document";
import { joinGroup } from "~/model/edit/groups";
import { moveNodes, setParent } from "~/model/edit/nodes";
import { align } from "~/model/guides";
import { around, type Box } from "~/model/layout";
import { settle } from "../view/placed";
import type { CanvasNode } from "../view/types";
import type { Scene } from "../view/useScene";
import {
  droppedInto,
  droppedIntoGroup,
  type Moved,
  type Moves,
  placesAfter,
  shiftsOf,
  withMoves,
} from "./dragging";
import { clearGuides, useGuides } from "./Guides";

const NO_MOVES: Moves = new Map();

export interface Dragging {
  readonly nodes: CanvasNode[];
  readonly onNodesChange: (changes: NodeChange<CanvasNode>[]) => void;
  readonly onDrop: (event: { readonly altKey: boolean }) => void;
}

export function useDragging(scene: Scene): Dragging {
  const { t } = useTranslation();
  const [moves, setMoves] = useState<Moves>(NO_MOVES);
  const latest = useRef(moves);
  const change = (next: Moves) => {
    latest.current = next;
    setMoves(next);
  };
  const onNodesChange = (changes: NodeChange<CanvasNode>[]) => {
    select(changes);
    const moved = movedBy(changes, scene, latest.current);
    if (moved) {
      change(moved);
    }
  };
  const onDrop = ({ altKey }: { readonly altKey: boolean }) => {
    clearGuides();
    const { history, edit } = useEditing.getState();
    const { document } = history;
    const shifts = shiftsOf(document, scene.nodes, latest.current);
    change(NO_MOVES);
    const ids = [...shifts.keys()];
    if (ids.length === 0) {
      return;
    }
    if (altKey) {
      const [by] = shifts.values();
      edit(t("canvas.duplicated"), (draft) => {
        settle(draft, scene.boxes);
        duplicate(draft, ids, { languages: languagesOf, ...(by ? { by } : {}) });
      });
      return;
    }
    const isContainer = (id: string) => scene.steps.get(id)?.container === true;
    const middle = middleOf(ids, shifts, scene);
    const into = droppedInto(document, ids, middle, scene.boxes, isContainer);
    const joined = droppedIntoGroup(document, ids, middle, scene.nodes);
    edit(t("canvas.moved"), (draft) => {
      settle(draft, scene.boxes);
      moveNodes(draft, placesAfter(draft, shifts));
      if (into !== undefined) {
        setParent(draft, ids, into);
      } else if (joined !== undefined) {
        joinGroup(draft, ids, joined);
      }
    });
  };
  const nodes = useMemo(() => withMoves(scene.nodes, moves), [scene.nodes, moves]);
  return { nodes, onNodesChange, onDrop };
}

/** What is selected is the session's: the canvas tells it, and draws what the session says. */
function select(changes: readonly NodeChange<CanvasNode>[]): void {
  const told = changes.filter((one) => one.type === "select");
  if (told.length === 0) {
    return;
  }
  const { selected, selectedEdges, select: choose } = useEditing.getState();
  const next = new Set(selected);
  for (const { id, selected: on } of told) {
    on ? next.add(id) : next.delete(id);
  }
  choose(next, selectedEdges);
}

function movedBy(
  changes: readonly NodeChange<CanvasNode>[],
  scene: Scene,
  before: Moves,
): Moves | undefined {
  const next = new Map<string, Moved>(before);
  const dragged = changes.flatMap((one) =>
    one.type === "position" && one.dragging && one.position
      ? [{ id: one.id, position: one.position }]
      : [],
  );
  const [dx, dy] = snapped(dragged, scene);
  for (const { id, position } of dragged) {
    next.set(id, { ...next.get(id), position: { x: position.x + dx, y: position.y + dy } });
  }
  carryMembers(next, scene);
  for (const one of changes) {
    if (one.type === "dimensions" && one.resizing && one.dimensions) {
      next.set(one.id, { ...next.get(one.id), ...one.dimensions });
    }
    if (one.type === "dimensions" && one.resizing === false) {
      next.delete(one.id);
    }
    if (one.type === "position" && !one.dragging && one.position && next.has(one.id)) {
      next.set(one.id, { ...next.get(one.id), position: one.position });
    }
  }
  const resized = changes.some((one) => one.type === "dimensions" && one.resizing !== undefined);
  return dragged.length > 0 || resized ? next : undefined;
}

/** The nodes of a group move with it while it is dragged. */
function carryMembers(moves: Map<string, Moved>, scene: Scene): void {
  for (const node of scene.nodes) {
    const now = moves.get(node.id)?.position;
    if (node.type !== "frame" || !now) {
      continue;
    }
    const members = new Set(node.data.group.nodes ?? []);
    for (const one of scene.nodes) {
      if (members.has(one.id)) {
        const x = one.position.x + now.x - node.position.x;
        moves.set(one.id, { position: { x, y: one.position.y + now.y - node.position.y } });
      }
    }
  }
}

/** How far what is dragged jumps to be in line with something, or on the grid. */
function snapped(
  dragged: readonly { readonly id: string; readonly position: { x: number; y: number } }[],
  scene: Scene,
): Point {
  const nodes = new Map(scene.nodes.map((node) => [node.id, node]));
  const moving = around(
    dragged.flatMap(({ id, position }) => {
      const node = nodes.get(id);
      return node ? [absolute(node, position, scene)] : [];
    }),
  );
  if (!moving) {
    return [0, 0];
  }
  const held = new Set(dragged.map(({ id }) => id));
  const others = scene.nodes.flatMap((node) =>
    node.type === "frame" || isHeld(node, held, nodes) || holds(node, held, nodes)
      ? []
      : [absolute(node, node.position, scene)],
  );
  const { by, guides } = align(moving, others);
  useGuides.setState({ guides });
  return by;
}

type ById = ReadonlyMap<string, CanvasNode>;

function isHeld(node: CanvasNode, held: ReadonlySet<string>, nodes: ById): boolean {
  const parent = nodes.get(node.parentId ?? "");
  return held.has(node.id) || (parent !== undefined && isHeld(parent, held, nodes));
}

function holds(node: CanvasNode, held: ReadonlySet<string>, nodes: ById): boolean {
  return [...held].some((id) => nodes.get(id)?.parentId === node.id);
}

function absolute(node: CanvasNode, position: { x: number; y: number }, scene: Scene): Box {
  const holder = node.parentId ? scene.boxes.get(node.parentId) : undefined;
  const x = position.x + (holder?.x ?? 0);
  const y = position.y + (holder?.y ?? 0);
  return { x, y, width: node.width ?? 0, height: node.height ?? 0 };
}

function middleOf(ids: readonly string[], shifts: ReadonlyMap<string, Point>, scene: Scene): Point {
  const boxes = ids.flatMap((id) => {
    const box = scene.boxes.get(id);
    const [dx, dy] = shifts.get(id) ?? [0, 0];
    return box ? [{ ...box, x: box.x + dx, y: box.y + dy }] : [];
  });
  const all = around(boxes);
  return all ? [all.x + all.width / 2, all.y + all.height / 2] : [0, 0];
}
