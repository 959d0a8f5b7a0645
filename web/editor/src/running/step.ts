/** One run of a node, as the journal or an event tells it. */

import type { models } from "@penstock/client";

export const STEP_STATUSES = [
  "started",
  "ok",
  "error",
  "skipped",
  "cached",
  "waiting",
  "in_doubt",
  "canceled",
] as const;
export type StepStatus = (typeof STEP_STATUSES)[number];

export interface Step {
  readonly nodeId: string;
  readonly runIndex: number;
  /** Of a step in a container: the execution of that run of its body; empty: none. */
  readonly body: string;
  readonly status: StepStatus;
  readonly attempt: number;
  readonly startedMs: number;
  /** 0: not yet. */
  readonly finishedMs: number;
  /** Items per output port; null: not known. */
  readonly counts: Readonly<Record<string, number>> | null;
  readonly error: models.ErrorRecord | null;
  readonly waitingFor: string;
  readonly dueMs: number;
  /** From 0 to 1, and a word; of a step that tells how far it is. */
  readonly done: number;
  readonly message: string;
  readonly logs: number;
  readonly spent: Readonly<Record<string, number>>;
  readonly sources: models.Outline["sources"];
  readonly undone: boolean;
  /** When what it takes was there; 0: as its sources tell. */
  readonly readyMs: number;
  /** What running it again would do outside, as its node says. */
  readonly effects: string;
}

/** What a step is known by within an execution and the bodies that it ran. */
export function stepKey(step: Pick<Step, "body" | "nodeId" | "runIndex">): string {
  return `${step.body}/${step.nodeId}/${step.runIndex}`;
}

const ENDED: ReadonlySet<string> = new Set(["ok", "error", "skipped", "cached", "canceled"]);
export const hasEnded = (status: string): boolean => ENDED.has(status);

/** A step whose execution is over. What was cut off is never told of; doubt stays until decided. */
export function afterAll(step: Step, endedMs: number): Step {
  if (hasEnded(step.status)) {
    return step;
  }
  const finishedMs = Math.max(endedMs, step.startedMs);
  const status = step.status === "in_doubt" ? step.status : "canceled";
  return { ...step, status, finishedMs, waitingFor: "", dueMs: 0 };
}

export function statusOf(text: string): StepStatus {
  return STEP_STATUSES.find((one) => one === text) ?? "started";
}

export function fromOutline(outline: models.Outline, body = ""): Step {
  return {
    nodeId: outline.node_id,
    runIndex: outline.run_index,
    body,
    status: statusOf(outline.status),
    attempt: outline.attempt,
    startedMs: outline.started_ms,
    finishedMs: outline.finished_ms,
    counts: outline.counts,
    error: outline.error,
    waitingFor: outline.waiting_for ?? "",
    dueMs: outline.due_ms ?? 0,
    done: 0,
    message: "",
    logs: outline.logs,
    spent: outline.spent,
    sources: outline.sources,
    undone: outline.undone,
    readyMs: 0,
    effects: outline.effects,
  };
}

/** How long it took, or takes by now. */
export function tookMs(step: Step, now: number): number {
  const end = step.finishedMs || (hasEnded(step.status) ? step.startedMs : now);
  return step.startedMs ? Math.max(0, end - step.startedMs) : 0;
}

/** Items that came out, over all ports; null: not known. */
export function itemsOut(counts: Step["counts"]): number | null {
  return counts && Object.values(counts).reduce((sum, one) => sum + one, 0);
}
