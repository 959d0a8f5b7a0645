/** What the screen of versions reads. */

import { useQuery } from "@tanstack/react-query";
import { api, type models } from "~/api/client";
import { cache } from "~/api/queries";
import { whole } from "~/api/whole";

export type Version = models.Version;
export type Change = models.Change;

/** A version by its number, or the draft. */
export type Text = number | "draft";

const key = (workflow: string, ...more: readonly unknown[]) => ["versions", workflow, ...more];

export function useWorkflowText(workflow: string) {
  return useQuery({
    queryKey: key(workflow, "draft"),
    queryFn: async () => (await api().showWorkflow(workflow)).value,
  });
}

export function useVersions(workflow: string) {
  return useQuery({
    queryKey: key(workflow, "list"),
    queryFn: (): Promise<readonly Version[]> => whole(api().listVersions(workflow)),
  });
}

export function useTrial(workflow: string) {
  return useQuery({
    queryKey: key(workflow, "trial"),
    queryFn: () => api().showTrial(workflow),
    refetchInterval: 10_000,
  });
}

async function readText(workflow: string, text: Text) {
  return text === "draft"
    ? (await api().showWorkflow(workflow)).value.document
    : (await api().showVersion(workflow, text)).document;
}

/** Two texts and what leads from one to the other. The draft can only be the later one. */
export function useComparison(workflow: string, from: number, to: Text) {
  return useQuery({
    queryKey: key(workflow, "compare", from, to),
    queryFn: async () => {
      const [before, after, { changes }] = await Promise.all([
        readText(workflow, from),
        readText(workflow, to),
        api().compareVersions(workflow, from, to === "draft" ? {} : { to }),
      ]);
      return { before, after, changes };
    },
    enabled: from > 0,
  });
}

export function refreshVersions(workflow: string): Promise<void> {
  return cache.invalidateQueries({ queryKey: key(workflow) });
}
