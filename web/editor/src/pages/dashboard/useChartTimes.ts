import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { momentsOf, type Span } from "./series";

/** What all charts over a span of time have in common. */
export function useChartTimes(span: Span) {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const timeName = t("dashboard.time");
  const { from, until, step } = span;
  return useMemo(() => {
    const moments = momentsOf({ from, until, step });
    // Days are those of the server, which are days of UTC.
    const zone = step === "day" ? { timeZone: "UTC" } : {};
    const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", ...zone });
    const time = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" });
    const long = new Intl.DateTimeFormat(language, {
      dateStyle: "medium",
      ...(step === "day" ? zone : { timeStyle: "short" }),
    });
    const isMidnight = (ms: number) => {
      const moment = new Date(ms);
      return moment.getHours() === 0 && moment.getMinutes() === 0;
    };
    return {
      moments,
      stepMs: (until - from) / moments.length,
      tick: (ms: number) => (step === "day" || isMidnight(ms) ? day : time).format(ms),
      when: (ms: number) => long.format(ms),
      timeName,
    };
  }, [from, until, step, language, timeName]);
}

export type ChartTimes = ReturnType<typeof useChartTimes>;
