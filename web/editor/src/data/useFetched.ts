import { useState } from "react";
import type { Item } from "~/model/document";
import type { DataSource, Part } from "./source";

interface Fetched {
  readonly place: string;
  readonly items: ReadonlyMap<number, Item>;
}

type Fetch = (index: number) => Promise<void>;

/** The items of a part, with those in place that were too large to come with it and were asked for. */
export function useFetched(
  source: DataSource,
  port: string,
  part: Part | undefined,
): readonly [readonly (Item | null)[], Fetch | undefined] {
  const place = `${source.key}/${port}`;
  const [fetched, setFetched] = useState<Fetched>({ place, items: new Map() });
  const known = fetched.place === place ? fetched.items : undefined;
  const items =
    part?.items.map((item, at) => item ?? known?.get(part.start + at) ?? null) ?? NOTHING;
  const read = source.readOne;
  const fetchOne =
    read &&
    (async (index: number) => {
      const item = await read(index, port);
      setFetched((before) => ({
        place,
        items: new Map(before.place === place ? before.items : []).set(index, item),
      }));
    });
  return [items, fetchOne];
}

const NOTHING: readonly (Item | null)[] = [];
