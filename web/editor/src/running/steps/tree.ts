/**
 * The steps of an execution as a tree: loops and containers hold their iterations, and those their
 * steps. Pure, so that ten thousand steps are arranged in a test.
 */

import type { Step } from "../step";
import { stepKey } from "../step";

/** A run of the body of a container. */
export interface Body {
  readonly id: string;
  /** Id of the container; empty: not known yet. */
  readonly container: string;
  readonly createdMs: number;
  readonly finishedMs: number;
  readonly status: string;
}

export interface Branch {
  readonly key: string;
  /** A loop holds iterations, and those hold steps. */
  readonly kind: "step" | "iteration" | "loop";
  /** Of a loop or an iteration: its first step, if it is known. */
  readonly step: Step | null;
  /** Of an iteration, from 0. */
  readonly index: number;
  readonly body: Body | null;
  readonly children: readonly Branch[];
}

export interface Row {
  readonly branch: Branch;
  readonly depth: number;
  /** Null: there is nothing in it. */
  readonly open: boolean | null;
}

type Loops = ReadonlyMap<string, number>;

export function treeOf(
  steps: readonly Step[],
  bodies: readonly Body[],
  loops: Loops,
): readonly Branch[] {
  const inside = new Map<string, Step[]>();
  for (const step of steps) {
    const found = inside.get(step.body);
    found ? found.push(step) : inside.set(step.body, [step]);
  }
  const outer = inside.get("") ?? [];
  const held = heldBy(outer, bodies);
  const branchOf = (step: Step): Branch => ({
    ...leaf(step),
    children: (held.get(stepKey(step)) ?? []).map((body, index) => {
      const own = inside.get(body.id) ?? [];
      return { ...iteration(body.id, index, own.map(leaf)), body };
    }),
  });
  return inLoops(outer, loops, branchOf);
}

const leaf = (step: Step): Branch => ({
  key: stepKey(step),
  kind: "step",
  step,
  index: step.runIndex,
  body: null,
  children: [],
});

function iteration(key: string, index: number, children: readonly Branch[]): Branch {
  return {
    key: `${key}#${index}`,
    kind: "iteration",
    step: children[0]?.step ?? null,
    index,
    body: null,
    children,
  };
}

/** The runs of bodies by the step of the container that ran them. */
function heldBy(
  steps: readonly Step[],
  bodies: readonly Body[],
): ReadonlyMap<string, readonly Body[]> {
  const found = new Map<string, Body[]>();
  for (const body of bodies) {
    const holder = steps.find(
      (step) =>
        (!body.container || step.nodeId === body.container) &&
        step.startedMs <= body.createdMs &&
        (!step.finishedMs || body.createdMs <= step.finishedMs),
    );
    if (holder) {
      const key = stepKey(holder);
      found.set(key, [...(found.get(key) ?? []), body]);
    }
  }
  return found;
}

interface Loop {
  readonly head: string;
  readonly first: Step;
  readonly turns: Branch[][];
}

/** What runs in a loop stands in its iterations, under the node that it begins with. */
function inLoops(
  steps: readonly Step[],
  loops: Loops,
  branchOf: (step: Step) => Branch,
): readonly Branch[] {
  const top: (Branch | Loop)[] = [];
  const known = new Map<number, Loop>();
  for (const step of steps) {
    const id = loops.get(step.nodeId);
    let loop = id === undefined ? undefined : known.get(id);
    if (id === undefined) {
      top.push(branchOf(step));
      continue;
    }
    if (!loop) {
      loop = { head: step.nodeId, first: step, turns: [] };
      known.set(id, loop);
      top.push(loop);
    }
    if (step.nodeId === loop.head) {
      loop.turns.push([]);
    }
    loop.turns.at(-1)?.push(branchOf(step));
  }
  return top.flatMap((one) => ("turns" in one ? loopBranch(one) : [one]));
}

function loopBranch({ first, turns }: Loop): readonly Branch[] {
  if (turns.length < 2) {
    return turns.flat();
  }
  const key = `loop/${first.nodeId}`;
  const children = turns.map((turn, index) => iteration(key, index, turn));
  return [{ ...leaf(first), kind: "loop", key, children }];
}

/** What is seen of it: the rows that are not in something closed. */
export function rowsOf(branches: readonly Branch[], open: ReadonlySet<string>, depth = 0): Row[] {
  const found: Row[] = [];
  for (const branch of branches) {
    const holds = branch.children.length > 0 || branch.body !== null;
    const isOpen = open.has(branch.key);
    found.push({ branch, depth, open: holds ? isOpen : null });
    if (isOpen) {
      found.push(...rowsOf(branch.children, open, depth + 1));
    }
  }
  return found;
}

/** How many steps of a branch failed. */
export function failedIn(branch: Branch): number {
  const own = branch.kind === "step" && branch.step?.status === "error" ? 1 : 0;
  return branch.children.reduce((sum, child) => sum + failedIn(child), own);
}
