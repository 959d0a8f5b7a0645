/** What is selected, by what it is. */

import type { Editing } from "~/editing/store";
import { findNode } from "~/model/document";

export const hasSelection = (editing: Editing): boolean =>
  editing.selected.size > 0 || editing.selectedEdges.size > 0;

export const hasThings = (editing: Editing): boolean => editing.selected.size > 0;

/** Ids of the nodes that are selected; those of a selected group too. */
export function selectedNodes({ selected, history }: Editing): readonly string[] {
  const groups = history.document.groups ?? [];
  const members = groups.filter((one) => selected.has(one.id)).flatMap((one) => one.nodes ?? []);
  const all = new Set([...selected, ...members]);
  return [...all].filter((id) => findNode(history.document, id));
}

/** The one node that is selected; empty: none, or several. */
export function onlyNode(editing: Editing): string {
  const [first = "", ...more] = editing.selected;
  return more.length === 0 && findNode(editing.history.document, first) ? first : "";
}

/** The one edge that is selected, and nothing besides; empty: none, or several. */
export function onlyEdge({ selected, selectedEdges }: Editing): string {
  const [first = "", ...more] = selectedEdges;
  return more.length === 0 && selected.size === 0 ? first : "";
}

/** The one thing that is selected, node, note or group. */
export function onlyThing({ selected }: Editing): string {
  const [first = "", ...more] = selected;
  return more.length === 0 ? first : "";
}
