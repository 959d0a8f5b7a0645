import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import {
  agoIn,
  bytesIn,
  clockIn,
  countIn,
  durationIn,
  exactIn,
  momentIn,
  shareIn,
} from "./figures";

/** Moments, durations and numbers in the language of who looks. */
export function useFigures() {
  const { language } = useTranslation().i18n;
  return useMemo(
    () => ({
      language,
      moment: (ms: number) => momentIn(language, ms),
      exact: (ms: number) => exactIn(language, ms),
      clock: (ms: number) => clockIn(language, ms),
      ago: (ms: number, now = Date.now()) => agoIn(language, ms, now),
      duration: (seconds: number) => durationIn(language, seconds),
      count: (count: number) => countIn(language, count),
      bytes: (bytes: number) => bytesIn(language, bytes),
      share: (share: number) => shareIn(language, share),
    }),
    [language],
  );
}

export type Figures = ReturnType<typeof useFigures>;
