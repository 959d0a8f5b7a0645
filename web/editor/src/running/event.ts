/** What an event of an execution says, read with care: it comes from outside. */

import type { models } from "@penstock/client";
import { hasEnded, type Step, statusOf } from "./step";

/** As the server sends them; what has no value is left out. */
export interface RunEvent {
  readonly id?: string;
  readonly kind: string;
  readonly workflow?: string;
  readonly execution?: string;
  readonly at_ms?: number;
  readonly node_id?: string;
  readonly node_name?: string;
  readonly run_index?: number;
  readonly body?: string;
  readonly attempt?: number;
  readonly status?: string | null;
  readonly waiting_for?: string | null;
  readonly due_ms?: number | null;
  readonly counts?: Readonly<Record<string, number>>;
  readonly done?: number;
  readonly message?: string;
  readonly level?: string;
  readonly error?: models.ErrorRecord | null;
}

const NEW: Omit<Step, "nodeId" | "runIndex" | "body"> = {
  status: "started",
  attempt: 1,
  startedMs: 0,
  finishedMs: 0,
  counts: null,
  error: null,
  waitingFor: "",
  dueMs: 0,
  done: 0,
  message: "",
  logs: 0,
  spent: {},
  sources: {},
  undone: false,
  effects: "none",
  readyMs: 0,
};

/** The step after an event; null: the event tells of none. */
export function stepAfter(event: RunEvent, before: Step | undefined): Step | null {
  if (!event.kind.startsWith("step.") || !event.node_id) {
    return null;
  }
  const step: Step = before ?? {
    ...NEW,
    nodeId: event.node_id,
    runIndex: event.run_index ?? 0,
    body: event.body ?? "",
    startedMs: event.at_ms ?? 0,
  };
  const follow = FOLLOW[event.kind];
  return follow ? follow(step, event) : step;
}

const FOLLOW: Readonly<Record<string, (step: Step, event: RunEvent) => Step>> = {
  "step.started": (step, event) => ({
    ...step,
    status: "started",
    attempt: event.attempt ?? 1,
    startedMs: step.attempt > 1 ? step.startedMs : (event.at_ms ?? step.startedMs),
    finishedMs: 0,
    error: null,
    waitingFor: "",
  }),
  "step.progress": (step, event) => ({
    ...step,
    done: event.done ?? step.done,
    message: event.message ?? step.message,
  }),
  "step.log": (step) => ({ ...step, logs: step.logs + 1 }),
  "step.finished": finished,
};

function finished(step: Step, event: RunEvent): Step {
  const status = statusOf(event.status ?? "ok");
  return {
    ...step,
    status,
    attempt: event.attempt ?? step.attempt,
    finishedMs: hasEnded(status) ? (event.at_ms ?? Date.now()) : 0,
    counts: event.counts ?? {},
    error: event.error ?? null,
    waitingFor: event.waiting_for ?? "",
    dueMs: event.due_ms ?? 0,
  };
}
