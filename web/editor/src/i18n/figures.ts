/** Moments, durations and numbers as people of a language write them. */

const STEPS = [
  ["year", 31_536_000_000],
  ["month", 2_592_000_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
] as const;

/** A day and a time: "21 Nov 2026, 19:20". */
export function momentIn(language: string, ms: number): string {
  const how = { dateStyle: "medium", timeStyle: "short" } as const;
  return new Intl.DateTimeFormat(language, how).format(ms);
}

/** With the seconds: "21 Nov 2026, 19:20:04". */
export function exactIn(language: string, ms: number): string {
  const how = { dateStyle: "medium", timeStyle: "medium" } as const;
  return new Intl.DateTimeFormat(language, how).format(ms);
}

/** The time of the day to the millisecond. */
export function clockIn(language: string, ms: number): string {
  const how = { hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;
  return new Intl.DateTimeFormat(language, { ...how, fractionalSecondDigits: 3 }).format(ms);
}

/** How far from now: "3 minutes ago", "in 2 days". */
export function agoIn(language: string, ms: number, now: number): string {
  const distance = ms - now;
  const [unit, length] = STEPS.find(([, step]) => Math.abs(distance) >= step) ?? ["second", 1_000];
  const how = { numeric: "auto", style: "long" } as const;
  return new Intl.RelativeTimeFormat(language, how).format(Math.trunc(distance / length), unit);
}

/** In the two largest units that say something: "1.25 sec", "3 min 5 sec". */
export function durationIn(language: string, seconds: number): string {
  const unit = (count: number, name: string, digits = 0) =>
    new Intl.NumberFormat(language, {
      style: "unit",
      unit: name,
      unitDisplay: "short",
      maximumFractionDigits: digits,
    }).format(count);
  if (seconds < 1) {
    return unit(Math.round(seconds * 1_000), "millisecond");
  }
  if (seconds < 60) {
    return unit(seconds, "second", seconds < 10 ? 2 : 1);
  }
  const whole = Math.round(seconds);
  const parts = (
    [
      ["day", Math.floor(whole / 86_400)],
      ["hour", Math.floor(whole / 3_600) % 24],
      ["minute", Math.floor(whole / 60) % 60],
      ["second", whole % 60],
    ] as const
  ).filter(([, count]) => count > 0);
  return parts
    .slice(0, 2)
    .map(([name, count]) => unit(count, name))
    .join(" ");
}

/** "12,300", and "1.2M" where nobody counts any more. */
export function countIn(language: string, count: number): string {
  const large = Math.abs(count) >= 100_000;
  const how = large
    ? ({ notation: "compact", maximumFractionDigits: 1 } as const)
    : { maximumFractionDigits: 1 };
  return new Intl.NumberFormat(language, how).format(count);
}

const BYTES = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

export function bytesIn(language: string, bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), BYTES.length - 1);
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: BYTES[power] ?? "byte",
    unitDisplay: power ? "short" : "long",
    maximumFractionDigits: power ? 1 : 0,
  }).format(bytes / 1_000 ** power);
}

/** A share from 0 to 1. */
export function shareIn(language: string, share: number): string {
  return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 }).format(
    share,
  );
}
