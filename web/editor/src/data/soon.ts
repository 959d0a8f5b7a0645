/** Data that is about to be there: events of a run are ahead of what can be read of it. */

import { Refused } from "@penstock/client";

const TRIES = 8;
export const SOON_MS = 400;

/** Whether to ask again for data of a step that the journal does not have yet. */
export function isSoon(failures: number, error: unknown): boolean {
  return failures < TRIES && error instanceof Refused && error.code === "step.not_found";
}
