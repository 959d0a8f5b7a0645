/** A desk for tests: the real store, and a server that a test plays. */

import type { models } from "~/api/client";
import type { Document } from "~/model/document";
import { flow } from "~/model/edit/testing";
import type { Desk, Read, Stored } from "./autosave";
import { useEditing } from "./store";
import type { Shelf } from "./unsaved";

export const DOCUMENT = flow("a b", "a>b");

export function about(revision: number): models.StoredWorkflow {
  return {
    id: "wf_1",
    workspace_id: "ws_1",
    name: "Flow",
    revision,
    latest: 0,
    active_version: null,
    draft_id: "dr_1",
    locked_by: null,
    locked_until_ms: 0,
    created_ms: 0,
    updated_ms: 0,
    folder_id: "",
    description: "",
    tags: [],
    archived_ms: null,
    canary_version: null,
    canary_percent: 0,
  };
}

export function openStore(document: Document = DOCUMENT, workflow = "wf_1"): void {
  useEditing.getState().open({ workflow, etag: "1", document, about: about(1) });
}

export function rename(name: string): void {
  useEditing.getState().edit("Rename", (draft) => {
    draft.name = name;
  });
}

/** A shelf that lives as long as the test. */
export function shelfOf(
  limit = Number.POSITIVE_INFINITY,
): Shelf & { readonly all: Map<string, string> } {
  const all = new Map<string, string>();
  return {
    all,
    get length() {
      return all.size;
    },
    key: (index) => [...all.keys()][index] ?? null,
    getItem: (key) => all.get(key) ?? null,
    removeItem: (key) => void all.delete(key),
    setItem: (key, value) => {
      if (value.length > limit) {
        throw new Error("full");
      }
      all.set(key, value);
    },
  };
}

/** What was sent, and how a test answers it. */
export interface Sent {
  readonly document: Document;
  readonly etag: string;
  readonly answer: (stored: Stored) => void;
  readonly refuse: (error: unknown) => void;
}

export interface Played extends Desk {
  readonly sent: Sent[];
  /** What reading the workflow again gives. */
  now_: Read | Error;
  readonly shelf: ReturnType<typeof shelfOf>;
}

export function desk(): Played {
  const played: Played = {
    sent: [],
    now_: new Error("nobody reads"),
    shelf: shelfOf(),
    state: useEditing.getState,
    set: useEditing.setState,
    subscribe: (told) => useEditing.subscribe(told),
    now: () => 1_000,
    save: (_, document, etag) =>
      new Promise<Stored>((answer, refuse) => {
        played.sent.push({ document, etag, answer, refuse });
      }),
    read: () =>
      played.now_ instanceof Error ? Promise.reject(played.now_) : Promise.resolve(played.now_),
  };
  return played;
}
