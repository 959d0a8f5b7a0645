import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { isSoon, SOON_MS } from "./soon";
import type { DataSource, Part } from "./source";

/** Items that are read at once. */
export const PAGE = 50;
const LIVE_MS = 2_000;

export interface Parts {
  readonly part: Part | undefined;
  readonly error: unknown;
  readonly isLoading: boolean;
  readonly retry: () => void;
  /** Undefined: there is nothing there. */
  readonly before?: () => void;
  readonly after?: () => void;
}

/** The part of a source that is shown; a part is as large as the server wants, so we remember the way back. */
export function useParts(source: DataSource, port: string): Parts {
  const place = `${source.key}/${port}`;
  const [way, setWay] = useState<{ place: string; starts: readonly number[] }>({
    place,
    starts: [0],
  });
  const starts = way.place === place ? way.starts : [0];
  const start = starts.at(-1) ?? 0;
  const asked = useQuery({
    queryKey: ["items", source.key, port, start],
    queryFn: () => source.read(start, PAGE, port),
    placeholderData: (previous, query) =>
      query?.queryKey[1] === source.key ? keepPreviousData(previous) : undefined,
    retry: isSoon,
    retryDelay: SOON_MS,
    refetchInterval: source.live ? LIVE_MS : false,
  });
  const part = asked.data;
  const next = part ? part.start + part.items.length : 0;
  const go = (to: readonly number[]) => setWay({ place, starts: to });
  return {
    part,
    error: asked.error,
    isLoading: asked.isPending,
    retry: () => void asked.refetch(),
    ...(starts.length > 1 ? { before: () => go(starts.slice(0, -1)) } : {}),
    ...(part && next < part.total && part.items.length > 0
      ? { after: () => go([...starts, next]) }
      : {}),
  };
}
