/** Edits of sticky notes. */

import type { DocumentDraft, Mutable, Note, Point } from "../document";
import { newId } from "./names";
import { moveNodes, removeNodes } from "./nodes";

export const NOTE_WIDTH = 240;
export const NOTE_HEIGHT = 160;

export interface NewNote {
  readonly at: Point;
  readonly text?: string;
  readonly width?: number;
  readonly height?: number;
  readonly color?: string;
  readonly id?: string;
}

/** Add a note; gives back its id. */
export function addNote(draft: DocumentDraft, given: NewNote): string {
  const { at, id = newId(draft, "note"), ...rest } = given;
  const note: Mutable<Note> = {
    width: NOTE_WIDTH,
    height: NOTE_HEIGHT,
    ...(rest as Partial<Mutable<Note>>),
    id,
  };
  draft.notes ??= [];
  draft.notes.push(note);
  moveNodes(draft, [[id, at]]);
  return id;
}

/** Say something else in a note, or draw it otherwise; null: the default colour. */
export function changeNote(
  draft: DocumentDraft,
  id: string,
  some: { readonly text?: string; readonly color?: string | null },
): void {
  const note = draft.notes?.find((one) => one.id === id);
  if (!note) {
    return;
  }
  if (some.text !== undefined) {
    note.text = some.text;
  }
  if (some.color === null) {
    delete note.color;
  } else if (some.color !== undefined) {
    note.color = some.color;
  }
}

/** Draw a note larger or smaller; its place may change with it. */
export function resizeNote(
  draft: DocumentDraft,
  id: string,
  size: { readonly width: number; readonly height: number },
  at?: Point,
): void {
  const note = draft.notes?.find((one) => one.id === id);
  if (note) {
    note.width = Math.round(size.width);
    note.height = Math.round(size.height);
    at && moveNodes(draft, [[id, at]]);
  }
}

export function removeNote(draft: DocumentDraft, id: string): void {
  removeNodes(draft, [id], { relink: false });
}
