import { useCallback } from "react";

interface Pages {
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly isError: boolean;
  readonly fetchNextPage: () => Promise<unknown>;
}

/** Asks for the next page by itself; after a refusal it is asked for by people alone. */
export function useNextPage(pages: Pages): () => void {
  const { hasNextPage, isFetchingNextPage, isError, fetchNextPage } = pages;
  const able = hasNextPage && !isFetchingNextPage && !isError;
  return useCallback(() => {
    if (able) {
      void fetchNextPage();
    }
  }, [able, fetchNextPage]);
}
