/** What a step that asks wants to be shown, as it says it itself. */

import type { Asked } from "./useApprovals";

export interface Question {
  readonly title: string;
  readonly message: string;
  readonly approve: string;
  readonly decline: string;
  readonly mayComment: boolean;
}

/** A workflow may put anything in there: only texts are shown, all else is as if it said nothing. */
export function questionOf(asked: Asked): Question {
  const shows = asked.asks.shows ?? {};
  const words = shows.words;
  return {
    title: text(shows.title) || asked.workflow_name,
    message: text(shows.message),
    approve: own(field(words, "approve"), "Approve"),
    decline: own(field(words, "decline"), "Decline"),
    mayComment: shows.comment !== false,
  };
}

const text = (value: unknown): string => (typeof value === "string" ? value.trim() : "");

/** A word that somebody chose; the usual one is said in the language of who reads. */
const own = (value: unknown, usual: string): string => (text(value) === usual ? "" : text(value));

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

/** What an item says. */
export const jsonOf = (item: unknown): unknown => field(item, "json");

/** The fields of an item that a person reads first: plain values, short ones, the deeper ones by path. */
export function readable(
  value: unknown,
  path = "",
  most = 12,
): readonly (readonly [string, string])[] {
  if (most <= 0) {
    return [];
  }
  if (typeof value !== "object" || value === null) {
    return path ? [[path, value === null || value === undefined ? "" : String(value)]] : [];
  }
  if (Array.isArray(value)) {
    return [[path, JSON.stringify(value)]];
  }
  const found: (readonly [string, string])[] = [];
  for (const [name, inner] of Object.entries(value)) {
    found.push(...readable(inner, path ? `${path}.${name}` : name, most - found.length));
  }
  return found.slice(0, most);
}
