/**
 * What is wrong with the document, and which ports its nodes have: asked a moment after the last change
 * that could make a difference, one question at a time.
 */

import type { models } from "~/api/client";
import type { Document } from "~/model/document";
import type { Editing } from "./store";

export const ASKED_AFTER_MS = 400;

export interface Asking {
  readonly state: () => Editing;
  readonly set: (some: Partial<Editing>) => void;
  readonly subscribe: (told: () => void) => () => void;
  readonly validate: (document: Document, signal: AbortSignal) => Promise<models.Findings>;
}

/** Keep findings and ports up to date until the function that is returned is called. */
export function keepValidated(asking: Asking): () => void {
  let last = asking.state().history.document;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let call: AbortController | undefined;

  const ask = async (): Promise<void> => {
    const own = new AbortController();
    call = own;
    const { workflow, history } = asking.state();
    try {
      const { findings, ports } = await asking.validate(history.document, own.signal);
      if (!own.signal.aborted && asking.state().workflow === workflow) {
        asking.set({ findings, ports });
      }
    } catch {
      // What was known stays; the next change asks again, and saving tells that nobody answers.
    }
  };
  const end = asking.subscribe(() => {
    const { document } = asking.state().history;
    if (document === last || isOnlyDrawn(last, document)) {
      last = document;
      return;
    }
    last = document;
    clearTimeout(timer);
    call?.abort();
    timer = setTimeout(() => void ask(), ASKED_AFTER_MS);
  });
  return () => {
    clearTimeout(timer);
    call?.abort();
    end();
  };
}

const DRAWN = new Set(["layout", "notes", "groups", "comments", "name", "description"]);

/** Whether a change only moved or labelled something, which no finding is about. */
export function isOnlyDrawn(before: Document, after: Document): boolean {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].every((key) => DRAWN.has(key) || partOf(before, key) === partOf(after, key));
}

function partOf(document: Document, key: string): unknown {
  return Object.entries(document).find(([name]) => name === key)?.[1];
}
