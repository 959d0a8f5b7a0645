/** What people can choose when somebody else saved first, and of what was left unsaved. */

import { type Change, diff } from "~/model/diff";
import type { Document, DocumentDraft } from "~/model/document";
import * as history from "~/model/history";
import { withComments } from "./autosave";
import { addCopy } from "./server";
import { type Editing, useEditing } from "./store";
import { letGo } from "./unsaved";

export interface BothChanges {
  /** What the other one changed, and what was changed here, since the text that both began with. */
  readonly theirs: readonly Change[];
  readonly mine: readonly Change[];
}

/** What there is to choose between; undefined: there is no conflict. */
export function changesInConflict(state: Editing): BothChanges | undefined {
  return state.conflict
    ? {
        theirs: diff(state.saved, state.conflict.theirs),
        mine: diff(state.saved, state.history.document),
      }
    : undefined;
}

/** Take what the other one saved. What was changed here comes back by undoing that. */
export function takeTheirs(label: string): void {
  const { conflict, workflow, history: present } = useEditing.getState();
  if (!conflict) {
    return;
  }
  const { theirs, etag, about } = conflict;
  // Comments are not what was chosen between: undoing the choice takes none of theirs away.
  const next = replaced(withComments(present, theirs), theirs, label);
  letGo(workflow);
  useEditing.setState({
    history: next,
    saved: next.document,
    saving: "saved",
    etag,
    about,
    conflict: null,
    failure: null,
  });
}

/** Keep what was changed here as a workflow of its own, and take what the other one saved. */
export async function keepMineAsCopy(name: string, label: string): Promise<string> {
  const { history: present } = useEditing.getState();
  const { id } = await addCopy(present.document, name);
  takeTheirs(label);
  return id;
}

/** Save what was changed here over what the other one saved; that stays in no version. */
export function overwrite(): void {
  const { conflict } = useEditing.getState();
  if (conflict) {
    const { etag, about, theirs } = conflict;
    useEditing.setState({ etag, about, saved: theirs, saving: "dirty", conflict: null });
  }
}

/** Go on with what was not saved the last time; undoing that gives the server's text again. */
export function restoreUnsaved(label: string): void {
  const { unsaved } = useEditing.getState();
  if (unsaved) {
    useEditing.getState().edit(label, (draft) => putInPlace(draft, unsaved.document));
    useEditing.setState({ unsaved: null });
  }
}

/** Give up what was not saved the last time. */
export function discardUnsaved(): void {
  letGo(useEditing.getState().workflow);
  useEditing.setState({ unsaved: null });
}

function replaced(present: history.History, by: Document, label: string): history.History {
  return history.edit(present, (draft) => putInPlace(draft, by), { label, now: performance.now() });
}

/** Make a draft say what another document says. */
export function putInPlace(draft: DocumentDraft, document: Document): void {
  const entries: Record<string, unknown> = { ...document };
  for (const key of Object.keys(draft)) {
    if (!(key in entries)) {
      Reflect.deleteProperty(draft, key);
    }
  }
  Object.assign(draft, entries);
}
