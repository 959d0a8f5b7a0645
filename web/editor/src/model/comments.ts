/** Reading the comments of a document. They are written through the server, which says who and when. */

import type { Comment, Document, Edge } from "./document";

/** What somebody said, with the answers to it. */
export interface Thread {
  readonly first: Comment;
  readonly answers: readonly Comment[];
}

/** The threads of a document, the oldest first. */
export function threadsOf(document: Document): readonly Thread[] {
  const all = [...(document.comments ?? [])].sort((a, b) => ((a.at ?? "") < (b.at ?? "") ? -1 : 1));
  return all
    .filter((one) => !one.answers)
    .map((first) => ({ first, answers: all.filter((one) => one.answers === first.id) }));
}

export function threadsOfNode(document: Document, node: string): readonly Thread[] {
  return threadsOf(document).filter(({ first }) => first.node === node);
}

export function threadsOfEdge(document: Document, edge: Edge): readonly Thread[] {
  const ends = [edge.from, edge.to].map((end) => end.join("\u0000")).join();
  return threadsOf(document).filter(
    ({ first }) => first.edge?.map((end) => end.join("\u0000")).join() === ends,
  );
}

/** By node: how many threads are open. */
export function openThreads(document: Document): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const one of document.comments ?? []) {
    if (one.node && !one.answers && !one.resolved) {
      found.set(one.node, (found.get(one.node) ?? 0) + 1);
    }
  }
  return found;
}
