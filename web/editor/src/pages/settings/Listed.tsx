import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Failure, Loading } from "~/ui";

interface Props<T> {
  readonly query: UseQueryResult<T[]>;
  readonly empty: ReactNode;
  readonly children: (all: T[]) => ReactNode;
}

/** A list in each of its states. */
export function Listed<T>({ query, empty, children }: Props<T>) {
  if (query.error && !query.data) {
    return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  }
  if (!query.data) {
    return <Loading />;
  }
  return <>{query.data.length === 0 ? empty : children(query.data)}</>;
}
