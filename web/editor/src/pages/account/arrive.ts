import type { models } from "~/api/client";
import { cache, changeWorkspace, ME, readMe } from "~/api/queries";

/** Somebody has signed in: forget what was read before, and read who it is. */
export async function arrive(): Promise<models.Me | null> {
  cache.clear();
  return await cache.fetchQuery({ queryKey: ME, queryFn: readMe });
}

/** As `arrive`, to go on in this workspace; empty: in the one that he was in. */
export async function arriveIn(workspace: string): Promise<void> {
  await arrive();
  if (workspace) {
    await changeWorkspace(workspace);
  }
}

/** Where somebody goes on who signed in: an address of this page, and of no other. */
export function safeNext(next: unknown): string {
  return typeof next === "string" && /^\/(?![/\\])/.test(next) ? next : "/workflows";
}
