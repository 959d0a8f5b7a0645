/**
 * Tidying up: from left to right along the edges. Load this file only when it is wanted; it brings the
 * layout engine with it.
 *
 * The rules:
 *
 * - A container is as large as its body, which is laid out in it.
 * - What a group holds stays together.
 * - Notes stay with the node that they are nearest to.
 * - The whole stays where it was: its upper left corner does not move.
 */

import { Graph, layout } from "@dagrejs/dagre";
import { type Document, edgesOf, nodesOf, type Point, placeOf } from "./document";
import { linksOf } from "./graph";
import {
  around,
  type Box,
  bounds,
  boxOf,
  GAP_X,
  GAP_Y,
  INSIDE,
  NO_SIZES,
  type Size,
  type Sizes,
  sizeOf,
  snapPoint,
} from "./layout";

type Places = Map<string, Point>;

/** The names of a node's outputs, from top to bottom; undefined: they are not known. */
export type OutputsOf = (node: string) => readonly string[] | undefined;

/** What all levels of a document need. */
interface Task {
  readonly document: Document;
  readonly sizes: Sizes;
  readonly outputsOf: OutputsOf;
}

/** Some that are laid out as one: the nodes of a group, or one node with what it holds. */
interface Block extends Size {
  readonly id: string;
  /** From the upper left corner of the block. */
  readonly places: Places;
}

/** New places of nodes and notes; of some nodes only where `ids` names them. */
export function tidied(
  document: Document,
  sizes: Sizes = NO_SIZES,
  ids?: ReadonlySet<string>,
  outputsOf: OutputsOf = () => undefined,
): ReadonlyMap<string, Point> {
  const task: Task = { document, sizes, outputsOf };
  const several = ids && ids.size > 1 ? ids : undefined;
  const parents = new Set(
    nodesOf(document)
      .filter((node) => several?.has(node.id))
      .map((node) => node.parent ?? null),
  );
  // Chosen nodes are laid out in the body that they are in.
  const parent = parents.size === 1 ? ([...parents][0] ?? null) : null;
  const chosen = childrenOf(document, parent).filter((id) => !several || several.has(id));
  if (chosen.length === 0) {
    return new Map();
  }
  const places = level(task, chosen);
  const before = bounds(document, sizes, chosen);
  const moved = new Map<string, Point>();
  for (const [id, [x, y]] of places) {
    moved.set(id, snapPoint([x + (before?.x ?? 0), y + (before?.y ?? 0)]));
  }
  if (!several) {
    moveNotes(document, sizes, moved);
  }
  return moved;
}

function childrenOf(document: Document, parent: string | null): string[] {
  return nodesOf(document)
    .filter((node) => (node.parent ?? null) === parent)
    .map((node) => node.id);
}

/** The places of some nodes beside each other, from 0, 0 on. */
function level(task: Task, ids: readonly string[]): Places {
  return spread(task, blocksOf(task, ids));
}

function blocksOf(task: Task, ids: readonly string[]): Block[] {
  const left = new Set(ids);
  const blocks: Block[] = [];
  for (const group of task.document.groups ?? []) {
    const inside = (group.nodes ?? []).filter((id) => left.has(id));
    if (inside.length > 1) {
      const alone = inside.map((id) => single(task, id));
      blocks.push(sized(group.id, spread(task, alone), alone));
      for (const id of inside) {
        left.delete(id);
      }
    }
  }
  return [...blocks, ...[...left].map((id) => single(task, id))];
}

function single(task: Task, id: string): Block {
  const body = childrenOf(task.document, id);
  if (body.length === 0) {
    return { id, places: new Map([[id, [0, 0]]]), ...sizeOf(task.document, id, task.sizes) };
  }
  const blocks = blocksOf(task, body);
  const inner = sized(id, spread(task, blocks), blocks);
  const places: Places = new Map([[id, [0, 0]]]);
  for (const [one, [x, y]] of inner.places) {
    places.set(one, [x + INSIDE.left, y + INSIDE.top]);
  }
  return {
    id,
    places,
    width: inner.width + INSIDE.left + INSIDE.right,
    height: inner.height + INSIDE.top + INSIDE.bottom,
  };
}

function sized(id: string, places: Places, blocks: readonly Block[]): Block {
  const boxes = blocks.flatMap((block): Box[] => {
    const [first] = block.places.keys();
    const at = first === undefined ? undefined : places.get(first);
    const own = first === undefined ? undefined : block.places.get(first);
    return at && own
      ? [{ x: at[0] - own[0], y: at[1] - own[1], width: block.width, height: block.height }]
      : [];
  });
  const box = around(boxes);
  return { id, places, width: box?.width ?? 0, height: box?.height ?? 0 };
}

/** Blocks side by side as their edges say. */
function spread(task: Task, blocks: readonly Block[]): Places {
  const { document } = task;
  const home = new Map(
    blocks.flatMap((block) => [...block.places.keys()].map((id) => [id, block])),
  );
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", nodesep: GAP_Y, ranksep: GAP_X, edgesep: 24, align: "UL" });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const block of inFlow(document, blocks, home)) {
    graph.setNode(block.id, { width: block.width, height: block.height });
  }
  for (const [index, edge] of edgesOf(document).entries()) {
    const [from, to] = [home.get(edge.from[0] ?? ""), home.get(edge.to[0] ?? "")];
    if (from && to && from !== to) {
      // One that leads back is laid along the others, turned round.
      const ends = edge.back ? ([to, from] as const) : ([from, to] as const);
      graph.setEdge(ends[0].id, ends[1].id, { weight: 1 }, String(index));
    }
  }
  layout(graph);
  const corners = blocks.map((block): Corner => {
    const { x = 0, y = 0 } = graph.node(block.id);
    return { block, x: x - block.width / 2, y: y - block.height / 2 };
  });
  const turned = corners.map((one) => ({ ...one, y: -one.y - one.block.height }));
  // The engine knows nothing of the order of outputs: of its picture and the same one upside down,
  // that is taken in which more upper outputs lead to upper nodes.
  const better = disorder(task, turned) < disorder(task, corners) ? turned : corners;
  return placesOf(better);
}

interface Corner {
  readonly block: Block;
  readonly x: number;
  readonly y: number;
}

/** How often a lower output leads to an upper node. */
function disorder({ document, outputsOf }: Task, corners: readonly Corner[]): number {
  const middle = new Map<string, number>();
  for (const { block, y } of corners) {
    for (const id of block.places.keys()) {
      middle.set(id, y + block.height / 2);
    }
  }
  let found = 0;
  for (const [node, edges] of linksOf(document).out) {
    const rank = rankIn(outputsOf(node));
    const ends = edges
      .filter((edge) => !edge.back && middle.has(node) && middle.has(edge.to[0] ?? ""))
      .sort((a, b) => rank(a.from[1] ?? "main", b.from[1] ?? "main"))
      .map((edge) => middle.get(edge.to[0] ?? "") ?? 0);
    found += ends.filter((end, index) => ends.slice(index + 1).some((next) => next < end)).length;
  }
  return found;
}

/** As the node has them; where that is not known, what went well before what did not. */
function rankIn(outputs: readonly string[] | undefined): (a: string, b: string) => number {
  const place = (port: string) => {
    const known = outputs?.indexOf(port) ?? -1;
    return known >= 0 ? known : port === "error" ? 1_000 : port === "true" ? -1 : 0;
  };
  return (a, b) => place(a) - place(b) || (a === b ? 0 : natural.compare(a, b));
}

const natural = new Intl.Collator("en", { numeric: true });

function placesOf(corners: readonly Corner[]): Places {
  const places: Places = new Map();
  const left = Math.min(...corners.map((one) => one.x));
  const top = Math.min(...corners.map((one) => one.y));
  for (const { block, x, y } of corners) {
    for (const [id, [dx, dy]] of block.places) {
      places.set(id, [x - left + dx, y - top + dy]);
    }
  }
  return places;
}

/** In the order in which items arrive, so that the upper output leads to the upper node. */
function inFlow(
  document: Document,
  blocks: readonly Block[],
  home: ReadonlyMap<string, Block>,
): Iterable<Block> {
  const { into, out } = linksOf(document);
  const found = new Set<Block>();
  // Not as they lie now: tidying again has to change nothing.
  const all = nodesOf(document)
    .map((node) => node.id)
    .filter((id) => home.has(id));
  const isStart = (id: string) => !(into.get(id) ?? []).some((edge) => !edge.back);
  const waiting = [...all.filter(isStart), ...all].reverse();
  const seen = new Set<string>();
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const block = home.get(id);
    if (block && !seen.has(id)) {
      seen.add(id);
      found.add(block);
      waiting.push(...(out.get(id) ?? []).map((edge) => edge.to[0] ?? "").reverse());
    }
  }
  for (const block of blocks) {
    found.add(block);
  }
  return found;
}

function moveNotes(document: Document, sizes: Sizes, moved: Places): void {
  for (const note of document.notes ?? []) {
    const box = boxOf(document, note.id, sizes);
    let nearest: string | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const id of moved.keys()) {
      const away = distance(box, boxOf(document, id, sizes));
      if (away < least) {
        [nearest, least] = [id, away];
      }
    }
    const to = nearest === undefined ? undefined : moved.get(nearest);
    if (nearest !== undefined && to) {
      const [x, y] = placeOf(document, nearest);
      moved.set(note.id, snapPoint([box.x + to[0] - x, box.y + to[1] - y]));
    }
  }
}

function distance(a: Box, b: Box): number {
  const dx = Math.max(0, b.x - (a.x + a.width), a.x - (b.x + b.width));
  const dy = Math.max(0, b.y - (a.y + a.height), a.y - (b.y + b.height));
  return Math.hypot(dx, dy);
}
