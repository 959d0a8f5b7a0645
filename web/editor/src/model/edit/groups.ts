/** Edits of groups: nodes that are drawn together. A node is in one group at most. */

import type { Document, DocumentDraft, Group, Mutable } from "../document";
import { assign, nodeIn, setBlock, without } from "./draft";
import { newId } from "./names";

/** Draw nodes together; they leave the groups that they were in. Gives back the id of the group. */
export function group(
  draft: DocumentDraft,
  nodes: Iterable<string>,
  given: { readonly title?: string; readonly color?: string; readonly id?: string } = {},
): string | undefined {
  const known = [...new Set(nodes)].filter((id) => nodeIn(draft, id));
  if (known.length === 0) {
    return undefined;
  }
  leave(draft, new Set(known));
  const made: Mutable<Group> = { id: given.id ?? newId(draft, "group"), nodes: known };
  if (given.title) {
    made.title = given.title;
  }
  if (given.color) {
    made.color = given.color;
  }
  draft.groups ??= [];
  draft.groups.push(made);
  return made.id;
}

/** Take groups away, whose nodes stay, and nodes out of their groups. */
export function ungroup(draft: DocumentDraft, ids: Iterable<string>): void {
  const named = new Set(ids);
  setBlock(
    draft,
    "groups",
    without(draft.groups, (one) => named.has(one.id)),
  );
  leave(draft, named);
}

export function changeGroup(
  draft: DocumentDraft,
  id: string,
  some: {
    readonly title?: string;
    readonly color?: string | null;
    readonly collapsed?: boolean;
  },
): void {
  const one = draft.groups?.find((candidate) => candidate.id === id);
  if (!one) {
    return;
  }
  if (some.title !== undefined) {
    one.title = some.title;
  }
  if (some.color === null) {
    delete one.color;
  } else if (some.color !== undefined) {
    one.color = some.color;
  }
  if (some.collapsed !== undefined) {
    assign(one, "collapsed", some.collapsed || undefined);
  }
}

/** Collapse or open all groups. */
export function collapseAll(draft: DocumentDraft, collapsed: boolean): void {
  for (const one of draft.groups ?? []) {
    changeGroup(draft, one.id, { collapsed });
  }
}

/** Put nodes into a group that is there. */
export function joinGroup(draft: DocumentDraft, nodes: Iterable<string>, id: string): void {
  const joining = new Set([...nodes].filter((one) => nodeIn(draft, one)));
  const known = draft.groups?.find((one) => one.id === id);
  if (known) {
    known.nodes = [...new Set([...(known.nodes ?? []), ...joining])];
    leave(draft, joining, id);
  }
}

function leave(draft: DocumentDraft, nodes: ReadonlySet<string>, except = ""): void {
  for (const one of draft.groups ?? []) {
    if (one.id !== except && one.nodes?.some((id) => nodes.has(id))) {
      one.nodes = one.nodes.filter((id) => !nodes.has(id));
    }
  }
  setBlock(
    draft,
    "groups",
    without(draft.groups, (one) => one.nodes?.length === 0),
  );
}

/** The group that a node is in. */
export function groupOf(document: Document, node: string): Group | undefined {
  return document.groups?.find((one) => one.nodes?.includes(node));
}
