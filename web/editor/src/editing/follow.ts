/** Taking in what others do to the workflow that is open, as long as nothing was changed here. */

import type { Happened } from "~/api/happened";
import type { Read } from "./autosave";
import { onlyCommented, withComments } from "./autosave";
import type { Editing, ReadOnlyFor, TakenOver } from "./store";

export interface Following {
  readonly state: () => Editing;
  readonly set: (some: Partial<Editing>) => void;
  readonly read: (workflow: string) => Promise<Read & TakenOver>;
  /** Somebody else changed the text, and it is shown now. */
  readonly told?: (by: string) => void;
  /** Why nothing may be changed any more, or that it may again: locks come and go. */
  readonly reason?: (about: NonNullable<Editing["about"]>) => ReadOnlyFor;
}

/** Whether something in a batch means that the text or what is known of it has changed. */
export function isNews(events: readonly Happened[], etag: string): boolean {
  return events.some(({ kind, detail }) => {
    if (kind === "missed" || kind === "lost") {
      return true;
    }
    if (kind === "workflow.saved") {
      const revision = typeof detail === "object" ? detail.revision : undefined;
      return String(revision) !== etag;
    }
    return kind.startsWith("workflow.");
  });
}

/** Read the workflow again, and show it where nothing stands against that. */
export async function catchUp(following: Following, by = ""): Promise<void> {
  const { workflow, readOnlyFor } = following.state();
  let read: Read & TakenOver;
  try {
    read = await following.read(workflow);
  } catch {
    // Hints are no promise: the next save tells what has happened.
    return;
  }
  const now = following.state();
  if (now.workflow !== workflow) {
    return;
  }
  if (isOlder(read.etag, now.etag)) {
    // Two readings crossed each other, or our own saving overtook this one.
    return;
  }
  if (now.conflict) {
    const { document: theirs, etag, about } = read;
    const isNewer = isOlder(now.conflict.etag, etag);
    following.set({
      about: newer(now.about, about),
      conflict: isNewer ? { theirs, etag, about } : now.conflict,
    });
    return;
  }
  if (read.etag === now.etag || (now.saving !== "saved" && readOnlyFor === "")) {
    following.set({ about: newer(now.about, read.about) });
  } else if (onlyCommented(now.saved, read.document)) {
    const history = withComments(now.history, read.document);
    const { etag, about } = read;
    following.set({ history, saved: history.document, etag, about });
  } else {
    now.takeOver(read);
    following.told?.(by);
  }
  allow(following);
}

/** What was changed here before a lock came can still be saved or kept, so it stays open for that. */
function allow({ state, set, reason }: Following): void {
  const { about, saving, readOnlyFor } = state();
  const next = about && reason ? reason(about) : readOnlyFor;
  if (next !== readOnlyFor && readOnlyFor !== "shown" && saving === "saved") {
    set({ readOnlyFor: next, readOnly: next !== "" });
  }
}

/** Tags of workflows are their revisions, which only grow. */
function isOlder(etag: string, than: string): boolean {
  return Number(etag) < Number(than);
}

function newer(known: Editing["about"], read: NonNullable<Editing["about"]>): Editing["about"] {
  return known && known.revision > read.revision ? known : read;
}

/** Who saved last, of a batch. */
export function savedBy(events: readonly Happened[]): string {
  return events.findLast((event) => event.kind === "workflow.saved")?.by ?? "";
}
