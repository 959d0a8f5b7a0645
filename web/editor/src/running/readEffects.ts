import type { models } from "@penstock/client";
import { api } from "~/api/client";

/** The log lines by which the steps of a simulation list what they would do. */
const LEVEL = "effect";

export async function readEffects(execution: string): Promise<readonly models.StepLog[]> {
  const found: models.StepLog[] = [];
  for await (const log of api().listLogs(execution, { limit: 1_000 })) {
    if (log.line.level === LEVEL) {
      found.push(log);
    }
  }
  return found;
}
