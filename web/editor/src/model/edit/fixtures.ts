/** Edits of fixtures: named sets of items that a node puts out instead of running. */

import type { Document, DocumentDraft, Item, Mutable } from "../document";

/** The set that counts unless a run asks for another one. */
export const DEFAULT_SET = "default";

/** Let a node put out these items instead of running. */
export function pin(
  draft: DocumentDraft,
  node: string,
  items: readonly Item[],
  set: string = DEFAULT_SET,
): void {
  draft.fixtures ??= {};
  const sets = draft.fixtures[node] ?? {};
  sets[set] = structuredClone(items) as Mutable<Item>[];
  draft.fixtures[node] = sets;
}

/** Let a node run again; without a set, take all of its sets away. */
export function unpin(draft: DocumentDraft, node: string, set?: string): void {
  const sets = draft.fixtures?.[node];
  if (!sets || !draft.fixtures) {
    return;
  }
  const rest = set === undefined ? [] : Object.entries(sets).filter(([name]) => name !== set);
  if (rest.length > 0) {
    draft.fixtures[node] = Object.fromEntries(rest);
  } else {
    delete draft.fixtures[node];
  }
}

/** Call a set otherwise. One that has that name already is not overwritten: gives back false. */
export function renameSet(draft: DocumentDraft, node: string, set: string, name: string): boolean {
  const sets = draft.fixtures?.[node];
  if (!draft.fixtures || !sets?.[set] || !name.trim() || sets[name]) {
    return false;
  }
  const renamed = Object.entries(sets).map(([one, items]) => [one === set ? name : one, items]);
  draft.fixtures[node] = Object.fromEntries(renamed);
  return true;
}

export function isPinned(document: Document, node: string): boolean {
  return document.fixtures?.[node]?.[DEFAULT_SET] !== undefined;
}

export function pinnedItems(
  document: Document,
  node: string,
  set: string = DEFAULT_SET,
): readonly Item[] | undefined {
  return document.fixtures?.[node]?.[set];
}

/** The names of the sets of a node, or of all nodes. */
export function setNames(document: Document, node?: string): readonly string[] {
  const of =
    node === undefined ? Object.values(document.fixtures ?? {}) : [document.fixtures?.[node]];
  return [...new Set(of.flatMap((sets) => Object.keys(sets ?? {})))].sort();
}
