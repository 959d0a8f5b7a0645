/** About what comments are shown; null: none are. */

import { create } from "zustand";
import type { Edge } from "~/model/document";

/** Without a node and an edge: what was said about the whole workflow. */
export interface Subject {
  readonly node?: string;
  readonly edge?: Edge;
}

interface Shown {
  readonly subject: Subject | null;
}

export const useComments = create<Shown>()(() => ({ subject: null }));

export function openComments(subject: Subject): void {
  useComments.setState({ subject });
}

export function closeComments(): void {
  useComments.setState({ subject: null });
}
