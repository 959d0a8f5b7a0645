import { type QueryKey, useQuery } from "@tanstack/react-query";

/** All of a list that is short: every page of it. */
export function useList<T>(queryKey: QueryKey, list: () => AsyncIterable<T>, enabled = true) {
  return useQuery({
    queryKey,
    enabled,
    queryFn: async () => {
      const all: T[] = [];
      for await (const one of list()) {
        all.push(one);
      }
      return all;
    },
  });
}
