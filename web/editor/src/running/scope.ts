import { createContext, useContext } from "react";
import { useStore } from "zustand";
import { createRun, type Run, type RunStore } from "./run";

/** The run of the workflow that is open in the editor. */
export const editorRun: RunStore = createRun();

/** Whose run a canvas shows; the page of an execution has one of its own. */
export const RunScope = createContext<RunStore>(editorRun);

export function useRunStore(): RunStore {
  return useContext(RunScope);
}

/** A part of the run that is shown here. */
export function useRun<T>(select: (run: Run) => T): T {
  return useStore(useContext(RunScope), select);
}
