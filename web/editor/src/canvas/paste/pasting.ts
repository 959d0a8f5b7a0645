/** What is pasted and has to be looked at before. */

import { create } from "zustand";
import type { models } from "~/api/client";

interface Pasting {
  /** What another product's text would become; null: nothing is looked at. */
  readonly preview: models.ImportDone | null;
  readonly reading: boolean;
}

export const usePasting = create<Pasting>()(() => ({ preview: null, reading: false }));

/** Copied here; for browsers that let a page not read the clipboard. */
let copied = "";

export function keepCopied(text: string): void {
  copied = text;
}

export const lastCopied = (): string => copied;
