/** How far the tour is; whether it was seen is remembered in the browser. */

import { create } from "zustand";
import { STEPS } from "./steps";

const SEEN = "penstock.tour";
const WANTED = "wanted";

interface Tour {
  /** Number of the step that is shown; null: none is. */
  readonly at: number | null;
  begin(): void;
  go(by: 1 | -1): void;
  end(): void;
}

export const useTour = create<Tour>()((set) => ({
  at: null,
  begin: () => set({ at: 0 }),
  go: (by) =>
    set(({ at }) => {
      const next = (at ?? 0) + by;
      if (next >= STEPS.length) {
        localStorage.setItem(SEEN, "seen");
        return { at: null };
      }
      return { at: Math.max(0, next) };
    }),
  end: () => {
    localStorage.setItem(SEEN, "seen");
    set({ at: null });
  },
}));

/** Somebody is new here: the tour begins with the first workflow that he opens. */
export function wantTour(): void {
  if (localStorage.getItem(SEEN) !== "seen") {
    localStorage.setItem(SEEN, WANTED);
  }
}

/** Whether somebody new has not had it yet; asked for once. */
export function takeWanted(): boolean {
  const wanted = localStorage.getItem(SEEN) === WANTED;
  if (wanted) {
    localStorage.removeItem(SEEN);
  }
  return wanted;
}
