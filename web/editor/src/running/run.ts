/** One execution that is watched: what the canvas, the logs and the timeline show of it. */

import type { models } from "@penstock/client";
import { createStore, type StoreApi } from "zustand";
import type { RunEvent } from "./event";
import { Ledger, type NodeRuns } from "./ledger";
import type { Step } from "./step";

export interface Run {
  /** Id of the execution; empty: nothing is watched. */
  readonly execution: string;
  /** What the server knows of it; null: not yet read. */
  readonly shown: models.ExecutionShown | null;
  readonly status: string;
  readonly waitingFor: string;
  readonly error: models.ErrorRecord | null;
  readonly nodes: NodeRuns;
  readonly steps: readonly Step[];
  /** It has ended, and all its steps were read. */
  readonly complete: boolean;
  /** Not all steps could be read. */
  readonly failure: unknown;
  /** Which run of a node somebody wants to see; without, the last one. */
  readonly chosen: Readonly<Record<string, Step>>;
}

export interface RunStore extends StoreApi<Run> {
  /** Show another execution from now on. */
  begin(execution: string): void;
  follow(events: readonly RunEvent[]): void;
  /** `endedMs`: when the execution ended, 0 while it goes on; left out: as known before. */
  read(steps: readonly Step[], final: boolean, endedMs?: number): void;
  choose(step: Step): void;
}

export const NO_RUN: Run = {
  execution: "",
  shown: null,
  status: "",
  waitingFor: "",
  error: null,
  nodes: {},
  steps: [],
  complete: false,
  failure: null,
  chosen: {},
};

const OVER = ["success", "error", "canceled", "dead"];
export const isOver = (status: string): boolean => OVER.includes(status);

export function createRun(): RunStore {
  const store = createStore<Run>()(() => NO_RUN);
  let ledger = new Ledger();
  const shown = () => ({ nodes: ledger.nodes, steps: ledger.steps() });
  return {
    ...store,
    begin: (execution) => {
      ledger = new Ledger();
      store.setState({ ...NO_RUN, execution, status: execution ? "queued" : "" });
    },
    follow: (events) => {
      const own = events.filter((one) => one.execution === store.getState().execution);
      if (own.length > 0) {
        ledger.follow(own);
        store.setState((run) => ({ ...own.reduce(after, run), ...shown() }));
      }
    },
    read: (steps, final, endedMs) => {
      ledger.read(steps, final, endedMs);
      store.setState(shown());
    },
    choose: (step) => {
      store.setState((run) => ({ chosen: { ...run.chosen, [step.nodeId]: step } }));
    },
  };
}

/** What an event says of the execution as a whole. */
function after(run: Run, event: RunEvent): Run {
  if (!event.kind.startsWith("execution.") || isOver(run.status)) {
    return run;
  }
  return {
    ...run,
    status: event.status ?? STATUS[event.kind] ?? run.status,
    waitingFor: event.waiting_for ?? "",
    error: event.error ?? run.error,
  };
}

const STATUS: Readonly<Record<string, string>> = {
  "execution.started": "running",
  "execution.waiting": "waiting",
};
