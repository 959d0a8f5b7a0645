import { type QueryKey, type UseMutationResult, useMutation } from "@tanstack/react-query";
import { cache } from "~/api/queries";
import { tell, tellFailure } from "~/ui";

interface Options<Out> {
  /** The lists that are read again. */
  readonly changes: readonly QueryKey[];
  /** What is told once it is done. */
  readonly told?: string;
  readonly onDone?: (out: Out) => void;
  /** What goes wrong is shown where it was asked for, and not at the edge of the page. */
  readonly shown?: boolean;
}

/** Do something at the server, once at a time; what lists of it show is read again. */
export function useDoing<In, Out>(
  act: (given: In) => Promise<Out>,
  { changes, told, onDone, shown = false }: Options<Out>,
): UseMutationResult<Out, Error, In> {
  return useMutation<Out, Error, In>({
    mutationFn: act,
    onSuccess: async (out) => {
      await Promise.all(changes.map((queryKey) => cache.invalidateQueries({ queryKey })));
      if (told) {
        tell(told);
      }
      onDone?.(out);
    },
    ...(shown ? {} : { onError: tellFailure }),
  });
}
