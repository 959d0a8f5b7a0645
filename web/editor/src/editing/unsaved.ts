/** What is not saved yet, kept in the browser, so that a crash or a closed tab loses nothing. */

import type { Document } from "~/model/document";

export interface Kept {
  readonly document: Document;
  /** The revision that it was made from. */
  readonly etag: string;
  readonly at: number;
}

const NAME = "penstock.unsaved.";
/** What nobody came back for is given up. */
const KEPT_MS = 30 * 24 * 3_600_000;

export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

/** Keep a text; gives back whether there was room. */
export function keep(workflow: string, kept: Kept, shelf: Shelf = localStorage): boolean {
  try {
    shelf.setItem(NAME + workflow, JSON.stringify(kept));
    return true;
  } catch {
    // Full, or forbidden: saving to the server goes on as before.
    return false;
  }
}

export function letGo(workflow: string, shelf: Shelf = localStorage): void {
  try {
    shelf.removeItem(NAME + workflow);
  } catch {
    // Nothing was kept where nothing can be.
  }
}

/** What was kept of a workflow, if anything can be read of it. */
export function keptOf(workflow: string, shelf: Shelf = localStorage): Kept | undefined {
  try {
    return read(shelf.getItem(NAME + workflow));
  } catch {
    return undefined;
  }
}

/** Give up what is old. */
export function sweep(now: number, shelf: Shelf = localStorage): void {
  try {
    const names = Array.from({ length: shelf.length }, (_, index) => shelf.key(index) ?? "");
    for (const name of names.filter((one) => one.startsWith(NAME))) {
      const kept = read(shelf.getItem(name));
      if (!kept || now - kept.at > KEPT_MS) {
        shelf.removeItem(name);
      }
    }
  } catch {
    // As above.
  }
}

function read(text: string | null): Kept | undefined {
  if (!text) {
    return undefined;
  }
  const value: unknown = JSON.parse(text);
  return isKept(value) ? value : undefined;
}

function isKept(value: unknown): value is Kept {
  return (
    typeof value === "object" &&
    value !== null &&
    "document" in value &&
    typeof value.document === "object" &&
    value.document !== null &&
    "etag" in value &&
    typeof value.etag === "string" &&
    "at" in value &&
    typeof value.at === "number"
  );
}
