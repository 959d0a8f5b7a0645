import { ChartLine } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useTheme } from "~/theme/theme";
import { Empty } from "~/ui";
import css from "./data.module.css";
import { type Series, seriesOf } from "./series";
import type { ViewProps } from "./views";

const TONES = ["accent", "good", "warn", "wait", "bad", "text", "muted", "line-strong"] as const;
const DASHES = [[], [6, 4], [2, 3], [10, 4, 2, 4]] as const;

/** Numbers of the items, over time where they have one. */
export default function ChartView({ items }: ViewProps) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const shown = useTheme((look) => look.shown);
  const series = useMemo(() => seriesOf(items.map((item) => item?.json ?? {})), [items]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has other colours
  useEffect(() => {
    const box = place.current;
    if (!box || !series) {
      return;
    }
    const plot = new UPlot(optionsOf(series, box), dataOf(series), box);
    const watching = new ResizeObserver(() => plot.setSize(sizeOfBox(box)));
    watching.observe(box);
    return () => {
      watching.disconnect();
      plot.destroy();
    };
  }, [series, shown]);
  if (!series) {
    return <Empty title={t("data.noNumbers")} icon={<ChartLine aria-hidden />} />;
  }
  const names = series.lines.map((line) => line.name).join(", ");
  const label = series.over
    ? t("data.chartOver", { names, over: series.over })
    : t("data.chartOf", { names });
  return <div ref={place} className={css.chart} role="img" aria-label={label} />;
}

function dataOf(series: Series): UPlot.AlignedData {
  return [[...series.x], ...series.lines.map((line) => [...line.y])];
}

function sizeOfBox(box: HTMLElement): { width: number; height: number } {
  return { width: box.clientWidth - 8, height: Math.max(160, box.clientHeight - 84) };
}

function optionsOf(series: Series, box: HTMLElement): UPlot.Options {
  const style = getComputedStyle(box);
  const colour = (name: string) => style.getPropertyValue(`--penstock-color-${name}`).trim();
  const axis = {
    stroke: colour("muted"),
    grid: { stroke: colour("line"), width: 1 },
    ticks: { stroke: colour("line") },
  };
  return {
    ...sizeOfBox(box),
    scales: { x: { time: series.time } },
    axes: [axis, axis],
    series: [
      { label: series.over || "#" },
      ...series.lines.map((line, index) => ({
        label: line.name,
        stroke: colour(TONES[index % TONES.length] ?? "accent"),
        width: 2,
        dash: [...(DASHES[index % DASHES.length] ?? [])],
        points: { show: series.x.length < 40 },
      })),
    ],
  };
}
