/**
 * Saving by itself.
 *
 * The rules:
 *
 * - A draft is saved a moment after the last change, and by the key for it at once; one call at a time.
 * - Each call names the revision that the change was made to. Where somebody else was faster, nothing
 *   is overwritten: what he saved is read, and people choose. What he only said in comments is taken in.
 * - Where the server cannot be reached, it is tried again, longer each time. Until it is saved, the text
 *   is kept in the browser.
 */

import { Changed, Refused } from "@penstock/client";
import type { models } from "~/api/client";
import { isSameDocument } from "~/model/diff";
import type { Document } from "~/model/document";
import type { Editing } from "./store";
import { keep, letGo, type Shelf } from "./unsaved";

export const SAVED_AFTER_MS = 800;
const KEPT_AFTER_MS = 300;
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 30_000;

export interface Stored {
  readonly etag: string;
  readonly about: models.StoredWorkflow;
}

export interface Read extends Stored {
  readonly document: Document;
}

/** What saving needs of the rest. */
export interface Desk {
  readonly state: () => Editing;
  readonly set: (some: Partial<Editing>) => void;
  readonly subscribe: (told: () => void) => () => void;
  readonly save: (workflow: string, document: Document, etag: string) => Promise<Stored>;
  readonly read: (workflow: string) => Promise<Read>;
  readonly now: () => number;
  readonly shelf?: Shelf;
}

export class Autosave {
  readonly #desk: Desk;
  readonly #workflow: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #keeping: ReturnType<typeof setTimeout> | undefined;
  #going: Promise<void> | undefined;
  #failed = 0;
  #last: Document;
  /** What was sent last, and the revision that it was made to or has become. */
  #sent: Document | undefined;
  #etag = "";
  readonly #end: () => void;

  constructor(desk: Desk) {
    this.#desk = desk;
    this.#workflow = desk.state().workflow;
    this.#last = desk.state().history.document;
    this.#end = desk.subscribe(() => this.#look());
  }

  /** Save now; what could not be saved shows in the state. */
  async saveNow(): Promise<void> {
    clearTimeout(this.#timer);
    while (this.#going) {
      await this.#going;
    }
    const state = this.#desk.state();
    if (this.#isHere() && isDue(state)) {
      await this.#begin(state.history.document, state.etag);
    }
  }

  #begin(document: Document, etag: string): Promise<void> {
    this.#going = this.#save(document, etag).finally(() => {
      this.#going = undefined;
    });
    return this.#going;
  }

  /** The network is back. */
  wake(): void {
    if (this.#desk.state().saving === "failed") {
      this.#failed = 0;
      void this.saveNow();
    }
  }

  /** Keep in the browser what is not saved, at once. */
  keepNow(): void {
    clearTimeout(this.#keeping);
    const { workflow, saving, history, etag } = this.#desk.state();
    if (workflow === this.#workflow && saving !== "saved") {
      const kept = { document: history.document, etag, at: this.#desk.now() };
      keep(workflow, kept, this.#desk.shelf);
    }
  }

  /** Save no more; what is left to be saved has been sent when the promise ends. */
  async stop(): Promise<void> {
    this.keepNow();
    this.#end();
    clearTimeout(this.#timer);
    clearTimeout(this.#keeping);
    const state = this.#desk.state();
    const document = state.history.document;
    const isLeft = this.#isHere() && (isDue(state) || state.saving === "saving");
    // Another workflow may be open by the time that the call on its way has ended.
    const before = this.#going ? this.#sent : undefined;
    await this.#going;
    if (isLeft && before !== document) {
      await this.#begin(document, before ? this.#etag : state.etag);
    }
    clearTimeout(this.#timer);
  }

  #look(): void {
    const { workflow, history, saving } = this.#desk.state();
    if (workflow !== this.#workflow || history.document === this.#last) {
      return;
    }
    this.#last = history.document;
    if (saving !== "dirty" && saving !== "conflict") {
      return;
    }
    clearTimeout(this.#keeping);
    this.#keeping = setTimeout(() => this.keepNow(), KEPT_AFTER_MS);
    if (saving === "dirty") {
      this.#failed = 0;
      this.#schedule(SAVED_AFTER_MS);
    }
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.saveNow(), ms);
  }

  async #save(sent: Document, etag: string): Promise<void> {
    this.#sent = sent;
    this.#etag = etag;
    if (this.#isHere()) {
      this.#desk.set({ saving: "saving" });
    }
    try {
      this.#stored(sent, await this.#desk.save(this.#workflow, sent, etag));
    } catch (error) {
      if (error instanceof Changed) {
        await this.#changed(sent);
      } else {
        this.#couldNot(error);
      }
    }
  }

  #stored(sent: Document, { etag, about }: Stored): void {
    this.#failed = 0;
    this.#etag = etag;
    if (!this.#isHere()) {
      letGo(this.#workflow, this.#desk.shelf);
      return;
    }
    const isLatest = this.#desk.state().history.document === sent;
    const saving = isLatest ? "saved" : "dirty";
    this.#desk.set({ etag, about, saved: sent, saving, failure: null, conflict: null });
    if (isLatest) {
      clearTimeout(this.#keeping);
      letGo(this.#workflow, this.#desk.shelf);
    } else {
      this.#schedule(SAVED_AFTER_MS);
    }
  }

  /** Somebody else was faster: look at what he did. */
  async #changed(sent: Document): Promise<void> {
    let read: Read;
    try {
      read = await this.#desk.read(this.#workflow);
    } catch (error) {
      this.#couldNot(error);
      return;
    }
    const { document: theirs, etag, about } = read;
    const state = this.#desk.state();
    if (isSameDocument(theirs, sent)) {
      // Our own call had arrived, and its answer had not.
      this.#stored(sent, read);
    } else if (this.#isHere() && onlyCommented(state.saved, theirs)) {
      const history = withComments(state.history, theirs);
      this.#desk.set({ history, etag, about, saved: theirs, saving: "dirty" });
      this.#schedule(0);
    } else if (this.#isHere()) {
      this.#desk.set({ saving: "conflict", conflict: { theirs, etag, about } });
      this.keepNow();
    }
  }

  #couldNot(failure: unknown): void {
    if (!this.#isHere()) {
      return;
    }
    this.#desk.set({ saving: "failed", failure });
    this.keepNow();
    const isFinal = failure instanceof Refused && failure.status < 500 && failure.status !== 429;
    if (!isFinal) {
      this.#schedule(Math.min(FIRST_RETRY_MS * 2 ** this.#failed, LONGEST_RETRY_MS));
      this.#failed += 1;
    }
  }

  #isHere(): boolean {
    return this.#desk.state().workflow === this.#workflow;
  }
}

function isDue({ saving, readOnly }: Editing): boolean {
  return !readOnly && (saving === "dirty" || saving === "failed");
}

/** Whether between two texts nothing but comments has changed. */
export function onlyCommented(before: Document, after: Document): boolean {
  return isSameDocument({ ...before, comments: [] }, { ...after, comments: [] });
}

/** The present text with the comments of another one; what can be undone stays. */
export function withComments(history: Editing["history"], from: Document): Editing["history"] {
  const { comments: _, ...rest } = history.document;
  return {
    ...history,
    document: from.comments?.length ? { ...rest, comments: from.comments } : rest,
  };
}
