/** What the pointer is on: tools are drawn for that alone. */

import { create } from "zustand";

interface Pointed {
  readonly node: string;
  readonly edge: string;
}

export const usePointed = create<Pointed>()(() => ({ node: "", edge: "" }));

/** Tools stay a moment, so that the pointer can get to them. */
const STAYS_MS = 180;
let leaving = 0;

export function point(some: Partial<Pointed>): void {
  window.clearTimeout(leaving);
  usePointed.setState(some);
}

export function leave(which: keyof Pointed, id: string): void {
  window.clearTimeout(leaving);
  leaving = window.setTimeout(() => {
    if (usePointed.getState()[which] === id) {
      usePointed.setState({ [which]: "" });
    }
  }, STAYS_MS);
}
