import type { models } from "@penstock/client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { api } from "~/api/client";
import { watch } from "~/api/live";
import { cache } from "~/api/queries";
import { type Filter, searchOf, wantedOf } from "./filter";

const PAGE = 50;
/** Many things may happen in a second; the list is read again once in that time. */
const READ_EVERY_MS = 1_500;

/** The executions that a filter finds, page by page, kept up to date. */
export function useExecutions(filter: Filter) {
  const search = searchOf(filter);
  const pages = useInfiniteQuery({
    queryKey: ["executions", search],
    queryFn: async ({ pageParam }) =>
      await api().listExecutions({
        ...wantedOf(filter, Date.now()),
        limit: PAGE,
        cursor: pageParam || undefined,
      }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
  const rows = useMemo<readonly models.OverviewListed[]>(
    () => pages.data?.pages.flatMap((page) => page.items) ?? [],
    [pages.data],
  );
  return { pages, rows };
}

/** How many there are of each status, whichever of them are shown. */
export function useCounts(filter: Filter): Readonly<Record<string, number>> {
  const any: Filter = { ...filter, status: [] };
  const counts = useQuery({
    queryKey: ["execution-counts", searchOf(any)],
    queryFn: () => api().countExecutions(wantedOf(any, Date.now())),
  });
  return counts.data?.counts ?? {};
}

export async function refreshExecutions(): Promise<void> {
  await Promise.all([
    cache.invalidateQueries({ queryKey: ["executions"] }),
    cache.invalidateQueries({ queryKey: ["execution-counts"] }),
  ]);
}

/** Read the list again when something happens in what it shows. */
export function useLiveExecutions(workflow: string): void {
  useEffect(() => {
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const end = watch(workflow ? { workflow } : { workspace: true }, (events) => {
      const told = events.some(
        ({ kind }) => kind.startsWith("execution.") || kind === "missed" || kind === "lost",
      );
      if (told && !waiting) {
        waiting = setTimeout(() => {
          waiting = undefined;
          void refreshExecutions();
        }, READ_EVERY_MS);
      }
    });
    return () => {
      end();
      clearTimeout(waiting);
    };
  }, [workflow]);
}
