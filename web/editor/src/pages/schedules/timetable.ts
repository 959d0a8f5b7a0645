/** What the screen of schedules reads. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, type models } from "~/api/client";
import { cache } from "~/api/queries";
import { whole } from "~/api/whole";

export type Schedule = models.ScheduleShown;

const KEY = "schedules";

export function useSchedules() {
  return useQuery({
    queryKey: [KEY, "list"],
    queryFn: (): Promise<readonly Schedule[]> => whole(api().listSchedules()),
    refetchInterval: 30_000,
  });
}

export function useSchedule(id: string) {
  return useQuery({
    queryKey: [KEY, "one", id],
    queryFn: () => api().showSchedule(id),
    refetchInterval: 15_000,
  });
}

/** Moments of all schedules, or of one, in a time; nothing where the time is none. */
export function useMoments(from_ms: number, until_ms: number, schedule = "") {
  return useQuery({
    queryKey: [KEY, "moments", from_ms, until_ms, schedule],
    queryFn: () => whole(api().listMoments({ from_ms, until_ms, schedule })),
    placeholderData: keepPreviousData,
    enabled: until_ms >= from_ms,
  });
}

export function refreshSchedules(): Promise<void> {
  return cache.invalidateQueries({ queryKey: [KEY] });
}
