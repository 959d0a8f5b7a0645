/** Light, dark or as the system has it; with more contrast for who wants it. */

import { create } from "zustand";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];
const CHOSEN = "penstock.theme";
const CONTRAST = "penstock.contrast";
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const more = window.matchMedia("(prefers-contrast: more)");

interface Look {
  readonly theme: Theme;
  readonly highContrast: boolean;
  /** What the theme comes to now. */
  readonly shown: "light" | "dark";
  choose(theme: Theme): void;
  contrast(high: boolean): void;
}

export const useTheme = create<Look>()((set, get) => {
  const resolve = (theme: Theme) =>
    theme === "system" ? (dark.matches ? "dark" : "light") : theme;
  const stored = localStorage.getItem(CHOSEN) as Theme | null;
  const theme: Theme = stored && THEMES.includes(stored) ? stored : "system";
  dark.addEventListener("change", () => set({ shown: resolve(get().theme) }));
  return {
    theme,
    highContrast: (localStorage.getItem(CONTRAST) ?? String(more.matches)) === "true",
    shown: resolve(theme),
    choose: (chosen) => {
      localStorage.setItem(CHOSEN, chosen);
      set({ theme: chosen, shown: resolve(chosen) });
    },
    contrast: (highContrast) => {
      localStorage.setItem(CONTRAST, String(highContrast));
      set({ highContrast });
    },
  };
});

function paint({ shown, highContrast }: Look): void {
  document.documentElement.dataset.theme = shown;
  document.documentElement.dataset.contrast = highContrast ? "high" : "normal";
}

export function beginPainting(): void {
  paint(useTheme.getState());
  useTheme.subscribe(paint);
}
