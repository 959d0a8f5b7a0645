import { useEffect, useRef } from "react";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useTheme } from "~/theme/theme";
import type { Chart } from "./chart";
import css from "./dashboard.module.css";
import { stacked } from "./series";

const HEIGHT = 180;
const MOST_NARROW = 44;
const DIGIT = 7;
/** Lines are told apart without their colour. */
const DASHES: readonly (readonly number[])[] = [[], [6, 4], [2, 3]];

/** A chart, drawn; what it shows is also in the table behind it. */
export default function Plot({ chart, label }: { readonly chart: Chart; readonly label: string }) {
  const place = useRef<HTMLDivElement>(null);
  const shown = useTheme((look) => look.shown);
  const contrast = useTheme((look) => look.highContrast);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has other colours
  useEffect(() => {
    const box = place.current;
    if (!box) {
      return;
    }
    const plot = new UPlot(optionsOf(chart, box), dataOf(chart), box);
    const watching = new ResizeObserver(() =>
      plot.setSize({ width: box.clientWidth, height: HEIGHT }),
    );
    watching.observe(box);
    return () => {
      watching.disconnect();
      plot.destroy();
    };
  }, [chart, shown, contrast]);
  return <div ref={place} className={css.plot} role="img" aria-label={label} />;
}

/** Bars stand on each other: the highest are drawn first, and the others over them. */
function dataOf(chart: Chart): UPlot.AlignedData {
  const x = chart.moments.map((ms) => ms / 1_000);
  if (chart.kind === "lines") {
    return [x, ...chart.rows.map((row) => [...row.values])];
  }
  const tops = stacked(chart.rows.map((row) => row.values.map((one) => one ?? 0)));
  return [x, ...tops.map((top) => [...top]).reverse()];
}

function optionsOf(chart: Chart, box: HTMLElement): UPlot.Options {
  const style = getComputedStyle(box);
  const colour = (name: string) => style.getPropertyValue(`--penstock-color-${name}`).trim();
  const font = `12px ${style.fontFamily}`;
  const axis = {
    stroke: colour("muted"),
    font,
    ticks: { show: false },
    grid: { stroke: colour("line"), width: 1 },
  };
  const bars = UPlot.paths.bars?.({ size: [0.75, 36], align: 0 });
  const drawn = chart.kind === "bars" ? chart.rows.toReversed() : chart.rows;
  const half = chart.stepMs / 2_000;
  const first = (chart.moments[0] ?? 0) / 1_000;
  const last = (chart.moments.at(-1) ?? 0) / 1_000;
  return {
    width: box.clientWidth,
    height: HEIGHT,
    padding: [10, 22, 0, 4],
    cursor: { y: false, drag: { x: false, y: false } },
    legend: { live: true },
    scales: {
      x: { time: true, range: [first - half, last + half] },
      y: { range: (_, __, high) => [0, high > 0 ? high * 1.1 : 1] },
    },
    axes: [
      {
        ...axis,
        size: 32,
        grid: { show: false },
        values: (_, at) => at.map((s) => chart.tick(s * 1_000)),
      },
      { ...axis, size: (_, texts) => roomFor(texts), values: (_, at) => at.map(chart.format) },
    ],
    series: [
      { label: chart.timeName, value: (_, s) => (s === null ? "–" : chart.when(s * 1_000)) },
      ...drawn.map((row, at) => ({
        label: row.name,
        stroke: colour(row.tone),
        width: chart.kind === "bars" ? 0 : 2,
        dash: chart.kind === "bars" ? [] : [...(DASHES[at % DASHES.length] ?? [])],
        points: { show: chart.kind === "lines" && few(row.values), fill: colour("surface") },
        value: (_: UPlot, __: number, ___: number, index: number | null) =>
          index === null ? "–" : told(chart, row.values[index]),
        ...(chart.kind === "bars" && bars ? { paths: bars, fill: colour(row.tone) } : {}),
      })),
    ],
  };
}

/** About as wide as the longest text beside the axis. */
function roomFor(texts: readonly string[] | null): number {
  const longest = Math.max(0, ...(texts ?? []).map((text) => text.length));
  return Math.max(MOST_NARROW, 16 + longest * DIGIT);
}

/** A line of a single point would not be seen. */
function few(values: readonly (number | null)[]): boolean {
  return values.filter((one) => one !== null).length < 30;
}

function told(chart: Chart, value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : chart.format(value);
}
