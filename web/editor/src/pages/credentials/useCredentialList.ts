import { useInfiniteQuery } from "@tanstack/react-query";
import { api } from "~/api/client";
import type { Filter } from "./search";

const AT_ONCE = 100;

/** The credentials that a filter finds, page by page. */
export function useCredentialList({ search, type, overdue }: Filter) {
  return useInfiniteQuery({
    queryKey: ["credentials", "list", search, type, overdue],
    queryFn: ({ pageParam, signal }) =>
      Promise.resolve(
        api().listCredentials({
          cursor: pageParam,
          limit: AT_ONCE,
          search,
          type,
          overdue,
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: (before) => before,
  });
}
