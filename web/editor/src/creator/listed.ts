/** The rows of the creator: what was found or what there is, in which order. */

import type { NodeType } from "~/model/document";
import type { Index } from "~/model/search";
import { actionsOf, type Choice, SECTIONS, type Section } from "./entries";
import { likely, type Place, type Unfit, unfit } from "./fitting";

export interface Row {
  readonly choice: Choice;
  readonly ranges: readonly (readonly [number, number])[];
  readonly unfit: Unfit | undefined;
  /** It can be opened, to choose from what it can do. */
  readonly opens: boolean;
}

export interface Listed {
  /** Undefined: what was found. */
  readonly section: Section | "unfit" | undefined;
  readonly rows: readonly Row[];
}

const MOST_FOUND = 80;

export function listed(
  index: Index<Choice>,
  query: string,
  place: Place,
  opened: NodeType | undefined,
): readonly Listed[] {
  if (opened) {
    return [{ section: undefined, rows: openedRows(opened, query, place) }];
  }
  const hits = index.search(query, (choice) => likely(choice.type, place));
  const rows = hits
    .filter(({ entry }) => query.trim() !== "" || !entry.action)
    .map(({ entry, ranges }) => rowOf(entry, ranges, place));
  const fitting = rows.filter((row) => !row.unfit);
  const others = rows.filter((row) => row.unfit && row.unfit !== "same" && !row.choice.action);
  const parts: Listed[] =
    query.trim() === ""
      ? bySection(fitting, place)
      : [{ section: undefined, rows: fitting.slice(0, MOST_FOUND) }];
  parts.push({ section: "unfit", rows: others.slice(0, MOST_FOUND) });
  return parts.filter((part) => part.rows.length > 0);
}

function openedRows(type: NodeType, query: string, place: Place): readonly Row[] {
  const wanted = query.trim().toLowerCase();
  return actionsOf(type)
    .filter((choice) => choice.title.toLowerCase().includes(wanted))
    .map((choice) => rowOf(choice, [], place));
}

function rowOf(choice: Choice, ranges: Row["ranges"], place: Place): Row {
  const { type, action } = choice;
  return {
    choice,
    ranges,
    unfit: unfit(type, place),
    opens: !action && type.actions.length > 1,
  };
}

/** Where nothing is there yet, what begins a workflow comes first. */
function bySection(rows: readonly Row[], place: Place): Listed[] {
  const rest = SECTIONS.filter((one) => one !== "triggers");
  const order: readonly Section[] = place.isFirst ? SECTIONS : [...rest, "triggers"];
  return order.map((section) => ({
    section,
    rows: rows.filter((row) => row.choice.section === section),
  }));
}
