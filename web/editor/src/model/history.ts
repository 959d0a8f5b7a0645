/**
 * Undo and redo of everything.
 *
 * The rules:
 *
 * - An edit is a function that changes a draft; what it changed is known by patches, so that no edit
 *   has to say how it is undone.
 * - Edits with the same `merge` key that follow each other within a second are one step: typing a
 *   word, or moving a node by key.
 * - A new edit ends what could be redone.
 */

import { applyPatches, enablePatches, type Patch, produceWithPatches } from "immer";
import type { Document, DocumentDraft } from "./document";

enablePatches();

export const MOST_STEPS = 200;
const MERGED_WITHIN_MS = 1_000;

export type Recipe = (draft: DocumentDraft) => unknown;

/** One thing that can be undone. */
export interface Step {
  readonly label: string;
  readonly merge: string;
  readonly at: number;
  readonly forward: readonly Patch[];
  readonly back: readonly Patch[];
}

export interface History {
  readonly document: Document;
  readonly done: readonly Step[];
  readonly undone: readonly Step[];
}

export interface EditOptions {
  /** What the menu calls it: "Undo Move". */
  readonly label: string;
  readonly merge?: string;
  readonly now: number;
}

export function begin(document: Document): History {
  return { document, done: [], undone: [] };
}

/** Carry an edit out. One that changes nothing leaves no step. */
export function edit(history: History, recipe: Recipe, options: EditOptions): History {
  const [document, forward, back] = produceWithPatches(
    history.document as DocumentDraft,
    (draft) =>
      // What a recipe gives back is its own business: a new node's id, say.
      void recipe(draft as DocumentDraft),
  );
  if (forward.length === 0) {
    return history;
  }
  const step: Step = {
    label: options.label,
    merge: options.merge ?? "",
    at: options.now,
    forward,
    back,
  };
  return { document: document as Document, done: pushed(history.done, step), undone: [] };
}

function pushed(done: readonly Step[], step: Step): readonly Step[] {
  const last = done.at(-1);
  if (last && step.merge && last.merge === step.merge && step.at - last.at < MERGED_WITHIN_MS) {
    const both = {
      ...step,
      forward: [...last.forward, ...step.forward],
      back: [...step.back, ...last.back],
    };
    return [...done.slice(0, -1), both];
  }
  return [...done, step].slice(-MOST_STEPS);
}

export function undo(history: History): History {
  const step = history.done.at(-1);
  if (!step) {
    return history;
  }
  return {
    document: applyPatches(history.document, step.back as Patch[]),
    done: history.done.slice(0, -1),
    undone: [...history.undone, step],
  };
}

export function redo(history: History): History {
  const step = history.undone.at(-1);
  if (!step) {
    return history;
  }
  return {
    document: applyPatches(history.document, step.forward as Patch[]),
    done: [...history.done, step],
    undone: history.undone.slice(0, -1),
  };
}
