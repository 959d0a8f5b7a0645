import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "~/api/client";
import { type Document, EMPTY } from "~/model/document";
import { followRun } from "~/running/follow";
import { createRun, type RunStore } from "~/running/run";

export interface ShownExecution {
  readonly store: RunStore;
  /** The text that ran, as it was then. */
  readonly document: Document;
  readonly documentError: unknown;
}

/** One execution, followed for as long as it is on the screen. */
export function useExecution(execution: string): ShownExecution {
  const [store] = useState(createRun);
  useEffect(() => followRun(store, execution), [store, execution]);
  const read = useQuery({
    queryKey: ["execution-document", execution],
    queryFn: async () => (await api().showExecutionDocument(execution)) as unknown as Document,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return { store, document: read.data ?? EMPTY, documentError: read.error };
}
