import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "~/api/client";
import { whole } from "~/api/whole";
import { type Range, spanOf } from "./series";

const AGAIN_MS = 15_000;

/** How executions went in a range of time, and what they used. */
export function useCourse(range: Range) {
  return useQuery({
    queryKey: ["dashboard", "course", range],
    queryFn: async ({ signal }) => {
      const span = spanOf(range, Date.now());
      const asked = { from_ms: span.from, until_ms: span.until, signal };
      const [course, overall, workflows, used] = await Promise.all([
        whole(api().showStatistics({ ...asked, step: span.step })),
        whole(api().showStatistics({ ...asked, step: "all" })),
        whole(api().showStatistics({ ...asked, step: "all", by_workflow: true })),
        whole(api().showUsage({ ...asked, step: span.step })),
      ]);
      return { span, course, overall: overall[0], workflows, used };
    },
    refetchInterval: AGAIN_MS,
    placeholderData: keepPreviousData,
  });
}
