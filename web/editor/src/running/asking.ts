/** What of running is on the screen besides the run itself. */

import { create } from "zustand";
import type { Document, Item } from "~/model/document";

export interface Wish {
  /** Run up to this node; empty: all. */
  readonly to: string;
  readonly simulate: boolean;
  readonly stepping: boolean;
}

export const WHOLE: Wish = { to: "", simulate: false, stepping: false };

interface Asking {
  /** What is asked for before a run can begin: the trigger, and what is to run. */
  readonly input: { readonly trigger: string; readonly wish: Wish } | null;
  /** The trigger that was begun at last. */
  readonly trigger: string;
  /** What was given to each trigger last. */
  readonly given: Readonly<Record<string, readonly Item[]>>;
  /** The execution to be shown when its workflow is opened, until another is begun; null: the latest. */
  readonly next: { readonly workflow: string; readonly execution: string } | null;
  readonly starting: boolean;
  /** The execution that was begun here and has not ended as far as is known. */
  readonly begun: string;
  /** The text that `begun` or an earlier one ran; null: not known, it began somewhere else. */
  readonly ran: { readonly execution: string; readonly document: Document } | null;
  /** One node alone was to be seen at work. */
  readonly single: boolean;
  /** The list of what a simulation would have sent is shown. */
  readonly effects: boolean;
}

export const useAsking = create<Asking>()(() => ({
  input: null,
  trigger: "",
  given: {},
  next: null,
  starting: false,
  begun: "",
  ran: null,
  single: false,
  effects: false,
}));
