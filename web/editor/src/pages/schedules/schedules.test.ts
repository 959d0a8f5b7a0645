import { describe, expect, it } from "vitest";
import { dayOf, daysOf, entriesOf, later, readDay, stepped, written } from "./calendar";
import { wordsOf } from "./rule";

const at = (year: number, month: number, day: number, hour = 0) =>
  new Date(year, month - 1, day, hour).getTime();

describe("the calendar", () => {
  it("of a month has whole weeks, which begin with the day that is usual", () => {
    const monday = daysOf("month", at(2026, 11, 21), 1);
    expect([written(monday[0] ?? 0), written(monday.at(-1) ?? 0)]).toEqual([
      "2026-10-26",
      "2026-12-06",
    ]);
    const sunday = daysOf("month", at(2026, 11, 21), 7);
    expect(written(sunday[0] ?? 0)).toBe("2026-11-01");
    expect(sunday).toHaveLength(35);
  });

  it("of a week has the seven days around a day", () => {
    const days = daysOf("week", at(2026, 11, 22, 12), 1);
    expect(days.map(written)[0]).toBe("2026-11-16");
    expect(days).toHaveLength(7);
  });

  it("goes from the last of a month to the next month and not past it", () => {
    expect(written(stepped("month", at(2026, 1, 31), 1))).toBe("2026-02-01");
    expect(written(stepped("week", at(2026, 12, 31), 1))).toBe("2027-01-07");
  });

  it("reads the day of an address, and nothing that is no day", () => {
    expect(readDay("2026-11-21")).toBe(at(2026, 11, 21));
    expect(readDay("tomorrow")).toBeNull();
  });

  it("counts days across a change of the clocks", () => {
    expect(written(later(at(2026, 3, 28), 2))).toBe("2026-03-30");
  });
});

describe("a day", () => {
  it("has each moment of a schedule, and one line for many", () => {
    const hours = (count: number) =>
      Array.from({ length: count }, (_, hour) => at(2026, 11, 21, hour));
    const found = entriesOf([
      { schedule: "often", moments: hours(24), more: false },
      { schedule: "twice", moments: hours(2), more: false },
      { schedule: "always", moments: hours(5), more: true },
    ]);
    const day = found.get(dayOf(at(2026, 11, 21))) ?? [];
    expect(day.map((one) => [one.schedule, one.moments.length])).toEqual([
      ["often", 24],
      ["twice", 1],
      ["twice", 1],
    ]);
  });
});

describe("a rule", () => {
  it.each([
    [{ every_s: 300 }, "every", { time: "5 minutes" }],
    [{ every_s: 90 }, "every", { time: "90 seconds" }],
    [{ cron: "*/5 * * * *" }, "every", { time: "5 minutes" }],
    [{ every_s: 3600 }, "each_hour", {}],
    [{ cron: "* * * * *" }, "each_minute", {}],
    [{ cron: "15 * * * *" }, "hourly", { minute: "15" }],
    [{ cron: "0 7 * * *" }, "daily", { time: "07:00" }],
    [{ cron: "30 8 * * 1" }, "weekly", { days: "Monday", time: "08:30" }],
    [{ cron: "30 8 * * mon,0" }, "weekly", { days: "Monday and Sunday", time: "08:30" }],
    [{ cron: "0 9 * * 1-5" }, "weekdays", { time: "09:00" }],
    [{ cron: "0 6 1 * *" }, "monthly", { day: 1, time: "06:00" }],
    [{ cron: "0 6 1 1 *" }, "cron", { cron: "0 6 1 1 *", each: 1 }],
    [{ cron: "0 7 * * *", each: 2 }, "cronEach", { cron: "0 7 * * *", each: 2 }],
    [{ cron: "0 0 7 * * *" }, "cron", { cron: "0 0 7 * * *", each: 1 }],
  ])("%j is told as %s", (rule, key, given) => {
    expect(wordsOf(rule, "en")).toEqual({ key, with: given });
  });
});
