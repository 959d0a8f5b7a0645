/** Whether there is no room for two things beside each other. */

import { useSyncExternalStore } from "react";

const narrow = window.matchMedia("(max-width: 860px)");

function watch(told: () => void): () => void {
  narrow.addEventListener("change", told);
  return () => narrow.removeEventListener("change", told);
}

export function useIsNarrow(): boolean {
  return useSyncExternalStore(watch, () => narrow.matches);
}
