/** Where the items that are shown come from: they are read in parts, so that no browser holds them all. */

import type { Item } from "~/model/document";
import { isRecord } from "./kinds";

/** Some of the items of one port. */
export interface Part {
  readonly total: number;
  readonly start: number;
  /** Null stands for one that is too large to come with the others. */
  readonly items: readonly (Item | null)[];
}

export interface DataPort {
  readonly name: string;
  readonly title: string;
  /** How many items; null: nobody has counted them. */
  readonly count: number | null;
}

export interface DataSource {
  /** Changes where the data is another. */
  readonly key: string;
  /** Branches; with fewer than two no tabs are shown. */
  readonly ports?: readonly DataPort[];
  /** Where it may change under the same key, until it ends. */
  readonly live?: boolean;
  read(start: number, count: number, port: string): Promise<Part>;
  /** One item, however large it is. */
  readOne?(index: number, port: string): Promise<Item>;
}

/** Items that are there already: fixtures, a delivery, a row. */
export function itemsSource(items: readonly Item[], key: string): DataSource {
  return {
    key,
    read: async (start, count) => ({
      total: items.length,
      start,
      items: items.slice(start, start + count),
    }),
    readOne: async (index) => items[index] ?? { json: {} },
  };
}

/** What the server sent, as an item; null: it was too large to be sent. */
export function itemOf(value: unknown): Item | null {
  if (!isRecord(value)) {
    return null;
  }
  const json = isRecord(value.json) ? value.json : {};
  return isRecord(value.binary) ? { json, binary: binariesOf(value.binary) } : { json };
}

type Binaries = NonNullable<Item["binary"]>;

function binariesOf(given: Readonly<Record<string, unknown>>): Binaries {
  const found: Record<string, Binaries[string]> = {};
  for (const [name, one] of Object.entries(given)) {
    if (isRecord(one) && typeof one.id === "string") {
      found[name] = {
        id: one.id,
        media_type: typeof one.media_type === "string" ? one.media_type : "",
        file_name: typeof one.file_name === "string" ? one.file_name : null,
        size: typeof one.size === "number" ? one.size : 0,
      };
    }
  }
  return found;
}
