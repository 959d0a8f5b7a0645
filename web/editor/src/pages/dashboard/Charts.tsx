import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { models } from "~/api/client";
import { useFigures } from "~/i18n/useFigures";
import { ChartCard } from "./ChartCard";
import type { Chart } from "./chart";
import css from "./dashboard.module.css";
import { filled, type Span } from "./series";
import { UsageChart } from "./UsageChart";
import { useChartTimes } from "./useChartTimes";

interface Props {
  readonly span: Span;
  readonly course: readonly models.Course[];
  readonly used: readonly models.Used[];
}

/** How executions went over time. */
export function Charts({ span, course, used }: Props) {
  const { t } = useTranslation();
  const figures = useFigures();
  const times = useChartTimes(span);
  const counts: Chart = useMemo(() => {
    const good = (row: models.Course) => row.executions - row.failed - row.canceled;
    return {
      ...times,
      kind: "bars",
      format: figures.count,
      rows: [
        { name: t("dashboard.succeeded"), tone: "good", values: filled(span, course, good, 0) },
        {
          name: t("dashboard.failed"),
          tone: "bad",
          values: filled(span, course, (row) => row.failed, 0),
        },
        {
          name: t("dashboard.canceled"),
          tone: "muted",
          values: filled(span, course, (row) => row.canceled, 0),
        },
      ],
    };
  }, [times, span, course, figures, t]);
  const rate: Chart = useMemo(() => {
    const values = filled<models.Course, number | null>(
      span,
      course,
      (row) => row.failure_rate,
      null,
    );
    const name = t("dashboard.failureRate");
    return {
      ...times,
      kind: "lines",
      format: figures.share,
      rows: [{ name, tone: "bad", values }],
    };
  }, [times, span, course, figures, t]);
  const took: Chart = useMemo(
    () => ({
      ...times,
      kind: "lines",
      format: figures.duration,
      rows: [
        {
          name: t("dashboard.median"),
          tone: "accent",
          values: filled<models.Course, number | null>(span, course, (row) => row.p50_s, null),
        },
        {
          name: t("dashboard.p95"),
          tone: "wait",
          values: filled<models.Course, number | null>(span, course, (row) => row.p95_s, null),
        },
      ],
    }),
    [times, span, course, figures, t],
  );
  return (
    <div className={css.charts}>
      <ChartCard title={t("dashboard.executions")} chart={counts} />
      <ChartCard title={t("dashboard.failureRate")} chart={rate} />
      <ChartCard title={t("dashboard.duration")} chart={took} />
      <UsageChart span={span} used={used} times={times} />
    </div>
  );
}
