import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { models } from "~/api/client";
import { useFigures } from "~/i18n/useFigures";
import { Select } from "~/ui";
import { ChartCard } from "./ChartCard";
import type { Chart } from "./chart";
import css from "./dashboard.module.css";
import { filled, type Span } from "./series";
import type { ChartTimes } from "./useChartTimes";

const MEASURES = ["steps", "cpu_s", "fuel", "bytes", "tokens"] as const;
type Measure = (typeof MEASURES)[number];

interface Props {
  readonly span: Span;
  readonly used: readonly models.Used[];
  readonly times: ChartTimes;
}

/** What executions used over time: one measure at a time, since they have no unit in common. */
export function UsageChart({ span, used, times }: Props) {
  const { t } = useTranslation();
  const figures = useFigures();
  const [measure, setMeasure] = useState<Measure>("steps");
  const chart: Chart = useMemo(() => {
    const formats = { cpu_s: figures.duration, bytes: figures.bytes };
    const format = measure in formats ? formats[measure as keyof typeof formats] : figures.count;
    const values = filled(span, used, (row) => row[measure], 0);
    const name = t(`dashboard.measure.${measure}`);
    return { ...times, kind: "bars", format, rows: [{ name, tone: "accent", values }] };
  }, [times, span, used, measure, figures, t]);
  return (
    <ChartCard
      title={t("dashboard.usage")}
      chart={chart}
      choice={
        <Select
          className={css.measure ?? ""}
          aria-label={t("dashboard.usageOf")}
          value={measure}
          onChange={(event) =>
            setMeasure(MEASURES.find((one) => one === event.target.value) ?? "steps")
          }
        >
          {MEASURES.map((one) => (
            <option key={one} value={one}>
              {t(`dashboard.measure.${one}`)}
            </option>
          ))}
        </Select>
      }
    />
  );
}
