/** What the edits share: the changeable types, and finding a part by its id. */

import type { DocumentDraft, Edge, Mutable, Node } from "../document";

export type { DocumentDraft } from "../document";
export type NodeDraft = Mutable<Node>;
export type EdgeDraft = Mutable<Edge>;

export function nodeIn(draft: DocumentDraft, id: string): NodeDraft | undefined {
  return draft.nodes?.find((node) => node.id === id);
}

/** A node with all that it contains, however deep. */
export function withContents(
  nodes: readonly { readonly id: string; readonly parent?: string | null | undefined }[],
  ids: Iterable<string>,
): Set<string> {
  const found = new Set(ids);
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const node of nodes) {
      if (node.parent && found.has(node.parent)) {
        found.add(node.id);
      }
    }
  }
  return found;
}

/** A list without some of it; undefined where nothing is left, so that no empty block stays. */
export function without<T>(list: T[] | undefined, gone: (one: T) => boolean): T[] | undefined {
  const left = list?.filter((one) => !gone(one));
  return left?.length ? left : undefined;
}

/** Put a list in the place of a block, or take the block away; touches nothing that is the same. */
export function setBlock<K extends "nodes" | "edges" | "notes" | "groups" | "comments" | "tests">(
  draft: DocumentDraft,
  key: K,
  list: DocumentDraft[K],
): void {
  if (list === undefined) {
    delete draft[key];
  } else if (list.length !== draft[key]?.length) {
    draft[key] = list;
  }
}

/** Set a value; undefined takes the key away. */
export function assign<T extends object, K extends keyof T>(part: T, key: K, value: T[K]): void {
  if (value === undefined) {
    delete part[key];
  } else {
    part[key] = value;
  }
}

/** An object that holds something; undefined in place of an empty one. */
export function filled<T extends object>(value: T): T | undefined {
  return Object.keys(value).length > 0 ? value : undefined;
}
