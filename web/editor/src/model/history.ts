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
 * - Comments are written on the server, by others too, while the text is open. So a step knows which of
 *   them it added and took along, and undo and redo leave all others as they are by then.
 */

import { applyPatches, enablePatches, type Patch, produceWithPatches } from "immer";
import type { Comment, Document, DocumentDraft } from "./document";

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
  readonly added: readonly Comment[];
  readonly removed: readonly Comment[];
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
    forward: forward.filter(isNoComment),
    back: back.filter(isNoComment),
    added: commentsBut(document as Document, history.document),
    removed: commentsBut(history.document, document as Document),
  };
  return { document: document as Document, done: pushed(history.done, step), undone: [] };
}

function isNoComment({ path }: Patch): boolean {
  return path[0] !== "comments";
}

/** The comments of a document that another one does not have. */
function commentsBut(document: Document, other: Document): readonly Comment[] {
  if (document.comments === other.comments) {
    return [];
  }
  const known = idsOf(other.comments ?? []);
  return (document.comments ?? []).filter((one) => !known.has(one.id));
}

function idsOf(comments: readonly Comment[]): ReadonlySet<string> {
  return new Set(comments.map((one) => one.id));
}

function pushed(done: readonly Step[], step: Step): readonly Step[] {
  const last = done.at(-1);
  if (last && step.merge && last.merge === step.merge && step.at - last.at < MERGED_WITHIN_MS) {
    const both = {
      ...step,
      forward: [...last.forward, ...step.forward],
      back: [...step.back, ...last.back],
      added: [...last.added, ...step.added],
      removed: [...last.removed, ...step.removed],
    };
    return [...done.slice(0, -1), both];
  }
  return [...done, step].slice(-MOST_STEPS);
}

/** Apply patches; of the comments that are there now some go, and some come back. */
function stepped(
  document: Document,
  patches: readonly Patch[],
  going: readonly Comment[],
  coming: readonly Comment[],
): Document {
  const next = applyPatches(document, patches as Patch[]);
  if (going.length === 0 && coming.length === 0) {
    return next;
  }
  const { comments = [], ...rest } = next;
  const gone = idsOf(going);
  const staying = comments.filter((one) => !gone.has(one.id));
  const there = idsOf(staying);
  const left = [...staying, ...coming.filter((one) => !there.has(one.id))];
  return left.length > 0 ? { ...rest, comments: left } : rest;
}

export function undo(history: History): History {
  const step = history.done.at(-1);
  if (!step) {
    return history;
  }
  return {
    document: stepped(history.document, step.back, step.added, step.removed),
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
    document: stepped(history.document, step.forward, step.removed, step.added),
    done: [...history.done, step],
    undone: history.undone.slice(0, -1),
  };
}
