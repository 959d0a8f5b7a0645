/** Workflows, as many screens need them: all of them, what they are called, and one by its id. */

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, type models } from "./client";
import { cache } from "./queries";

export type Workflow = models.StoredWorkflow;

const KEY = "workflows";
/** One page more than this is not asked for: nobody looks through so many. */
const MOST = 10_000;
const AT_ONCE = 500;

async function readWorkflows(archived: boolean): Promise<readonly Workflow[]> {
  const found: Workflow[] = [];
  for await (const one of api().listWorkflows({ archived, limit: AT_ONCE })) {
    found.push(one);
    if (found.length >= MOST) {
      break;
    }
  }
  return found;
}

interface Wanted {
  readonly archived?: boolean;
  readonly enabled?: boolean;
  /** Whatever was read before: somebody comes from where they are changed. */
  readonly anew?: boolean;
}

/** All workflows, read once: to search, sort and count them asks the server for nothing. */
export function useWorkflows({ archived = false, enabled = true, anew = false }: Wanted = {}) {
  return useQuery({
    queryKey: [KEY, "all", archived],
    queryFn: () => readWorkflows(archived),
    enabled,
    refetchOnMount: anew ? "always" : true,
  });
}

/** Names of workflows by their ids, for screens that show only the id. */
export function useWorkflowNames(enabled = true): ReadonlyMap<string, string> {
  const current = useWorkflows({ enabled }).data;
  const archived = useWorkflows({ archived: true, enabled }).data;
  return useMemo(
    () => new Map([...(archived ?? []), ...(current ?? [])].map((one) => [one.id, one.name])),
    [archived, current],
  );
}

/** What one workflow is called; refused where there is none. */
export function nameAsked(workflow: string) {
  return {
    queryKey: [KEY, "name", workflow],
    queryFn: async () => (await api().showWorkflow(workflow)).value.workflow.name,
    enabled: workflow !== "",
    staleTime: 60_000,
  };
}

/** What a workflow is called; its id, as long as that is not known. */
export function useWorkflowName(workflow: string): string {
  return useQuery(nameAsked(workflow)).data ?? workflow;
}

/** Read again what is shown of workflows. */
export function refreshWorkflows(): Promise<void> {
  return cache.invalidateQueries({ queryKey: [KEY] });
}
