/** Keys that somebody chose instead of the table's, and what stands in their way; pure. */

import type { Command, Where } from "./commands";

export type Chosen = Readonly<Record<string, readonly string[]>>;

/** What was stored; whatever is no list of keys is left out. */
export function readChosen(text: string | null): Chosen {
  try {
    const read: unknown = JSON.parse(text ?? "{}");
    return typeof read === "object" && read !== null && !Array.isArray(read)
      ? Object.fromEntries(Object.entries(read).filter((one) => isKeys(one[1])))
      : {};
  } catch {
    return {};
  }
}

function isKeys(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string" && one !== "");
}

/** Panels lie over the canvas and come first; everything else is heard at the same time. */
const meet = (one: Where, other: Where): boolean => (one === "panel") === (other === "panel");

/** The command that has these keys already where this one would have them. */
export function takenBy(
  keys: string,
  command: Command,
  commands: readonly Command[],
  chosen: Chosen,
): Command | undefined {
  return commands.find(
    (other) =>
      other.id !== command.id &&
      meet(other.where, command.where) &&
      (chosen[other.id] ?? other.keys).includes(keys),
  );
}
