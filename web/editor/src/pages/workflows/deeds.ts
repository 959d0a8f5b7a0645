/** What is done to workflows of the list; each says how many it was done to. */

import { api } from "~/api/client";
import type { Workflow } from "~/api/workflows";
import { refreshLibrary } from "./library";
import { fileName, saveFile } from "./saveFile";

interface Done {
  readonly done: number;
  /** The first thing that was refused; the others were done all the same. */
  readonly error: unknown;
}

async function each(which: readonly Workflow[], act: (one: Workflow) => Promise<unknown>) {
  let done = 0;
  let error: unknown = null;
  for (const one of which) {
    try {
      await act(one);
      done += 1;
    } catch (refused) {
      error ??= refused;
    }
  }
  await refreshLibrary();
  return { done, error } satisfies Done;
}

export const move = (which: readonly Workflow[], folder: string): Promise<Done> =>
  each(which, (one) => api().describeWorkflow(one.id, { folder }));

/** What is in the archive is started by nothing: those that were active are not any more. */
export const archive = (which: readonly Workflow[], archived: boolean): Promise<Done> =>
  each(which, (one) => api().describeWorkflow(one.id, { archived }));

export const remove = (which: readonly Workflow[]): Promise<Done> =>
  each(which, (one) => api().removeWorkflow(one.id, { force: true }));

export const duplicate = (which: readonly Workflow[], name?: (one: Workflow) => string) =>
  each(which, (one) => api().copyWorkflow(one.id, name ? { name: name(one) } : {}));

/** Give them tags and take others away; what else they have stays. */
export const tag = (
  which: readonly Workflow[],
  added: readonly string[],
  taken: readonly string[],
): Promise<Done> =>
  each(which, (one) => {
    const left = one.tags.filter((name) => !taken.includes(name));
    return api().describeWorkflow(one.id, { tags: [...new Set([...left, ...added])] });
  });

export const rename = (one: Workflow, name: string): Promise<Done> =>
  each([one], () =>
    api().editDraft(one.id, { edits: [{ op: "set_about", name }] }, { etag: String(one.revision) }),
  );

/** One file of all of them, which import takes. */
export async function exportAll(which: readonly Workflow[]): Promise<void> {
  const found = await api().exportWorkflows({ workflows: which.map((one) => one.id) });
  const name = which.length === 1 ? (which[0]?.name ?? "") : "workflows";
  saveFile(fileName(name, "json"), JSON.stringify(found, null, 2), "application/json");
}
