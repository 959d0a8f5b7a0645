/**
 * All steps of an execution, and what they come to for each node.
 *
 * The rules:
 *
 * - Events run ahead of the journal and may be lost; the journal is right where it says how a step
 *   ended. At the end all is what the journal says.
 * - Once the execution is over nothing runs any more, whatever was told or written last.
 * - A batch of events makes new objects for the nodes that it tells of, and for no others.
 */

import type { RunEvent } from "./event";
import { stepAfter } from "./event";
import { afterAll, hasEnded, type Step, type StepStatus, stepKey } from "./step";

/** What is shown at a node. */
export interface NodeRun {
  /** Of the run that began last. */
  readonly status: StepStatus;
  readonly runs: number;
  readonly failed: number;
  /** Items per output port over all runs. */
  readonly counts: Readonly<Record<string, number>>;
  readonly attempt: number;
  readonly done: number;
  readonly message: string;
  readonly error: Step["error"];
  readonly waitingFor: string;
  readonly dueMs: number;
  readonly startedMs: number;
  readonly finishedMs: number;
  /** The run that began last, to read its data. */
  readonly last: Pick<Step, "body" | "nodeId" | "runIndex">;
}

export type NodeRuns = Readonly<Record<string, NodeRun>>;

export class Ledger {
  #steps = new Map<string, Step>();
  #nodes: NodeRuns = {};
  /** When the execution ended; 0: it goes on. */
  #endedMs = 0;

  get nodes(): NodeRuns {
    return this.#nodes;
  }

  /** In the order in which they were first heard of. */
  steps(): readonly Step[] {
    return [...this.#steps.values()];
  }

  /** Take in what happened. */
  follow(events: readonly RunEvent[]): void {
    const steps: Step[] = [];
    for (const event of events) {
      const key = stepKey({
        body: event.body ?? "",
        nodeId: event.node_id ?? "",
        runIndex: event.run_index ?? 0,
      });
      const step = stepAfter(event, this.#steps.get(key));
      if (step) {
        this.#steps.set(key, step);
        steps.push(step);
      }
    }
    this.#count(steps);
  }

  /**
   * Take over what the journal says of steps. `final`: nothing else happens any more. `endedMs`: when
   * the execution ended, 0 while it goes on; left out: as known before.
   */
  read(steps: readonly Step[], final: boolean, endedMs = this.#endedMs): void {
    this.#endedMs = endedMs;
    // Events that came before somebody listened are missing: the order is the journal's.
    const told = this.#steps;
    this.#steps = new Map();
    for (const step of steps) {
      const key = stepKey(step);
      const before = told.get(key);
      this.#steps.set(key, before && !final && !isAhead(step, before) ? before : step);
    }
    for (const [key, step] of told) {
      if (!this.#steps.has(key)) {
        this.#steps.set(key, step);
      }
    }
    this.#count([...steps, ...this.#cutOff()]);
  }

  /** When all is over: end what has not; gives back which steps. */
  #cutOff(): readonly Step[] {
    if (this.#endedMs === 0) {
      return [];
    }
    const open = [...this.#steps].filter(([, step]) => !hasEnded(step.status));
    return open.map(([key, step]) => {
      const ended = afterAll(step, this.#endedMs);
      this.#steps.set(key, ended);
      return ended;
    });
  }

  #count(changed: readonly Step[]): void {
    const touched = new Set(changed.map((step) => step.nodeId));
    if (touched.size === 0) {
      return;
    }
    const runs = new Map<string, Step[]>();
    for (const step of this.#steps.values()) {
      if (touched.has(step.nodeId)) {
        const found = runs.get(step.nodeId);
        found ? found.push(step) : runs.set(step.nodeId, [step]);
      }
    }
    const next: Record<string, NodeRun> = { ...this.#nodes };
    for (const [node, found] of runs) {
      next[node] = summed(found);
    }
    this.#nodes = next;
  }
}

/** Does the journal know more than what was told? */
function isAhead(read: Step, told: Step): boolean {
  return read.attempt > told.attempt || hasEnded(read.status) || !hasEnded(told.status);
}

function summed(steps: readonly Step[]): NodeRun {
  const counts: Record<string, number> = {};
  let failed = 0;
  let last = steps[0] as Step;
  for (const step of steps) {
    failed += step.status === "error" ? 1 : 0;
    last = step.startedMs >= last.startedMs ? step : last;
    for (const [port, count] of Object.entries(step.counts ?? {})) {
      counts[port] = (counts[port] ?? 0) + count;
    }
  }
  const { status, attempt, done, message, error, waitingFor, dueMs, startedMs, finishedMs } = last;
  return {
    ...{ status, attempt, done, message, error, waitingFor, dueMs, startedMs, finishedMs },
    runs: steps.length,
    failed,
    counts,
    last: { body: last.body, nodeId: last.nodeId, runIndex: last.runIndex },
  };
}
