/** The port that somebody connects by choosing from a list; without a node nobody does. */

import { create } from "zustand";

export interface Connecting {
  readonly node: string;
  /** Empty: the first one that it has. */
  readonly port: string;
  readonly side: "in" | "out";
}

export const NOBODY: Connecting = { node: "", port: "", side: "out" };

export const useConnecting = create<Connecting>()(() => NOBODY);
