/** Days of months and weeks, as a calendar shows them, in the time zone of who looks. */

export type View = "month" | "week" | "agenda";
export const VIEWS: readonly View[] = ["month", "week", "agenda"];

const AGENDA_DAYS = 14;

/** The first moment of a day. */
export function dayOf(ms: number): number {
  const day = new Date(ms);
  day.setHours(0, 0, 0, 0);
  return day.getTime();
}

/** So many days later, whatever clocks do in between. */
export function later(day: number, days: number): number {
  const moved = new Date(day);
  moved.setDate(moved.getDate() + days);
  return moved.getTime();
}

/** 1 is Monday, 7 is Sunday. */
export function firstDayOf(language: string): number {
  const locale = new Intl.Locale(language) as Intl.Locale & {
    getWeekInfo?: () => { firstDay: number };
    weekInfo?: { firstDay: number };
  };
  const known = locale.getWeekInfo?.() ?? locale.weekInfo;
  return known?.firstDay ?? (language.startsWith("en") ? 7 : 1);
}

function weekOf(ms: number, first: number): number {
  const day = dayOf(ms);
  const since = (new Date(day).getDay() - (first % 7) + 7) % 7;
  return later(day, -since);
}

/** The days that are shown: whole weeks of a month, one week, or the days from now on. */
export function daysOf(view: View, at: number, first: number): readonly number[] {
  if (view === "agenda") {
    return many(dayOf(at), AGENDA_DAYS);
  }
  if (view === "week") {
    return many(weekOf(at, first), 7);
  }
  const begin = new Date(dayOf(at));
  begin.setDate(1);
  const start = weekOf(begin.getTime(), first);
  const end = new Date(begin);
  end.setMonth(end.getMonth() + 1);
  const weeks = Math.ceil(Math.round((end.getTime() - start) / 86_400_000) / 7);
  return many(start, weeks * 7);
}

const many = (from: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => later(from, index));

/** The place that is shown after, or before, this one. */
export function stepped(view: View, at: number, by: 1 | -1): number {
  if (view !== "month") {
    return later(dayOf(at), by * (view === "week" ? 7 : AGENDA_DAYS));
  }
  const day = new Date(dayOf(at));
  day.setDate(1);
  day.setMonth(day.getMonth() + by);
  return day.getTime();
}

export interface Told {
  readonly schedule: string;
  readonly moments: readonly number[];
  readonly more: boolean;
}

/** Some moments of one schedule on one day. */
export interface Entry {
  readonly schedule: string;
  readonly moments: readonly number[];
}

/** Beyond so many on a day they are one line with the first and the last. */
export const MANY = 4;

/**
 * What stands on each day. Schedules of which not all moments were told go off so often that they are
 * left out and named apart.
 */
export function entriesOf(told: readonly Told[]): ReadonlyMap<number, readonly Entry[]> {
  const days = new Map<number, Entry[]>();
  for (const { schedule, moments, more } of told) {
    if (more) {
      continue;
    }
    const own = new Map<number, number[]>();
    for (const moment of moments) {
      const day = dayOf(moment);
      own.set(day, [...(own.get(day) ?? []), moment]);
    }
    for (const [day, some] of own) {
      const entries = some.length > MANY ? [some] : some.map((one) => [one]);
      const here = days.get(day) ?? [];
      days.set(day, [...here, ...entries.map((one) => ({ schedule, moments: one }))]);
    }
  }
  for (const entries of days.values()) {
    entries.sort((one, other) => (one.moments[0] ?? 0) - (other.moments[0] ?? 0));
  }
  return days;
}

/** A day as it stands in an address. */
export function written(day: number): string {
  const date = new Date(day);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

export function readDay(text: unknown): number | null {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(String(text)) ?? [];
  return year && month && day
    ? new Date(Number(year), Number(month) - 1, Number(day)).getTime()
    : null;
}
