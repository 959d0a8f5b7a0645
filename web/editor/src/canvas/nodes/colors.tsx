/** Colours of notes and groups; what each looks like is the theme's. */

import type { TFunction } from "i18next";
import type { Entry } from "~/ui";
import css from "./nodes.module.css";

export const COLORS = ["yellow", "orange", "red", "green", "blue", "purple", "gray"] as const;

export function colorEntries(
  t: TFunction,
  chosen: string | null,
  paint: (color: string | null) => void,
): readonly Entry[] {
  const entry = (color: string | null): Entry => ({
    text: t(`canvas.colors.${color ?? "none"}`),
    icon: <span className={css.swatch} data-color={color ?? undefined} aria-hidden />,
    checked: color === chosen,
    act: () => paint(color),
  });
  return [entry(null), ...COLORS.map(entry)];
}
