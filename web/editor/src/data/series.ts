/** What of items can be drawn: numbers over time, or one after the other. */

import { isMoment, type JsonRecord } from "./kinds";

export interface Series {
  /** Seconds since 1970, or the index of each item. */
  readonly x: readonly number[];
  readonly time: boolean;
  /** Name of the field that `x` is of; empty: the index. */
  readonly over: string;
  readonly lines: readonly { readonly name: string; readonly y: readonly (number | null)[] }[];
}

const MOST_LINES = 8;
/** Of the items that have the field. */
const MOSTLY = 0.8;

export function seriesOf(items: readonly JsonRecord[]): Series | null {
  const names = [...new Set(items.flatMap((item) => Object.keys(item)))];
  const mostly = (name: string, is: (value: unknown) => boolean): boolean => {
    const values = items
      .map((item) => item[name])
      .filter((one) => one !== null && one !== undefined);
    return values.length > 0 && values.filter(is).length >= values.length * MOSTLY;
  };
  const numeric = names.filter((name) => mostly(name, isNumber));
  if (numeric.length === 0) {
    return null;
  }
  const over = names.find((name) => mostly(name, isMoment)) ?? "";
  const placed = items.map((item, index) => ({
    x: over ? Date.parse(String(item[over])) / 1000 : index,
    item,
  }));
  const sorted = placed.filter(({ x }) => Number.isFinite(x)).sort((a, b) => a.x - b.x);
  return {
    x: sorted.map(({ x }) => x),
    time: over !== "",
    over,
    lines: numeric.slice(0, MOST_LINES).map((name) => ({
      name,
      y: sorted.map(({ item }) => (isNumber(item[name]) ? item[name] : null)),
    })),
  };
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
