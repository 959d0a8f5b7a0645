/** Cells of a table: shown, typed in, and asked for. */

import type { models } from "~/api/client";

export type Column = models.Column;
export type Kind = Column["kind"];
export const KINDS: readonly Kind[] = ["text", "number", "boolean", "date", "json"];

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const WITHOUT_ZONE = /^\d{4}-\d{2}-\d{2}[t ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/i;

/** As a person reads it; an empty cell is empty. */
export function shown(kind: Kind, value: unknown, language: string): string {
  if (value === null || value === undefined) {
    return "";
  }
  if (kind === "number" && typeof value === "number") {
    return new Intl.NumberFormat(language, {
      maximumFractionDigits: 20,
      useGrouping: false,
    }).format(value);
  }
  if (kind === "date" && typeof value === "string") {
    return dated(value, language);
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}

function dated(value: string, language: string): string {
  const ms = Date.parse(value);
  if (Number.isNaN(ms)) {
    return value;
  }
  // A day without a time is that day everywhere.
  const how = DAY.test(value)
    ? ({ dateStyle: "medium", timeZone: "UTC" } as const)
    : ({ dateStyle: "medium", timeStyle: "short" } as const);
  return new Intl.DateTimeFormat(language, how).format(ms);
}

/** As it is typed in. */
export function typed(kind: Kind, value: unknown): string {
  if (value === null || value === undefined) {
    return "";
  }
  return typeof value === "string" && kind !== "json" ? value : JSON.stringify(value);
}

export type Read = { readonly value: unknown } | { readonly wrong: Kind };

/** What was typed; nothing is an empty cell, whatever the column takes. */
export function read(kind: Kind, text: string): Read {
  const plain = text.trim();
  if (plain === "") {
    return { value: null };
  }
  if (kind === "number") {
    const value = Number(plain.replace(",", "."));
    return Number.isFinite(value) ? { value } : { wrong: kind };
  }
  if (kind === "boolean") {
    return plain === "true" || plain === "false" ? { value: plain === "true" } : { wrong: kind };
  }
  if (kind === "date") {
    return moment(plain);
  }
  if (kind === "json") {
    try {
      return { value: JSON.parse(plain) as unknown };
    } catch {
      return { wrong: kind };
    }
  }
  return { value: text };
}

/** A time without a zone is meant where it was typed, as it is shown there. */
function moment(plain: string): Read {
  const ms = Date.parse(plain);
  if (Number.isNaN(ms)) {
    return { wrong: "date" };
  }
  return { value: WITHOUT_ZONE.test(plain) ? new Date(ms).toISOString() : plain };
}

export const COMPARISONS = [
  "eq",
  "ne",
  "lt",
  "le",
  "gt",
  "ge",
  "contains",
  "empty",
  "full",
] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** What a column of a kind can be asked. */
export function comparisonsOf(kind: Kind): readonly Comparison[] {
  if (kind === "json") {
    return ["empty", "full"];
  }
  if (kind === "boolean") {
    return ["eq", "ne", "empty", "full"];
  }
  return kind === "text"
    ? ["contains", ...COMPARISONS.filter((one) => one !== "contains")]
    : COMPARISONS.filter((one) => one !== "contains");
}

export interface Condition {
  readonly column: string;
  readonly comparison: Comparison;
  readonly value: string;
}

/** As the server wants it; one without a value that it needs is not sent. */
export function written({ column, comparison, value }: Condition): string | null {
  if (comparison === "empty" || comparison === "full") {
    return `${column}:empty${comparison === "full" ? ":false" : ""}`;
  }
  return value === "" ? null : `${column}:${comparison}:${value}`;
}
