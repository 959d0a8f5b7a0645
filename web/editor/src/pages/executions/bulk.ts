/** Do one thing with many executions, a part at a time, so that somebody sees how far it is. */

import type { models } from "@penstock/client";
import { api } from "~/api/client";
import type { Wanted } from "./filter";

export type Deed = models.Many["do"];

/** The version that it ran with, or the one that counts now. */
export type Which = "original" | "current";

export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly failed: readonly models.Done[];
}

const AT_ONCE = 25;
/** As many as one bulk deed takes. */
export const MOST = 1_000;

export async function bulk(
  deed: Deed,
  ids: readonly string[],
  version: Which,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Progress> {
  let progress: Progress = { done: 0, total: ids.length, failed: [] };
  onProgress(progress);
  for (let at = 0; at < ids.length && !signal.aborted; at += AT_ONCE) {
    const some = ids.slice(at, at + AT_ONCE);
    const came = await api().changeExecutions({ do: deed, executions: some, version });
    progress = {
      ...progress,
      done: at + some.length,
      failed: [...progress.failed, ...came.executions.filter((one) => one.error !== null)],
    };
    onProgress(progress);
  }
  return progress;
}

/** The ids of all that a filter finds, as many as are done at once. */
export async function allFound(wanted: Wanted): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const one of api().listExecutions({ ...wanted, limit: 500 })) {
    found.push(one.id);
    if (found.length >= MOST) {
      break;
    }
  }
  return found;
}
