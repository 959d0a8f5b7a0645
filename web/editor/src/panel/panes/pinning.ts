/** Items that are to be kept with the workflow. */

import { isRecord } from "~/data/kinds";
import { type DataSource, itemOf } from "~/data/source";
import type { Item } from "~/model/document";

/** A document that holds thousands of items is slow for everybody. */
export const MOST_PINNED = 200;
const MOST_BYTES = 1_000_000;

/** The first items of the first branch that has any; files stay where they are. */
export async function readToPin(
  source: DataSource,
): Promise<{ readonly items: readonly Item[]; readonly left: number }> {
  const port = source.ports?.find((one) => (one.count ?? 0) > 0)?.name ?? "";
  const items: Item[] = [];
  let bytes = 0;
  let total = 0;
  while (items.length < MOST_PINNED) {
    const part = await source.read(items.length, MOST_PINNED - items.length, port);
    total = part.total;
    for (const one of part.items) {
      bytes += JSON.stringify(one)?.length ?? 0;
      if (one === null || bytes > MOST_BYTES) {
        return { items, left: total - items.length };
      }
      items.push({ json: one.json });
    }
    if (part.items.length === 0 || items.length >= total) {
      break;
    }
  }
  return { items, left: total - items.length };
}

export type ReadItems =
  | { readonly items: readonly Item[]; readonly wrong?: undefined }
  | {
      readonly items?: undefined;
      readonly wrong: "json" | "list" | "object";
      readonly said: string;
    };

/** Items as somebody wrote them: a list of objects, each an item or the data of one. */
export function itemsFrom(text: string): ReadItems {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { wrong: "json", said: error instanceof Error ? error.message : "" };
  }
  const list = Array.isArray(value) ? value : isRecord(value) ? [value] : null;
  if (!list) {
    return { wrong: "list", said: "" };
  }
  const at = list.findIndex((one) => !isRecord(one));
  if (at >= 0) {
    return { wrong: "object", said: String(at) };
  }
  return { items: list.filter(isRecord).map(asItem) };
}

function asItem(one: Readonly<Record<string, unknown>>): Item {
  const keys = Object.keys(one);
  const isItem = isRecord(one.json) && keys.every((key) => key === "json" || key === "binary");
  return isItem ? (itemOf(one) ?? { json: {} }) : { json: one };
}

/** As they are edited: the data alone, unless there are files. */
export function itemsText(items: readonly Item[]): string {
  const bare = items.every((item) => !item.binary);
  return JSON.stringify(bare ? items.map((item) => item.json) : items, null, 2);
}
