import type { ReactNode } from "react";
import css from "./ui.module.css";

export type Tone = "plain" | "good" | "bad" | "warn" | "wait" | "info";

/** A word about a state: an icon beside it says the same without the colour. */
export function Badge({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`${css.badge} ${tone === "plain" ? "" : css[tone]}`}>{children}</span>;
}
