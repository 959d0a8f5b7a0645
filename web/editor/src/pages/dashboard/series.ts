/** Rows of figures over time, as charts need them. No React in it. */

export const RANGES = ["1h", "24h", "7d", "30d"] as const;
export type Range = (typeof RANGES)[number];
export type Step = "minute" | "hour" | "day";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const STEP_MS: Readonly<Record<Step, number>> = {
  minute: MINUTE_MS,
  hour: HOUR_MS,
  day: DAY_MS,
};
const LENGTH_MS: Readonly<Record<Range, number>> = {
  "1h": HOUR_MS,
  "24h": DAY_MS,
  "7d": 7 * DAY_MS,
  "30d": 30 * DAY_MS,
};
const STEP_OF: Readonly<Record<Range, Step>> = {
  "1h": "minute",
  "24h": "hour",
  "7d": "hour",
  "30d": "day",
};

/** A part of time, in steps. */
export interface Span {
  readonly from: number;
  readonly until: number;
  readonly step: Step;
}

export function rangeOf(given: unknown): Range {
  return RANGES.find((one) => one === given) ?? "24h";
}

/** The range that ends with the step that goes on now; steps begin where the server's do. */
export function spanOf(range: Range, now: number): Span {
  const step = STEP_OF[range];
  const length = STEP_MS[step];
  const until = Math.floor(now / length) * length + length;
  return { from: until - LENGTH_MS[range], until, step };
}

/** The beginnings of all steps of a span. */
export function momentsOf({ from, until, step }: Span): readonly number[] {
  const length = STEP_MS[step];
  return Array.from({ length: Math.round((until - from) / length) }, (_, at) => from + at * length);
}

interface Row {
  readonly from_ms: number;
}

/** A value for every step: what its row says, or what stands for none. */
export function filled<R extends Row, N extends number | null>(
  span: Span,
  rows: readonly R[],
  value: (row: R) => N,
  nothing: N,
): readonly N[] {
  const known = new Map(rows.map((row) => [row.from_ms, row]));
  return momentsOf(span).map((moment) => {
    const row = known.get(moment);
    return row ? value(row) : nothing;
  });
}

export interface Counted {
  readonly executions: number;
  readonly failed: number;
  readonly canceled: number;
}

/** All rows together. */
export function together(rows: readonly Counted[]): Counted {
  return rows.reduce<Counted>(
    (sum, row) => ({
      executions: sum.executions + row.executions,
      failed: sum.failed + row.failed,
      canceled: sum.canceled + row.canceled,
    }),
    { executions: 0, failed: 0, canceled: 0 },
  );
}

/** Each row on top of those before it. */
export function stacked(rows: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const tops: number[][] = [];
  for (const row of rows) {
    const below = tops.at(-1);
    tops.push(row.map((value, at) => value + (below?.[at] ?? 0)));
  }
  return tops;
}

interface OfWorkflow extends Counted {
  readonly workflow_id: string;
}

/** Those that failed, the most failures first. */
export function failing<R extends OfWorkflow>(rows: readonly R[], most: number): readonly R[] {
  return rows
    .filter((row) => row.failed > 0)
    .toSorted((a, b) => b.failed - a.failed || b.executions - a.executions)
    .slice(0, most);
}
