/** Which steps of an execution are worth being kept in a draft. */

import { type Document, edgesOf } from "~/model/document";
import { hasEnded, type Step } from "~/running/step";

/** Steps whose output is pinned: those that began it, and those that would do something outside again. */
export function worthPinning(steps: readonly Step[], document: Document): readonly Step[] {
  const led = new Set(edgesOf(document).map((edge) => edge.to[0]));
  const last = new Map<string, Step>();
  for (const step of steps) {
    const isWanted = !led.has(step.nodeId) || step.effects !== "none";
    const isGood = hasEnded(step.status) && step.status !== "error" && step.status !== "skipped";
    if (!step.body && isWanted && isGood && portOf(step) !== undefined) {
      last.set(step.nodeId, step);
    }
  }
  return [...last.values()];
}

/** The first port that items left by. */
export function portOf(step: Step): string | undefined {
  return Object.entries(step.counts ?? {}).find(([, count]) => count > 0)?.[0];
}
