/** What every view is given. */

import type { Item } from "~/model/document";
import type { Origin } from "./paths";

export const VIEWS = ["schema", "table", "json", "binary", "chart"] as const;
export type View = (typeof VIEWS)[number];

export interface ViewProps {
  /** Null stands for one that is too large. */
  readonly items: readonly (Item | null)[];
  /** Index of the first one. */
  readonly start: number;
  readonly search: string;
  readonly origin: Origin | undefined;
  readonly chosen: number | undefined;
  readonly onChoose: ((index: number) => void) | undefined;
  readonly onPick: ((expression: string) => void) | undefined;
  /** Fetch an item that is too large to come with the others. */
  readonly onFetch: ((index: number) => void) | undefined;
}
