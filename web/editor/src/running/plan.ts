/** Where a run begins that is to show one node at work; pure. */

import { type Document, edgesOf, findNode, type Node, source, target } from "~/model/document";
import { downstream } from "~/model/graph";
import { pinnedItems } from "./triggers";

/** Whether what a node gave in the run that is shown is what it would give now. */
export type StillGood = (node: string) => boolean;

/**
 * The node to begin at, on the data of the run that is shown; null: at a trigger, with nothing.
 *
 * What did not run, was changed since or is pinned runs again, with all behind it; what came before
 * is taken as it was, so that nothing is sent twice.
 */
export function beginsAt(document: Document, node: string, isGood: StillGood): string | null {
  const outer = outermost(document, node);
  const isPinned = (id: string) => pinnedItems(document, id).length > 0;
  const again = leadingTo(document, outer, isPinned).filter((id) => isPinned(id) || !isGood(id));
  if (again.length === 0) {
    return node;
  }
  const first = again.find((id) => {
    const behind = downstream(document, [id]);
    return again.every((other) => behind.has(other));
  });
  const begins = first !== undefined && (isPinned(first) || before(document, first).length > 0);
  return begins ? first : null;
}

/** What leads to a node; nothing beyond what is pinned, which does not run. */
function leadingTo(
  document: Document,
  node: string,
  isPinned: (id: string) => boolean,
): readonly string[] {
  const seen = new Set([node]);
  for (const id of seen) {
    if (id === node || !isPinned(id)) {
      for (const one of before(document, id)) {
        seen.add(one);
      }
    }
  }
  seen.delete(node);
  return [...seen];
}

function before(document: Document, id: string): readonly string[] {
  return edgesOf(document)
    .filter((edge) => target(edge).node === id)
    .map((edge) => source(edge).node);
}

export function outermost(document: Document, id: string): string {
  let at: Node | undefined = findNode(document, id);
  for (let depth = 0; at?.parent && depth < 50; depth += 1) {
    at = findNode(document, at.parent);
  }
  return at?.id ?? id;
}
