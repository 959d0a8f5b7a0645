/** A rule in the words of people, where it is one of those that people mostly use. */

import type { models } from "~/api/client";

export type Rule = models.SchedulesRule;

/** A key of the catalogue with what it needs; `cron` where there are no simpler words. */
export interface Words {
  readonly key: string;
  readonly with: Readonly<Record<string, string | number>>;
}

const words = (key: string, given: Words["with"] = {}): Words => ({ key, with: given });
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

export function wordsOf(rule: Rule, language: string): Words {
  if (rule.at_ms) {
    const how = { dateStyle: "medium", timeStyle: "short" } as const;
    return words("once", { moment: new Intl.DateTimeFormat(language, how).format(rule.at_ms) });
  }
  if (rule.every_s) {
    return lasting(rule.every_s * (rule.each ?? 1), language);
  }
  const found = (rule.each ?? 1) === 1 ? ofCron(rule.cron ?? "", language) : null;
  return (
    found ??
    words(rule.each && rule.each > 1 ? "cronEach" : "cron", {
      cron: rule.cron ?? "",
      each: rule.each ?? 1,
    })
  );
}

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

function lasting(seconds: number, language: string): Words {
  const [unit, size] = UNITS.find(([, one]) => seconds % one === 0) ?? ["second", 1];
  const count = seconds / size;
  if (count === 1) {
    return words(`each_${unit}`);
  }
  const how = { style: "unit", unit, unitDisplay: "long" } as const;
  return words("every", { time: new Intl.NumberFormat(language, how).format(count) });
}

function ofCron(cron: string, language: string): Words | null {
  const fields = cron.trim().toUpperCase().split(/\s+/);
  if (fields.length !== 5) {
    return null;
  }
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = fields;
  const rest = [day, month, weekday].join(" ");
  const often = /^\*\/(\d+)$/.exec(minute)?.[1];
  if (hour === "*" && rest === "* * *") {
    if (minute === "*" || often) {
      return lasting(Number(often ?? 1) * 60, language);
    }
    return /^\d+$/.test(minute) ? words("hourly", { minute: minute.padStart(2, "0") }) : null;
  }
  const time = timeOf(hour, minute);
  if (!time || month !== "*") {
    return null;
  }
  if (day === "*" && weekday === "*") {
    return words("daily", { time });
  }
  if (day === "*") {
    return weekly(weekday, time, language);
  }
  return weekday === "*" && /^\d+$/.test(day) ? words("monthly", { day: Number(day), time }) : null;
}

function timeOf(hour: string, minute: string): string | null {
  const plain = /^\d+$/;
  return plain.test(hour) && plain.test(minute)
    ? `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`
    : null;
}

function weekly(weekday: string, time: string, language: string): Words | null {
  if (["1-5", "MON-FRI"].includes(weekday)) {
    return words("weekdays", { time });
  }
  const days = weekday.split(",").map((one) => {
    const number = /^\d$/.test(one) ? Number(one) % 7 : WEEKDAYS.indexOf(one);
    return number < 0 ? null : number;
  });
  if (days.includes(null)) {
    return null;
  }
  const names = days.map((one) => dayName(one ?? 0, language));
  return words("weekly", { days: new Intl.ListFormat(language).format(names), time });
}

/** The 4th of January 1970 was a Sunday. */
function dayName(day: number, language: string): string {
  const how = { weekday: "long", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat(language, how).format((3 + day) * 86_400_000);
}
