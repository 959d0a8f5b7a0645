/** What a list of executions is narrowed by, as it stands in the address and as the server asks for it. */

export const STATUSES = [
  "queued",
  "running",
  "waiting",
  "success",
  "error",
  "canceled",
  "dead",
] as const;
export type Status = (typeof STATUSES)[number];

export const MODES = [
  "manual",
  "webhook",
  "schedule",
  "poll",
  "subscription",
  "retry",
  "error",
  "test",
  "cli",
  "simulation",
] as const;

export const PERIODS = ["hour", "day", "week", "month"] as const;
export type Period = (typeof PERIODS)[number];
const HOUR_MS = 3_600_000;
const PERIOD_MS: Readonly<Record<Period, number>> = {
  hour: HOUR_MS,
  day: 24 * HOUR_MS,
  week: 168 * HOUR_MS,
  month: 720 * HOUR_MS,
};

export interface Filter {
  readonly status: readonly Status[];
  readonly workflow: string;
  readonly mode: string;
  /** Up to now; empty: as `from` and `until` say. */
  readonly period: Period | "";
  /** As `datetime-local` has them; empty: open. */
  readonly from: string;
  readonly until: string;
  /** Custom data, each as `name=value`. */
  readonly keys: readonly string[];
}

export const NO_FILTER: Filter = {
  status: [],
  workflow: "",
  mode: "",
  period: "",
  from: "",
  until: "",
  keys: [],
};

type Search = Readonly<Record<string, unknown>>;

/** Read with care: anybody may have written the address. */
export function filterOf(search: Search): Filter {
  const wanted = texts(search.status);
  return {
    status: STATUSES.filter((one) => wanted.includes(one)),
    workflow: text(search.workflow),
    mode: text(search.mode),
    period: PERIODS.find((one) => one === search.period) ?? "",
    from: text(search.from),
    until: text(search.until),
    keys: texts(search.key).filter((one) => one.indexOf("=") > 0),
  };
}

/** What stands in the address: nothing of what is not narrowed. */
export function searchOf(filter: Filter): Record<string, unknown> {
  const { status, workflow, mode, period, from, until, keys } = filter;
  return {
    ...(status.length > 0 ? { status } : {}),
    ...(workflow ? { workflow } : {}),
    ...(mode ? { mode } : {}),
    ...(period ? { period } : {}),
    ...(from && !period ? { from } : {}),
    ...(until && !period ? { until } : {}),
    ...(keys.length > 0 ? { key: keys } : {}),
  };
}

export interface Wanted {
  readonly workflow?: string;
  readonly status?: readonly Status[];
  readonly mode?: string;
  readonly from_ms?: number;
  readonly until_ms?: number;
  readonly key?: readonly string[];
}

/** What the server is asked for. */
export function wantedOf(filter: Filter, now: number): Wanted {
  const { status, workflow, mode, period, keys } = filter;
  const from = period ? now - PERIOD_MS[period] : moment(filter.from);
  const until = period ? null : moment(filter.until);
  return {
    ...(status.length > 0 ? { status } : {}),
    ...(workflow ? { workflow } : {}),
    ...(mode ? { mode } : {}),
    ...(from === null ? {} : { from_ms: from }),
    ...(until === null ? {} : { until_ms: until }),
    ...(keys.length > 0 ? { key: keys } : {}),
  };
}

export function isNarrowed(filter: Filter): boolean {
  return Object.keys(searchOf(filter)).length > 0;
}

function moment(local: string): number | null {
  const found = local ? new Date(local).getTime() : Number.NaN;
  return Number.isFinite(found) ? found : null;
}

/** The address bar makes numbers of what looks like one. */
function text(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

function texts(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map(text).filter(Boolean);
}
