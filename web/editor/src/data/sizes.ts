import { bytesIn } from "~/i18n/figures";

/** How large something is, for people. */
export function sizeOf(bytes: number): string {
  return bytesIn(document.documentElement.lang || "en", bytes);
}
