/**
 * What has changed between two documents, in the words of the document; by the rules of the server.
 *
 * Nodes are recognised by their ids, edges by their ends. The layout is told apart from the rest,
 * because moving a node changes nothing that runs.
 */

import { byCodePoint } from "./canonical";
import type { Document } from "./document";
import { fieldPath, type Path } from "./expression/path";
import { plain } from "./plain";

export type ChangeKind = "added" | "removed" | "changed";
export type ChangedThing =
  | "workflow"
  | "node"
  | "edge"
  | "setting"
  | "fixture"
  | "test"
  | "note"
  | "layout"
  | "lock";

export interface Change {
  readonly kind: ChangeKind;
  readonly what: ChangedThing;
  /** Id of the node or the note, name of the setting, `a.main -> b.main` of an edge. */
  readonly id: string;
  /** Of what changed inside: `config.assignments[0].value`. */
  readonly path?: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

type Block = Readonly<Record<string, unknown>>;

const BLOCKS: readonly (readonly [string, ChangedThing])[] = [
  ["fixtures", "fixture"],
  ["tests", "test"],
  ["notes", "note"],
  ["groups", "note"],
  ["comments", "note"],
  ["layout", "layout"],
  ["lock", "lock"],
];

/** All changes that lead from one document to the other, in a stable order. */
export function diff(before: Document, after: Document): readonly Change[] {
  if (before === after) {
    return [];
  }
  const [old, now] = [plain(before), plain(after)];
  return [
    ...whole(old, now),
    ...named(byId(old.nodes), byId(now.nodes), "node"),
    ...edges(old, now),
    ...named(byId(old.settings), byId(now.settings), "setting"),
    ...BLOCKS.flatMap(([block, what]) => [...named(byId(old[block]), byId(now[block]), what)]),
  ];
}

/** Whether two documents say the same. */
export function isSameDocument(a: Document, b: Document): boolean {
  return a === b || diff(a, b).length === 0;
}

/** How a node differs, for colouring it; `moved`: only its place. */
export type NodeChange = ChangeKind | "moved";

export function changedNodes(changes: readonly Change[]): ReadonlyMap<string, NodeChange> {
  const found = new Map<string, NodeChange>();
  for (const { kind, what, id, path } of changes) {
    if (what === "node") {
      found.set(id, path ? "changed" : kind);
    } else if (what === "fixture" && !found.has(id)) {
      found.set(id, "changed");
    } else if (what === "layout" && kind === "changed" && !found.has(id)) {
      found.set(id, "moved");
    }
  }
  return found;
}

function* whole(old: Block, now: Block): Generator<Change> {
  for (const id of ["name", "description"]) {
    if (old[id] !== now[id]) {
      yield change("changed", "workflow", id, [], old[id], now[id]);
    }
  }
}

function* edges(old: Block, now: Block): Generator<Change> {
  const [before, after] = [edgeMap(old), edgeMap(now)];
  yield* named(Object.fromEntries(before), Object.fromEntries(after), "edge");
  const former = orders(before);
  for (const [port, order] of orders(after)) {
    const common = order.filter((end) => before.has(`${port} -> ${end}`));
    const then = (former.get(port) ?? []).filter((end) => after.has(`${port} -> ${end}`));
    if (common.join("\u0000") !== then.join("\u0000")) {
      yield { kind: "changed", what: "edge", id: port, path: "order", before: then, after: common };
    }
  }
}

function* named(old: Block, now: Block, what: ChangedThing): Generator<Change> {
  const ids = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort(byCodePoint);
  for (const id of ids) {
    if (!Object.hasOwn(now, id)) {
      yield change("removed", what, id, [], old[id], undefined);
    } else if (!Object.hasOwn(old, id)) {
      yield change("added", what, id, [], undefined, now[id]);
    } else if (what === "layout") {
      if (JSON.stringify(old[id]) !== JSON.stringify(now[id])) {
        yield change("changed", what, id, [], old[id], now[id]);
      }
    } else {
      yield* inside(old[id], now[id], what, id, []);
    }
  }
}

function* inside(
  old: unknown,
  now: unknown,
  what: ChangedThing,
  id: string,
  path: Path,
): Generator<Change> {
  const [before, after] = [members(old), members(now)];
  if (!before || !after || Array.isArray(old) !== Array.isArray(now)) {
    if (old !== now) {
      yield change("changed", what, id, path, old, now);
    }
    return;
  }
  const added = [...after.keys()].filter((key) => !before.has(key));
  for (const key of [...before.keys(), ...added]) {
    const there = [...path, key];
    if (!after.has(key)) {
      yield change("removed", what, id, there, before.get(key), undefined);
    } else if (!before.has(key)) {
      yield change("added", what, id, there, undefined, after.get(key));
    } else {
      yield* inside(before.get(key), after.get(key), what, id, there);
    }
  }
}

function change(
  kind: ChangeKind,
  what: ChangedThing,
  id: string,
  path: Path,
  before: unknown,
  after: unknown,
): Change {
  const where = fieldPath(path);
  return {
    kind,
    what,
    id,
    ...(where ? { path: where } : {}),
    // Null says as little as nothing: that is how the server writes it.
    ...(before == null ? {} : { before }),
    ...(after == null ? {} : { after }),
  };
}

function members(value: unknown): ReadonlyMap<string | number, unknown> | undefined {
  if (Array.isArray(value)) {
    return new Map(value.entries());
  }
  if (typeof value === "object" && value !== null) {
    return new Map(Object.entries(value).sort(([a], [b]) => byCodePoint(a, b)));
  }
  return undefined;
}

function byId(block: unknown): Block {
  if (!Array.isArray(block)) {
    return (block ?? {}) as Block;
  }
  return Object.fromEntries(block.map((part) => [String(part.id ?? part.name), part]));
}

function edgeMap(document: Block): ReadonlyMap<string, unknown> {
  const list = (document.edges ?? []) as readonly { from: string[]; to: string[] }[];
  return new Map(
    list.map(({ from, to, ...rest }) => [`${from.join(".")} -> ${to.join(".")}`, rest]),
  );
}

function orders(edgesByEnds: ReadonlyMap<string, unknown>): ReadonlyMap<string, string[]> {
  const found = new Map<string, string[]>();
  for (const ends of edgesByEnds.keys()) {
    const cut = ends.indexOf(" -> ");
    const port = ends.slice(0, cut);
    found.set(port, [...(found.get(port) ?? []), ends.slice(cut + 4)]);
  }
  return found;
}
