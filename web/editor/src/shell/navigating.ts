/** Whether the navigation shows names or icons alone. */

import { useMatches } from "@tanstack/react-router";
import { create } from "zustand";

const CHOSEN = "penstock.navigation";

interface Navigating {
  readonly narrow: boolean;
  toggle(): void;
}

export const useNavigating = create<Navigating>()((set) => ({
  narrow: localStorage.getItem(CHOSEN) === "narrow",
  toggle: () =>
    set(({ narrow }) => {
      localStorage.setItem(CHOSEN, narrow ? "wide" : "narrow");
      return { narrow: !narrow };
    }),
}));

/** The screens that need all of the width. */
const WIDE = new Set(["/workflows/$workflow", "/executions/$execution"]);

/** Whether the screen that is shown is one of them. */
export function useWideScreen(): boolean {
  return useMatches({ select: (found) => WIDE.has(wordOf(found.at(-1)?.routeId)) });
}

function wordOf(route: string | undefined): string {
  return (route ?? "").replace(/^\/inside/, "");
}
