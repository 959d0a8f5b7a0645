/** What differs between two executions, step by step. Pure. */

import type { Step } from "~/running/step";
import { itemsOut, tookMs } from "~/running/step";

export interface Pair {
  readonly key: string;
  readonly nodeId: string;
  readonly runIndex: number;
  readonly a: Step | null;
  readonly b: Step | null;
  readonly differs: readonly Difference[];
}

export type Difference = "missing" | "status" | "items" | "error" | "attempts";

/** The steps of both, in the order of the first; those that only the second has stand where they ran. */
export function pairsOf(a: readonly Step[], b: readonly Step[]): readonly Pair[] {
  const second = new Map(b.map((step) => [keyOf(step), step]));
  const first = new Set(a.map(keyOf));
  const pairs = a.map((step) => pair(step, second.get(keyOf(step)) ?? null));
  const only = b.filter((step) => !first.has(keyOf(step)));
  for (const step of only) {
    const before = b.slice(0, b.indexOf(step)).findLast((one) => first.has(keyOf(one)));
    const at = before ? pairs.findIndex((one) => one.key === keyOf(before)) + 1 : 0;
    pairs.splice(at, 0, pair(null, step));
    first.add(keyOf(step));
  }
  return pairs;
}

const keyOf = (step: Step): string => `${step.nodeId}/${step.runIndex}`;

function pair(a: Step | null, b: Step | null): Pair {
  const one = a ?? b;
  return {
    key: one ? keyOf(one) : "",
    nodeId: one?.nodeId ?? "",
    runIndex: one?.runIndex ?? 0,
    a,
    b,
    differs: a && b ? differences(a, b) : ["missing"],
  };
}

/** `cached` is as good as `ok`: the same came out. */
const outcome = (step: Step): string => (step.status === "cached" ? "ok" : step.status);

function differences(a: Step, b: Step): readonly Difference[] {
  const found: Difference[] = [];
  if (outcome(a) !== outcome(b)) {
    found.push("status");
  }
  if (JSON.stringify(sorted(a.counts)) !== JSON.stringify(sorted(b.counts))) {
    found.push("items");
  }
  if (a.error?.code !== b.error?.code || a.error?.message !== b.error?.message) {
    found.push("error");
  }
  if (a.attempt !== b.attempt) {
    found.push("attempts");
  }
  return found;
}

function sorted(counts: Step["counts"]): unknown {
  return Object.entries(counts ?? {})
    .filter(([, count]) => count > 0)
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

/** How much longer the second took; null: one of them did not run. */
export function slower(pair: Pair): number | null {
  return pair.a && pair.b ? tookMs(pair.b, Date.now()) - tookMs(pair.a, Date.now()) : null;
}

export const itemsIn = (step: Step | null): number | null => (step ? itemsOut(step.counts) : null);

/** A place where two values differ. */
export interface Change {
  readonly path: string;
  readonly kind: "added" | "removed" | "changed";
  readonly before: unknown;
  readonly after: unknown;
}

const MOST_CHANGES = 200;

/** Where two JSON values differ, as deep as it goes. */
export function changesOf(before: unknown, after: unknown): readonly Change[] {
  const found: Change[] = [];
  collect(before, after, "", found);
  return found;
}

function collect(before: unknown, after: unknown, path: string, found: Change[]): void {
  if (found.length >= MOST_CHANGES || Object.is(before, after)) {
    return;
  }
  if (!isTree(before) || !isTree(after) || Array.isArray(before) !== Array.isArray(after)) {
    found.push({ path, kind: kindOf(before, after), before, after });
    return;
  }
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const name of names) {
    const dotted = path ? `${path}.${name}` : name;
    const at = Array.isArray(before) ? `${path}[${name}]` : dotted;
    collect(own(before, name), own(after, name), at, found);
  }
}

function kindOf(before: unknown, after: unknown): Change["kind"] {
  return before === undefined ? "added" : after === undefined ? "removed" : "changed";
}

type Tree = Readonly<Record<string, unknown>>;
const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null;
const own = (tree: Tree, name: string): unknown =>
  Object.hasOwn(tree, name) ? tree[name] : undefined;

/** The first of two lists of items that differ; -1: none does. */
export function firstDiffering(a: readonly unknown[], b: readonly unknown[]): number {
  const length = Math.max(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    if (changesOf(a[at], b[at]).length > 0) {
      return at;
    }
  }
  return -1;
}
