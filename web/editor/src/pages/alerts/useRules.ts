import { useQuery } from "@tanstack/react-query";
import { api } from "~/api/client";
import { whole } from "~/api/whole";

export const RULES = ["alerts"] as const;
/** The server looks at its rules as often. */
const AGAIN_MS = 15_000;

export function useRules(may: boolean) {
  return useQuery({
    queryKey: RULES,
    queryFn: ({ signal }) => whole(api().listAlerts({ signal })),
    enabled: may,
    refetchInterval: AGAIN_MS,
  });
}
