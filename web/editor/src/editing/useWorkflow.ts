/** Open a workflow for editing: load it, keep it saved and validated, and carry out the keys for that. */

import { useCallback, useEffect, useRef, useState } from "react";
import type { models } from "~/api/client";
import { useGrant, useMe } from "~/api/queries";
import { useCommand } from "~/keys/keys";
import { readWorkflow } from "./server";
import { beginSession, flush } from "./session";
import { type ReadOnlyFor, useEditing } from "./store";

export interface Session {
  readonly state: "loading" | "failed" | "ready";
  /** Why it could not be read. */
  readonly error: unknown;
  /** Read it again. */
  readonly again: () => void;
}

interface Loading {
  readonly workflow: string;
  readonly state: Session["state"];
  readonly error: unknown;
}

export interface WorkflowOptions {
  /** Somebody else (his id) changed the text, and it is shown now. */
  readonly told?: (by: string) => void;
  readonly readOnly?: boolean;
}

export function useWorkflow(workflow: string, options: WorkflowOptions = {}): Session {
  const [attempt, setAttempt] = useState(0);
  const [loading, setLoading] = useState<Loading>({ workflow, state: "loading", error: null });
  const mayWrite = useGrant("workflow:write");
  const me = useMe()?.user?.id ?? "";
  const told = useRef(options.told);
  useEffect(() => {
    told.current = options.told;
  });
  const given = options.readOnly ?? false;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt reads it again
  useEffect(() => {
    const controller = new AbortController();
    let end: (() => void) | undefined;
    setLoading({ workflow, state: "loading", error: null });
    readWorkflow(workflow, controller.signal).then(
      (read) => {
        if (controller.signal.aborted) {
          return;
        }
        const reason = (about: models.StoredWorkflow) => reasonOf(about, me, mayWrite);
        const readOnlyFor = given ? "shown" : reason(read.about);
        useEditing.getState().open({ workflow, ...read, readOnlyFor });
        end = beginSession({ told: (by) => told.current?.(by), reason });
        setLoading({ workflow, state: "ready", error: null });
      },
      (error: unknown) => {
        if (!controller.signal.aborted) {
          setLoading({ workflow, state: "failed", error });
        }
      },
    );
    return () => {
      controller.abort();
      end?.();
    };
  }, [workflow, attempt, mayWrite, me, given]);

  const isReady = loading.state === "ready" && loading.workflow === workflow;
  useEditingCommands(isReady);
  const again = useCallback(() => setAttempt((count) => count + 1), []);
  const state = loading.workflow === workflow ? loading.state : "loading";
  return { state, error: loading.error, again };
}

/** Why nothing may be changed here; empty: it may. */
export function reasonOf(
  about: models.StoredWorkflow,
  me: string,
  mayWrite: boolean,
  now: number = Date.now(),
): ReadOnlyFor {
  if (!mayWrite) {
    return "grant";
  }
  if (about.archived_ms !== null) {
    return "archived";
  }
  const isLocked = about.locked_by !== null && about.locked_until_ms > now;
  return isLocked && about.locked_by !== me ? "locked" : "";
}

/** Save, undo and redo. */
function useEditingCommands(isReady: boolean): void {
  const canUndo = useEditing((state) => !state.readOnly && state.history.done.length > 0);
  const canRedo = useEditing((state) => !state.readOnly && state.history.undone.length > 0);
  const { undo, redo } = useEditing.getState();
  // The key is taken in any case, so that the browser does not offer to save the page.
  useCommand("save", () => void flush(), isReady);
  useCommand("undo", undo, isReady && canUndo);
  useCommand("redo", redo, isReady && canRedo);
}
