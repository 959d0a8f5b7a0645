import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, type models } from "~/api/client";
import { useGrant } from "~/api/queries";

type Run = models.OverviewListed;

interface Latest {
  readonly runs: ReadonlyMap<string, Run>;
  /** There are no others: what is not among them never ran. */
  readonly all: boolean;
}

async function readLatest(): Promise<Latest> {
  const { items, next_cursor } = await api().listExecutions({ limit: 200 });
  const runs = new Map<string, Run>();
  for (const one of items) {
    if (!runs.has(one.workflow_id)) {
      runs.set(one.workflow_id, one);
    }
  }
  return { runs, all: next_cursor === null };
}

/** A line that flies past asks for nothing. */
const STAYING_MS = 300;

function useStaying(): boolean {
  const [stays, setStays] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setStays(true), STAYING_MS);
    return () => clearTimeout(timer);
  }, []);
  return stays;
}

/**
 * How a workflow ran last; null: it never did; undefined: not known yet.
 *
 * One answer tells it of all that ran of late; only the others are asked for one by one, and only
 * those that are on the screen.
 */
export function useLastRun(workflow: string): Run | null | undefined {
  const may = useGrant("execution:read");
  const latest = useQuery({
    queryKey: ["last-runs"],
    queryFn: readLatest,
    enabled: may,
    refetchInterval: 15_000,
  });
  const known = latest.data?.runs.get(workflow);
  const others = latest.data?.all === false && !known;
  const stays = useStaying();
  const own = useQuery({
    queryKey: ["last-runs", workflow],
    queryFn: async () => (await api().listExecutions({ workflow, limit: 1 })).items[0] ?? null,
    enabled: others && stays,
    staleTime: 60_000,
  });
  return known ?? (latest.data?.all ? null : own.data);
}
