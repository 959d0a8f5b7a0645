/** What a chart shows, and what the table behind it says. */
export interface Chart {
  readonly kind: "bars" | "lines";
  /** Beginnings of the steps of time, in milliseconds since 1970. */
  readonly moments: readonly number[];
  readonly stepMs: number;
  readonly rows: readonly ChartRow[];
  readonly format: (value: number) => string;
  /** A moment at the axis, and in whole. */
  readonly tick: (ms: number) => string;
  readonly when: (ms: number) => string;
  readonly timeName: string;
}

export interface ChartRow {
  readonly name: string;
  /** The colour, by its name in the theme. */
  readonly tone: "good" | "bad" | "warn" | "wait" | "accent" | "muted";
  /** For each moment; null: nothing is known. */
  readonly values: readonly (number | null)[];
}

export function isEmpty(chart: Chart): boolean {
  return chart.rows.every((row) => row.values.every((one) => !one));
}
