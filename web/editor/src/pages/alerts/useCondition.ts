import { useTranslation } from "react-i18next";
import type { models } from "~/api/client";
import { useFigures } from "~/i18n/useFigures";

type Judged = Pick<models.AlertsRule, "kind" | "threshold" | "window_s" | "value">;

/** What a rule watches for, and what it saw, in words. */
export function useCondition() {
  const { t } = useTranslation();
  const figures = useFigures();
  const amount = (kind: Judged["kind"], value: number) => {
    if (kind === "failure_rate") {
      return figures.share(value);
    }
    return kind === "credentials_due" || kind === "no_executions"
      ? figures.count(value)
      : figures.duration(value);
  };
  return {
    condition: ({ kind, threshold, window_s }: Judged) =>
      t(`alerts.condition.${kind}`, {
        threshold: amount(kind, threshold),
        count: threshold,
        window: figures.duration(window_s),
      }),
    seen: ({ kind, value }: Judged) => (value === null ? "–" : amount(kind, value)),
  };
}
