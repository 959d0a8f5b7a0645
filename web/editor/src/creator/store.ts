/** Whether nodes are being chosen, and what for. */

import { create } from "zustand";
import type { End, Point } from "~/model/document";

export interface Wanted {
  /** Where the new node is to stand; without it, beside what it hangs on, or in a free place. */
  readonly at?: Point | undefined;
  /** The end that is to lead into it, or, with `backwards`, that it is to lead into. */
  readonly from?: End | undefined;
  readonly backwards?: boolean | undefined;
  /** Id of the edge that it is to be put into. */
  readonly edge?: string | undefined;
  /** Id of the node that it is to take the place of. */
  readonly replacing?: string | undefined;
  /** Id of the container that is to hold it. */
  readonly parent?: string | undefined;
}

interface Creator {
  /** Null: it is not open. */
  readonly wanted: Wanted | null;
  openCreator(wanted?: Wanted): void;
  close(): void;
}

export const useCreator = create<Creator>()((set) => ({
  wanted: null,
  openCreator: (wanted = {}) => set({ wanted }),
  close: () => set({ wanted: null }),
}));

/** What is carried when an entry is dragged onto the canvas: a `Dragged` as JSON. */
export const DRAGGED_NODE = "application/penstock-node";

export interface Dragged {
  readonly type: string;
  readonly version: number;
  readonly title: string;
  readonly config: Readonly<Record<string, unknown>>;
}
