/**
 * Edits of nodes. Each is called inside of an edit of the store and changes the draft it is given.
 *
 * Places on the canvas are absolute, of nodes in containers too; a container that moves takes along
 * what it holds.
 */

import type { DocumentDraft, Mutable, NodeSettings, Point } from "../document";
import type { Path } from "../expression/path";
import { assign, filled, type NodeDraft, nodeIn, setBlock, withContents } from "./draft";
import { newId, uniqueName } from "./names";

export { withContents } from "./draft";
export {
  type BadName,
  type LanguagesOf,
  nameFault,
  newId,
  renameNode,
  uniqueName,
} from "./names";
export { removeNodes } from "./remove";
export { type Replacement, replaceNode } from "./replace";

export interface NewNode {
  readonly type: string;
  readonly version?: number;
  /** What it should be called; a number is added where a node has that name. */
  readonly name: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly at: Point;
  /** Container that it goes into. */
  readonly parent?: string;
  /** From `newId`, where the caller wants to know it before. */
  readonly id?: string;
}

/** Add a node; gives back its id. */
export function addNode(draft: DocumentDraft, given: NewNode): string {
  const id = given.id ?? newId(draft, given.type);
  const node: NodeDraft = { id, name: uniqueName(draft, given.name), type: given.type };
  if (given.version !== undefined && given.version !== 1) {
    node.version = given.version;
  }
  if (given.config && Object.keys(given.config).length > 0) {
    node.config = structuredClone(given.config);
  }
  if (given.parent) {
    node.parent = given.parent;
  }
  draft.nodes ??= [];
  draft.nodes.push(node);
  moveNodes(draft, [[id, given.at]]);
  return id;
}

/** Put nodes and notes somewhere. What a container holds goes with it, unless it is named too. */
export function moveNodes(draft: DocumentDraft, places: Iterable<readonly [string, Point]>): void {
  const given = new Map(places);
  const all = new Map<string, Point>(given);
  for (const [id, [x, y]] of given) {
    const [fromX = x, fromY = y] = draft.layout?.[id] ?? [];
    for (const inner of withContents(draft.nodes ?? [], [id])) {
      const place = draft.layout?.[inner];
      if (!all.has(inner) && place) {
        all.set(inner, [(place[0] ?? 0) + x - fromX, (place[1] ?? 0) + y - fromY]);
      }
    }
  }
  for (const [id, [x, y]] of all) {
    const [whereX, whereY] = draft.layout?.[id] ?? [];
    const [nextX, nextY] = [Math.round(x), Math.round(y)];
    if (whereX !== nextX || whereY !== nextY) {
      draft.layout ??= {};
      draft.layout[id] = [nextX, nextY];
    }
  }
}

/** Move nodes and notes by a distance. */
export function moveBy(draft: DocumentDraft, ids: Iterable<string>, by: Point): void {
  const places = [...new Set(ids)].map((id) => {
    const [x = 0, y = 0] = draft.layout?.[id] ?? [];
    return [id, [x + by[0], y + by[1]] as Point] as const;
  });
  moveNodes(draft, places);
}

/** Set a value in the config of a node; undefined takes the key or the row away. */
export function setConfig(draft: DocumentDraft, id: string, path: Path, value: unknown): void {
  const node = nodeIn(draft, id);
  if (!node || path.length === 0) {
    return;
  }
  node.config ??= {};
  setIn(node.config, path, value);
  if (Object.keys(node.config).length === 0) {
    delete node.config;
  }
}

type Holder = Record<string | number, unknown>;

/** Set a value somewhere in an object or a list; undefined takes the key or the row away. */
export function setIn(holder: object, path: Path, value: unknown): void {
  const at = holder as Holder;
  const [key, ...rest] = path;
  if (key === undefined || isForbidden(key)) {
    return;
  }
  if (rest.length > 0) {
    const inner = at[key];
    if (typeof inner !== "object" || inner === null) {
      if (value === undefined) {
        return;
      }
      at[key] = typeof rest[0] === "number" ? [] : {};
    }
    setIn(at[key] as object, rest, value);
  } else if (value !== undefined) {
    at[key] = value;
  } else if (Array.isArray(holder) && typeof key === "number") {
    holder.splice(key, 1);
  } else {
    delete at[key];
  }
}

/** A key that would change what all objects have in common. */
function isForbidden(key: string | number): boolean {
  return key === "__proto__" || key === "constructor" || key === "prototype";
}

/** How the engine treats a node; what is undefined, null or false is the default again. */
export function setSettings(
  draft: DocumentDraft,
  ids: string | Iterable<string>,
  some: Partial<NodeSettings>,
): void {
  for (const id of typeof ids === "string" ? [ids] : ids) {
    const node = nodeIn(draft, id);
    if (node) {
      const settings: Mutable<NodeSettings> = { ...node.settings, ...structuredClone(some) };
      const left = Object.entries(settings).filter(([, value]) => value != null && value !== false);
      assign(node, "settings", filled(Object.fromEntries(left)));
    }
  }
}

/** Disable nodes, or enable them again where all of them are disabled. */
export function toggleDisabled(draft: DocumentDraft, ids: Iterable<string>): void {
  const known = [...ids].filter((id) => nodeIn(draft, id));
  const disabled = !known.every((id) => nodeIn(draft, id)?.settings?.disabled);
  setSettings(draft, known, { disabled });
}

/** Use a credential for a slot of a node; null: none. */
export function setCredential(
  draft: DocumentDraft,
  id: string,
  slot: string,
  credential: string | null,
): void {
  const node = nodeIn(draft, id);
  if (!node) {
    return;
  }
  const rest = Object.entries(node.credentials ?? {}).filter(([name]) => name !== slot);
  const all = credential ? [...rest, [slot, credential] as const] : rest;
  assign(node, "credentials", filled(Object.fromEntries(all)));
}

/** Put nodes into a container, or out of all (null). Edges that would cross its border go. */
export function setParent(
  draft: DocumentDraft,
  ids: Iterable<string>,
  parent: string | null,
): boolean {
  const moved = new Set(ids);
  if (parent !== null && withContents(draft.nodes ?? [], moved).has(parent)) {
    return false;
  }
  for (const id of moved) {
    const node = nodeIn(draft, id);
    if (node && (node.parent ?? null) !== parent) {
      assign(node, "parent", parent ?? undefined);
    }
  }
  const parents = new Map((draft.nodes ?? []).map((node) => [node.id, node.parent ?? null]));
  setBlock(
    draft,
    "edges",
    draft.edges?.filter(
      (edge) => parents.get(edge.from[0] ?? "") === parents.get(edge.to[0] ?? ""),
    ),
  );
  return true;
}
