/** The steps of an execution over time: a line for each node, a bar for each of its runs. */

import type { Step } from "../step";
import { hasEnded, stepKey } from "../step";

export interface Bar {
  readonly key: string;
  readonly step: Step;
  /** From 0 to 1 of the whole. */
  readonly from: number;
  readonly to: number;
  /** Since when it could have run; it waited from then on. As `from`: it did not wait. */
  readonly since: number;
  /** Runs that are too close together to be told apart: how many. */
  readonly runs: number;
  readonly failed: boolean;
  readonly running: boolean;
}

export interface Lane {
  readonly nodeId: string;
  /** Runs of one node that overlap stand on lines of their own. */
  readonly lines: readonly (readonly Bar[])[];
}

export interface Timeline {
  readonly startMs: number;
  readonly endMs: number;
  readonly lanes: readonly Lane[];
}

/** Bars that are closer to each other than this share of the whole become one. */
const CLOSE = 1 / 2_000;
/** A wait that is shorter than this share of the whole is not shown. */
const SEEN = 1 / 100;
const MOST_LINES = 4;

export function timelineOf(steps: readonly Step[], now: number, zoom = 1): Timeline {
  const begun = steps.filter((step) => step.startedMs > 0);
  if (begun.length === 0) {
    return { startMs: 0, endMs: 0, lanes: [] };
  }
  const startMs = begun.reduce((least, step) => Math.min(least, step.startedMs), Number.MAX_VALUE);
  const endMs = begun.reduce((most, step) => Math.max(most, endOf(step, now)), startMs + 1);
  const length = endMs - startMs;
  const byNode = new Map<string, Bar[]>();
  const ready = readyOf(begun);
  for (const step of [...begun].sort((a, b) => a.startedMs - b.startedMs)) {
    const from = (step.startedMs - startMs) / length;
    const since = (ready(step) - startMs) / length;
    const bar: Bar = {
      key: stepKey(step),
      step,
      from,
      since: from - since > SEEN ? since : from,
      to: (endOf(step, now) - startMs) / length,
      runs: 1,
      failed: step.status === "error",
      running: !hasEnded(step.status),
    };
    const found = byNode.get(step.nodeId);
    found ? found.push(bar) : byNode.set(step.nodeId, [bar]);
  }
  const lanes = [...byNode].map(([nodeId, bars]) => ({
    nodeId,
    lines: linesOf(bars, CLOSE / zoom),
  }));
  return { startMs, endMs, lanes };
}

/** When the last of those had ended that a step takes its items from. */
function readyOf(steps: readonly Step[]): (step: Step) => number {
  const ends = new Map(steps.map((step) => [stepKey(step), step.finishedMs]));
  return (step) => {
    let ready = step.readyMs;
    for (const source of Object.values(step.sources)) {
      if (source) {
        const { node_id: nodeId, run_index: runIndex } = source.step;
        ready = Math.max(ready, ends.get(stepKey({ body: step.body, nodeId, runIndex })) ?? 0);
      }
    }
    return ready > 0 ? Math.min(ready, step.startedMs) : step.startedMs;
  };
}

function endOf(step: Step, now: number): number {
  return (
    step.finishedMs || (hasEnded(step.status) ? step.startedMs : Math.max(now, step.startedMs))
  );
}

function linesOf(bars: readonly Bar[], close: number): readonly (readonly Bar[])[] {
  const lines: Bar[][] = [];
  for (const bar of bars) {
    const free = lines.find((line) => (line.at(-1)?.to ?? 0) <= bar.from);
    if (free) {
      merge(free, bar, close);
    } else if (lines.length < MOST_LINES) {
      lines.push([bar]);
    } else {
      merge(lines[MOST_LINES - 1] as Bar[], bar, 1);
    }
  }
  return lines;
}

/** Put a bar at the end of a line; into the last one, where nobody could tell them apart. */
function merge(line: Bar[], bar: Bar, close: number): void {
  const last = line.at(-1);
  const isClose = last && bar.from - last.to < close && (bar.to - bar.from < close || close === 1);
  if (!last || !isClose || last.running) {
    line.push(bar);
    return;
  }
  line[line.length - 1] = {
    ...last,
    to: Math.max(last.to, bar.to),
    runs: last.runs + 1,
    failed: last.failed || bar.failed,
    running: bar.running,
  };
}

/** Moments at which a mark stands: round ones, about so many. */
export function marksOf(lengthMs: number, about: number): readonly number[] {
  if (lengthMs <= 0) {
    return [];
  }
  const wanted = lengthMs / Math.max(1, about);
  const step = STEPS_MS.find((one) => one >= wanted) ?? Math.ceil(wanted / DAY_MS) * DAY_MS;
  return Array.from({ length: Math.floor(lengthMs / step) + 1 }, (_, mark) => mark * step);
}

const DAY_MS = 86_400_000;
const STEPS_MS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((one) => one * 1_000),
  ...[1, 2, 5, 10, 15, 30].map((one) => one * 60_000),
  ...[1, 2, 3, 6, 12, 24].map((one) => one * 3_600_000),
];
