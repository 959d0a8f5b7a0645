/** The steps of executions, read from the journal. */

import type { models } from "@penstock/client";
import { api } from "~/api/client";
import { fromOutline, type Step } from "./step";

/** As many as are listed at once. */
const PAGE = 200;
/** More runs of bodies are read when somebody opens them. */
export const MOST_BODIES = 24;
const AT_ONCE = 6;

/** `onPart` is given what was read so far, so that long ones are seen before their end. */
export async function readSteps(
  execution: string,
  body = "",
  onPart: (steps: readonly Step[]) => void = () => undefined,
): Promise<readonly Step[]> {
  const found: Step[] = [];
  const entered = new Map<string, number>();
  for await (const page of api()
    .listSteps(body || execution, { limit: PAGE })
    .pages()) {
    for (const outline of page.items) {
      if (body && isEntry(outline)) {
        entered.set(outline.node_id, outline.finished_ms);
      } else {
        const readyMs = readyOf(outline, entered);
        found.push({ ...fromOutline(outline, body), readyMs });
      }
    }
    onPart(found);
  }
  return found;
}

/** What entered a body stands at its beginning as a step of the container, which has its own outside. */
function isEntry(outline: models.Outline): boolean {
  return outline.status === "cached" && Object.keys(outline.sources).length === 0;
}

/** When items entered a body for a step that takes them first; 0: it takes them from another step. */
function readyOf(outline: models.Outline, entered: ReadonlyMap<string, number>): number {
  const sources = Object.values(outline.sources);
  return Math.max(0, ...sources.map((one) => (one && entered.get(one.step.node_id)) ?? 0));
}

/** Is it a run of the body of a container, and not a workflow that was called? */
export function isBody(part: models.OverviewListed, workflow: string): boolean {
  return part.workflow_id === workflow && part.mode !== "sub";
}

/** The steps in the latest runs of bodies, so that the canvas shows what happened in them. */
export async function readBodies(
  parts: readonly models.OverviewListed[],
  workflow: string,
): Promise<readonly Step[]> {
  const bodies = parts.filter((part) => isBody(part, workflow)).slice(-MOST_BODIES);
  const found: Step[] = [];
  for (let at = 0; at < bodies.length; at += AT_ONCE) {
    const some = bodies.slice(at, at + AT_ONCE);
    found.push(...(await Promise.all(some.map((one) => readSteps(one.id, one.id)))).flat());
  }
  return found;
}
