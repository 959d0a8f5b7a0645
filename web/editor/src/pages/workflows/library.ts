/** What the library is made of, as the server has it. */

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, type models } from "~/api/client";
import { cache, useGrant } from "~/api/queries";

export type Workflow = models.StoredWorkflow;
export type Folder = models.Folder;

const LIBRARY = "library";
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

/** All workflows, read once: to search, sort and count them asks the server for nothing. */
export function useWorkflows(archived = false, enabled = true) {
  return useQuery({
    queryKey: [LIBRARY, "workflows", archived],
    queryFn: () => readWorkflows(archived),
    enabled,
  });
}

/** Names of workflows by their ids, for screens that show only the id. */
export function useWorkflowNames(): ReadonlyMap<string, string> {
  const current = useWorkflows().data;
  const archived = useWorkflows(true).data;
  return useMemo(
    () => new Map([...(archived ?? []), ...(current ?? [])].map((one) => [one.id, one.name])),
    [archived, current],
  );
}

export function useFolders() {
  const may = useGrant("workflow:read");
  return useQuery({
    queryKey: [LIBRARY, "folders", may],
    // Who was only given single workflows sees no folders.
    queryFn: async (): Promise<readonly Folder[]> => (may ? (await api().listFolders()).items : []),
  });
}

/** Read again what is shown of the library. */
export function refreshLibrary(): Promise<void> {
  return cache.invalidateQueries({ queryKey: [LIBRARY] });
}
