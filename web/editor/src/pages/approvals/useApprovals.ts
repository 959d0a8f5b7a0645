import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, type models } from "~/api/client";
import { watch } from "~/api/live";
import { cache } from "~/api/queries";
import { whole } from "~/api/whole";

export type Asked = models.Asked;

const KEY = ["approvals"] as const;

/** What waits for a decision, the oldest first; it stays right while others decide. */
export function useApprovals() {
  useEffect(
    () =>
      watch({ workspace: true }, (events) => {
        // An approval begins and ends with its execution standing still or going on.
        if (events.some(({ kind }) => kind.startsWith("execution.") || kind === "missed")) {
          void refreshApprovals();
        }
      }),
    [],
  );
  return useQuery({
    queryKey: KEY,
    queryFn: (): Promise<readonly Asked[]> => whole(api().listApprovals()),
    refetchInterval: 30_000,
  });
}

export function refreshApprovals(): Promise<void> {
  return cache.invalidateQueries({ queryKey: KEY });
}

/** Take one out of what is shown, before the server tells the same. */
export function forget(asked: Asked): void {
  cache.setQueryData<readonly Asked[]>(KEY, (all) =>
    all?.filter((one) => idOf(one) !== idOf(asked)),
  );
}

export const idOf = (one: Asked): string => `${one.execution_id}:${one.node_id}:${one.run_index}`;
