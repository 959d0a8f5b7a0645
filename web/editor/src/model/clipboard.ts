/**
 * Copying and pasting. What is copied is a workflow of its own as plain JSON, so that it can be sent to
 * somebody, kept in a file, and pasted anywhere.
 */

import { current, isDraft } from "immer";
import {
  type Document,
  type DocumentDraft,
  type Edge,
  edgesOf,
  type Mutable,
  nodesOf,
  type Point,
  placeOf,
} from "./document";
import type { NodeDraft } from "./edit/draft";
import { followNames, type LanguagesOf, newId, uniqueName } from "./edit/names";
import { moveNodes, removeNodes, withContents } from "./edit/nodes";
import { bounds } from "./layout";

/** The selected nodes, notes and groups, with all between them, as a document. */
export function fragmentOf(document: Document, ids: Iterable<string>): Document {
  const chosen = withContents(nodesOf(document), withMembers(document, ids));
  const inside = (edge: Edge) => chosen.has(edge.from[0] ?? "") && chosen.has(edge.to[0] ?? "");
  const nodes = nodesOf(document)
    .filter((node) => chosen.has(node.id))
    .map((node) => (node.parent && !chosen.has(node.parent) ? withoutParent(node) : node));
  const notes = (document.notes ?? []).filter((note) => chosen.has(note.id));
  const groups = (document.groups ?? []).filter(
    (group) => group.nodes?.length && group.nodes.every((id) => chosen.has(id)),
  );
  const pinned = Object.entries(document.fixtures ?? {}).filter(([id]) => chosen.has(id));
  const places = Object.entries(document.layout ?? {}).filter(([id]) => chosen.has(id));
  return {
    format: "penstock/1",
    name: document.name || "Workflow",
    nodes,
    edges: edgesOf(document).filter(inside),
    ...(pinned.length > 0 ? { fixtures: Object.fromEntries(pinned) } : {}),
    ...(notes.length > 0 ? { notes } : {}),
    ...(groups.length > 0 ? { groups } : {}),
    layout: Object.fromEntries(places),
  };
}

function withMembers(document: Document, ids: Iterable<string>): string[] {
  const named = [...ids];
  const groups = (document.groups ?? []).filter((group) => named.includes(group.id));
  return [...named, ...groups.flatMap((group) => group.nodes ?? [])];
}

function withoutParent(node: NonNullable<Document["nodes"]>[number]) {
  const { parent: _, ...rest } = node;
  return rest;
}

/** As it goes to the clipboard; empty where nothing is selected. */
export function copyText(document: Document, ids: Iterable<string>): string {
  const fragment = fragmentOf(document, ids);
  const isEmpty = !fragment.nodes?.length && !fragment.notes?.length;
  return isEmpty ? "" : `${JSON.stringify(fragment, null, 2)}\n`;
}

/** Take away what was copied by the same ids, and connect nothing in its place. */
export function cutOut(draft: DocumentDraft, ids: Iterable<string>): void {
  removeNodes(draft, withMembers(snapshot(draft), ids), { relink: false });
}

export type Pasted =
  | { readonly kind: "workflow"; readonly document: Document }
  /** To be sent to `POST /import`: another product's, or what only the server can read. */
  | { readonly kind: "foreign"; readonly data: unknown }
  | { readonly kind: "address"; readonly url: string };

/** What a text from the clipboard is; undefined: nothing that can be put on a canvas. */
export function readPasted(text: string): Pasted | undefined {
  const trimmed = text.trim().replace(/^\ufeff/, "");
  if (/^https?:\/\/\S+$/.test(trimmed)) {
    return { kind: "address", url: trimmed };
  }
  if (!/^[{[]/.test(trimmed)) {
    return undefined;
  }
  let data: unknown;
  try {
    data = JSON.parse(trimmed);
  } catch {
    return undefined;
  }
  if (isWorkflow(data)) {
    return { kind: "workflow", document: data };
  }
  return isForeign(data) ? { kind: "foreign", data } : undefined;
}

/** Deep enough that pasting it cannot fail; what is in its nodes the server looks at. */
function isWorkflow(data: unknown): data is Document {
  return (
    isRecord(data) &&
    typeof data.format === "string" &&
    data.format.startsWith("penstock/") &&
    isListOf(data.nodes, isNode) &&
    isListOf(data.edges, isEdge) &&
    isListOf(data.notes, hasId) &&
    isListOf(data.groups, hasId) &&
    (data.layout === undefined || isRecord(data.layout))
  );
}

/** A workflow of n8n, or a list of such: it names its connections by the names of nodes. */
function isForeign(data: unknown): boolean {
  if (Array.isArray(data)) {
    return data.length > 0 && data.every(isForeign);
  }
  if (!isRecord(data)) {
    return false;
  }
  const nodes = data.nodes;
  return (
    Array.isArray(nodes) &&
    nodes.length > 0 &&
    nodes.every((node) => isRecord(node) && typeof node.type === "string") &&
    (isRecord(data.connections) || nodes.some((node) => /n8n/i.test(String(node.type))))
  );
}

const hasId = (one: unknown) => isRecord(one) && typeof one.id === "string";
const isNode = (one: unknown) =>
  hasId(one) && isRecord(one) && typeof one.name === "string" && typeof one.type === "string";
const isEdge = (one: unknown) => isRecord(one) && isEnd(one.from) && isEnd(one.to);
const isEnd = (end: unknown) =>
  Array.isArray(end) && end.length === 2 && end.every((part) => typeof part === "string");

function isListOf(list: unknown, test: (one: unknown) => boolean): boolean {
  return list === undefined || (Array.isArray(list) && list.every(test));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export interface PasteOptions {
  /** Where the upper left corner goes; by default a little beside where it came from. */
  readonly at?: Point;
  /** Connect the copies with what leads to the originals, where these are in this document. */
  readonly keepIncoming?: boolean;
  /** Container that it is pasted into. */
  readonly parent?: string;
  readonly languages: LanguagesOf;
}

/** Put the nodes of another document into this one; gives back the new ids by the old ones. */
export function paste(
  draft: DocumentDraft,
  given: Document,
  options: PasteOptions,
): ReadonlyMap<string, string> {
  const fragment = structuredClone(given) as DocumentDraft;
  const ids = new Map<string, string>();
  const names = new Map<string, string>();
  for (const node of fragment.nodes ?? []) {
    ids.set(node.id, newId(draft, node.type));
  }
  for (const note of fragment.notes ?? []) {
    ids.set(note.id, newId(draft, "note"));
  }
  const incoming = options.keepIncoming ? leadingIn(draft, ids) : [];
  const pasted = (fragment.nodes ?? []).map((node) => pastedNode(draft, node, ids, names, options));
  if (pasted.length > 0) {
    draft.nodes = [...(draft.nodes ?? []), ...pasted];
  }
  followNames(draft, names, options.languages, new Set(ids.values()));
  addEdges(draft, [...edgesBetween(fragment, ids), ...incoming]);
  addRest(draft, fragment, ids);
  addPlaces(draft, fragment, ids, options.at);
  return ids;
}

function pastedNode(
  draft: DocumentDraft,
  node: NodeDraft,
  ids: ReadonlyMap<string, string>,
  names: Map<string, string>,
  options: PasteOptions,
): NodeDraft {
  const name = uniqueName(draft, node.name, new Set(names.values()));
  names.set(node.name, name);
  const { parent, ...rest } = node;
  const holder = parent ? ids.get(parent) : options.parent;
  return { ...rest, id: ids.get(node.id) ?? node.id, name, ...(holder ? { parent: holder } : {}) };
}

function leadingIn(draft: DocumentDraft, ids: ReadonlyMap<string, string>): Mutable<Edge>[] {
  return (draft.edges ?? [])
    .filter((edge) => ids.has(edge.to[0] ?? "") && !ids.has(edge.from[0] ?? ""))
    .map((edge) => ({
      from: [...edge.from],
      to: [ids.get(edge.to[0] ?? "") ?? "", edge.to[1] ?? "main"],
      ...(edge.kind ? { kind: edge.kind } : {}),
      ...(edge.back ? { back: true } : {}),
    }));
}

function edgesBetween(fragment: DocumentDraft, ids: ReadonlyMap<string, string>): Mutable<Edge>[] {
  return (fragment.edges ?? []).flatMap((edge) => {
    const [from, to] = [ids.get(edge.from[0] ?? ""), ids.get(edge.to[0] ?? "")];
    return from && to
      ? [{ ...edge, from: [from, edge.from[1] ?? "main"], to: [to, edge.to[1] ?? "main"] }]
      : [];
  });
}

function addEdges(draft: DocumentDraft, edges: readonly Mutable<Edge>[]): void {
  if (edges.length > 0) {
    draft.edges = [...(draft.edges ?? []), ...edges];
  }
}

function addRest(
  draft: DocumentDraft,
  fragment: DocumentDraft,
  ids: ReadonlyMap<string, string>,
): void {
  for (const [node, sets] of Object.entries(fragment.fixtures ?? {})) {
    const id = ids.get(node);
    if (id) {
      draft.fixtures = { ...draft.fixtures, [id]: sets };
    }
  }
  for (const note of fragment.notes ?? []) {
    draft.notes = [...(draft.notes ?? []), { ...note, id: ids.get(note.id) ?? note.id }];
  }
  for (const group of fragment.groups ?? []) {
    const nodes = (group.nodes ?? []).flatMap((id) => ids.get(id) ?? []);
    if (nodes.length > 0) {
      draft.groups = [...(draft.groups ?? []), { ...group, id: newId(draft, "group"), nodes }];
    }
  }
}

function addPlaces(
  draft: DocumentDraft,
  fragment: DocumentDraft,
  ids: ReadonlyMap<string, string>,
  at: Point | undefined,
): void {
  const box = bounds(fragment);
  const [dx, dy] = at && box ? [at[0] - box.x, at[1] - box.y] : [32, 32];
  moveNodes(
    draft,
    [...ids].map(([before, after]) => {
      const [x, y] = placeOf(fragment, before);
      return [after, [x + dx, y + dy] as Point] as const;
    }),
  );
}

/** Copies of nodes and notes beside them; gives back the new ids by the old ones. */
export function duplicate(
  draft: DocumentDraft,
  ids: Iterable<string>,
  options: Omit<PasteOptions, "at"> & { readonly by?: Point },
): ReadonlyMap<string, string> {
  const fragment = structuredClone(fragmentOf(snapshot(draft), ids));
  const box = bounds(fragment);
  const [dx, dy] = options.by ?? [32, 32];
  const copied = new Set(fragment.nodes?.map((node) => node.id));
  const outermost = (draft.nodes ?? []).filter(
    ({ id, parent }) => copied.has(id) && !copied.has(parent ?? ""),
  );
  const parents = new Set(outermost.map((node) => node.parent));
  const [only] = parents.size === 1 ? parents : [];
  return paste(draft, fragment, {
    ...options,
    ...(box ? { at: [box.x + dx, box.y + dy] as const } : {}),
    ...(only && !options.parent ? { parent: only } : {}),
  });
}

/** Plain values: what is copied must not change with the draft. */
function snapshot(draft: DocumentDraft): Document {
  return isDraft(draft) ? current(draft) : draft;
}
