/** Which workflows a list shows, and in which order. */

import type { Workflow } from "~/api/workflows";
import { within } from "./folders";
import type { Folder } from "./library";

export const ORDERS = ["name", "changed", "created"] as const;
export type Order = (typeof ORDERS)[number];
export type State = "all" | "active" | "inactive" | "archived";

export interface Wanted {
  readonly search: string;
  /** Id of a folder; empty: everywhere. */
  readonly folder: string;
  readonly tag: string;
  readonly state: State;
  readonly order: Order;
}

export const EVERYTHING: Wanted = {
  search: "",
  folder: "",
  tag: "",
  state: "all",
  order: "name",
};

/** Every word that is looked for stands in the name, the description or a tag. */
function fits(workflow: Workflow, words: readonly string[]): boolean {
  const text = [workflow.name, workflow.description, ...workflow.tags].join("\n").toLowerCase();
  return words.every((word) => text.includes(word));
}

export function shownOf(
  all: readonly Workflow[],
  folders: readonly Folder[],
  wanted: Wanted,
  language: string,
): readonly Workflow[] {
  const words = wanted.search.toLowerCase().split(/\s+/).filter(Boolean);
  const places = wanted.folder ? within(folders, wanted.folder) : null;
  const found = all.filter(
    (one) =>
      (!places || places.has(one.folder_id)) &&
      (!wanted.tag || one.tags.includes(wanted.tag)) &&
      isIn(one, wanted.state) &&
      fits(one, words),
  );
  return found.sort(ordering(wanted.order, language));
}

function isIn(workflow: Workflow, state: State): boolean {
  if (state === "active" || state === "inactive") {
    return (workflow.active_version !== null) === (state === "active");
  }
  return true;
}

type Compare = (one: Workflow, other: Workflow) => number;

function ordering(order: Order, language: string): Compare {
  const names = new Intl.Collator(language, { numeric: true, sensitivity: "base" });
  const byName: Compare = (one, other) => names.compare(one.name, other.name);
  if (order === "changed") {
    return (one, other) => other.updated_ms - one.updated_ms || byName(one, other);
  }
  if (order === "created") {
    return (one, other) => other.created_ms - one.created_ms || byName(one, other);
  }
  return byName;
}

/** Tags with how many of these workflows have each, the most used first. */
export function tagsOf(all: readonly Workflow[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const tag of all.flatMap((one) => one.tags)) {
    counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return [...counts].sort(([one, a], [other, b]) => b - a || one.localeCompare(other));
}
