/**
 * Removing nodes.
 *
 * A node that goes takes with it what hangs on it: its edges, its place, its fixtures, the comments on
 * it, and the nodes that it contains. What stood before it is connected with what stood behind it, as
 * its items would have passed it while disabled: by its first input and its first output.
 */

import { type DocumentDraft, type End, source, target } from "../document";
import { linksOf, reaches } from "../graph";
import { type EdgeDraft, setBlock, withContents, without } from "./draft";

export interface RemoveOptions {
  /** Connect the neighbours; by default yes. */
  readonly relink?: boolean;
}

/** Remove nodes, notes and groups. */
export function removeNodes(
  draft: DocumentDraft,
  ids: Iterable<string>,
  { relink = true }: RemoveOptions = {},
): void {
  const gone = withContents(draft.nodes ?? [], ids);
  if (relink) {
    for (const node of draft.nodes ?? []) {
      if (gone.has(node.id)) {
        bridge(draft, node.id);
      }
    }
  }
  const isGone = (edge: EdgeDraft) => gone.has(edge.from[0] ?? "") || gone.has(edge.to[0] ?? "");
  setBlock(draft, "edges", without(draft.edges, isGone));
  setBlock(
    draft,
    "nodes",
    without(draft.nodes, (node) => gone.has(node.id)),
  );
  setBlock(
    draft,
    "notes",
    without(draft.notes, (note) => gone.has(note.id)),
  );
  const aboutGone = (about: readonly string[] | undefined) => gone.has(about?.[0] ?? "");
  setBlock(
    draft,
    "comments",
    without(
      draft.comments,
      ({ node, edge }) => gone.has(node ?? "") || aboutGone(edge?.[0]) || aboutGone(edge?.[1]),
    ),
  );
  forget(draft, gone);
  forgetGroups(draft, gone);
  forgetTests(draft, gone);
}

function bridge(draft: DocumentDraft, id: string): void {
  const edges = draft.edges ?? [];
  const into = edges.filter((edge) => target(edge).node === id && isPlain(edge));
  const out = edges.filter((edge) => source(edge).node === id && isPlain(edge));
  const input = firstPort(into.map(target));
  const output = firstPort(out.map(source));
  const next = out.filter((edge) => source(edge).port === output);
  for (const edge of into.filter((one) => target(one).port === input)) {
    const made = next
      .map((after): EdgeDraft => ({ from: [...edge.from], to: [...after.to] }))
      .filter((one) => isWanted(draft, id, one));
    const place = draft.edges?.indexOf(edge) ?? -1;
    draft.edges?.splice(place + 1, 0, ...made);
  }
}

function isPlain(edge: EdgeDraft): boolean {
  return (edge.kind ?? "main") === "main" && !edge.back;
}

function firstPort(ends: readonly End[]): string | undefined {
  const ports = ends.map((end) => end.port).filter((port) => port !== "error");
  return ports.includes("main") ? "main" : ports[0];
}

/** Not twice, not in a circle, not across the border of a container. */
function isWanted(draft: DocumentDraft, id: string, edge: EdgeDraft): boolean {
  const [from, to] = [source(edge), target(edge)];
  const parent = (of: string) => draft.nodes?.find((node) => node.id === of)?.parent ?? null;
  const same = (one: EdgeDraft) =>
    one.from.join() === edge.from.join() && one.to.join() === edge.to.join();
  return (
    from.node !== id &&
    to.node !== id &&
    from.node !== to.node &&
    parent(from.node) === parent(to.node) &&
    !draft.edges?.some(same) &&
    !reaches(linksOf(draft), to.node, from.node, id)
  );
}

function forget(draft: DocumentDraft, gone: ReadonlySet<string>): void {
  for (const id of gone) {
    if (draft.layout?.[id]) {
      delete draft.layout[id];
    }
    if (draft.fixtures?.[id]) {
      delete draft.fixtures[id];
    }
  }
}

function forgetGroups(draft: DocumentDraft, gone: ReadonlySet<string>): void {
  for (const group of draft.groups ?? []) {
    if (group.nodes?.some((id) => gone.has(id))) {
      group.nodes = group.nodes.filter((id) => !gone.has(id));
    }
  }
  setBlock(
    draft,
    "groups",
    without(draft.groups, (group) => gone.has(group.id) || group.nodes?.length === 0),
  );
}

function forgetTests(draft: DocumentDraft, gone: ReadonlySet<string>): void {
  for (const test of draft.tests ?? []) {
    for (const id of gone) {
      if (test.mocks?.[id]) {
        delete test.mocks[id];
      }
      if (test.expected?.[id]) {
        delete test.expected[id];
      }
    }
    if (test.start && gone.has(test.start)) {
      delete test.start;
    }
    if (test.to && gone.has(test.to)) {
      delete test.to;
    }
  }
}
