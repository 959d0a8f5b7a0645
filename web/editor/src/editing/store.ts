/** The workflow that is open: its text, what is selected, how saving goes. */

import { freeze } from "immer";
import { create } from "zustand";
import type { models } from "~/api/client";
import {
  type Document,
  EMPTY,
  edgeId,
  edgesOf,
  type Finding,
  type NodePorts,
  nodesOf,
} from "~/model/document";
import * as history from "~/model/history";

export type Saving = "saved" | "dirty" | "saving" | "conflict" | "failed";

/** Why nothing may be changed here; empty: it may. */
export type ReadOnlyFor = "" | "grant" | "archived" | "locked" | "shown";

/** Somebody else saved first. */
export interface Conflict {
  /** What he saved. */
  readonly theirs: Document;
  readonly etag: string;
  readonly about: models.StoredWorkflow;
}

/** What was not saved when this page was left the last time. */
export interface Unsaved {
  readonly document: Document;
  readonly at: number;
  /** Somebody has saved since. */
  readonly isOlder: boolean;
}

export interface Editing {
  /** Id of the workflow; empty: none is open. */
  readonly workflow: string;
  /** Revision that the server has, to be sent with a change. */
  readonly etag: string;
  readonly history: history.History;
  readonly readOnly: boolean;
  readonly readOnlyFor: ReadOnlyFor;
  /** What the server says about it besides its text: name, versions, folder, lock. */
  readonly about: models.StoredWorkflow | null;
  /** The text that the server has. */
  readonly saved: Document;
  readonly saving: Saving;
  /** Why the last attempt to save failed. */
  readonly failure: unknown;
  readonly conflict: Conflict | null;
  readonly unsaved: Unsaved | null;
  /** By node and port, as the server tells them for the present configs. */
  readonly ports: Readonly<Record<string, NodePorts>>;
  readonly findings: readonly Finding[];
  /** Ids of nodes and notes. */
  readonly selected: ReadonlySet<string>;
  readonly selectedEdges: ReadonlySet<string>;
  /** The node whose details are open; empty: none. */
  readonly opened: string;

  open(given: Opened): void;
  /** Put another text in the place of the one that is open, because the server has it now. */
  takeOver(given: TakenOver): void;
  /** Change the document; everything that changes it goes through here and can be undone. */
  edit(label: string, recipe: history.Recipe, merge?: string): void;
  undo(): void;
  redo(): void;
  select(nodes: Iterable<string>, edges?: Iterable<string>): void;
  openNode(id: string): void;
  set(some: Partial<Editing>): void;
}

export interface Opened {
  readonly workflow: string;
  readonly etag: string;
  readonly document: Document;
  readonly about?: models.StoredWorkflow;
  readonly readOnly?: boolean;
  readonly readOnlyFor?: ReadOnlyFor;
  readonly ports?: Readonly<Record<string, NodePorts>>;
  readonly findings?: readonly Finding[];
}

export interface TakenOver {
  readonly etag: string;
  readonly document: Document;
  readonly about: models.StoredWorkflow;
  readonly ports: Readonly<Record<string, NodePorts>>;
  readonly findings: readonly Finding[];
}

const NOTHING: ReadonlySet<string> = new Set();

const CLOSED = {
  workflow: "",
  etag: "",
  history: history.begin(EMPTY),
  readOnly: false,
  readOnlyFor: "",
  about: null,
  saved: EMPTY,
  saving: "saved",
  failure: null,
  conflict: null,
  unsaved: null,
  ports: {},
  findings: [],
  selected: NOTHING,
  selectedEdges: NOTHING,
  opened: "",
} as const;

export const useEditing = create<Editing>()((set) => ({
  ...CLOSED,
  open: (given) => set({ ...CLOSED, ...opened(given) }),
  takeOver: (given) =>
    set((state) => {
      const { document, ...rest } = given;
      freeze(document, true);
      return {
        ...rest,
        history: history.begin(document),
        saved: document,
        saving: "saved",
        failure: null,
        conflict: null,
        ...stillThere(state, document),
      };
    }),
  edit: (label, recipe, merge) =>
    set((state) =>
      state.readOnly
        ? state
        : changed(state, history.edit(state.history, recipe, options(label, merge))),
    ),
  undo: () =>
    set((state) => (state.readOnly ? state : changed(state, history.undo(state.history)))),
  redo: () =>
    set((state) => (state.readOnly ? state : changed(state, history.redo(state.history)))),
  select: (nodes, edges = []) => set({ selected: new Set(nodes), selectedEdges: new Set(edges) }),
  openNode: (id) => set({ opened: id }),
  set,
}));

function opened(given: Opened): Partial<Editing> {
  // Frozen once and as a whole, so that every edit knows what has stayed the same.
  const document = freeze(given.document, true);
  return {
    workflow: given.workflow,
    etag: given.etag,
    history: history.begin(document),
    saved: document,
    about: given.about ?? null,
    readOnly: given.readOnly ?? Boolean(given.readOnlyFor),
    readOnlyFor: given.readOnlyFor ?? (given.readOnly ? "shown" : ""),
    ports: given.ports ?? {},
    findings: given.findings ?? [],
  };
}

function options(label: string, merge: string | undefined): history.EditOptions {
  const now = performance.now();
  return merge === undefined ? { label, now } : { label, merge, now };
}

function changed(state: Editing, next: history.History): Partial<Editing> {
  if (next === state.history) {
    return {};
  }
  const saving = state.saving === "conflict" ? "conflict" : "dirty";
  return { history: next, saving, ...stillThere(state, next.document) };
}

/** Of what is selected and open, what has not gone with the change. */
function stillThere(
  state: Editing,
  document: Document,
): Pick<Editing, "selected" | "selectedEdges" | "opened"> {
  const { selected, selectedEdges, opened: node } = state;
  if (selected.size === 0 && selectedEdges.size === 0 && !node) {
    return { selected, selectedEdges, opened: node };
  }
  const ids = new Set(
    [...nodesOf(document), ...(document.notes ?? []), ...(document.groups ?? [])].map(
      (part) => part.id,
    ),
  );
  return {
    selected: kept(selected, ids),
    selectedEdges: selectedEdges.size
      ? kept(selectedEdges, new Set(edgesOf(document).map(edgeId)))
      : selectedEdges,
    opened: ids.has(node) ? node : "",
  };
}

function kept(chosen: ReadonlySet<string>, there: ReadonlySet<string>): ReadonlySet<string> {
  const left = [...chosen].filter((id) => there.has(id));
  return left.length === chosen.size ? chosen : new Set(left);
}

/** Before something is waited for: whether the same workflow is open afterwards. */
export function staysOpen(): () => boolean {
  const { workflow } = useEditing.getState();
  return () => useEditing.getState().workflow === workflow;
}

/** Selectors, made once, so that a component wakes for what it shows and nothing else. */
export const documentOf = (state: Editing): Document => state.history.document;
export const useDocument = (): Document => useEditing(documentOf);

/** Whether there is something that the server does not have. */
export const isUnsaved = (state: Editing): boolean => state.saving !== "saved";
