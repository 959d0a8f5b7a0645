import { describe, expect, test } from "vitest";
import { failing, filled, momentsOf, rangeOf, spanOf, stacked, together } from "./series";

const NOW = Date.UTC(2026, 10, 21, 19, 20, 30);

describe("figures over time", () => {
  test.each([
    ["1h", 60, "minute"],
    ["24h", 24, "hour"],
    ["7d", 168, "hour"],
    ["30d", 30, "day"],
  ] as const)("%s has %d steps, the last of which goes on now", (range, count, step) => {
    const span = spanOf(range, NOW);
    const moments = momentsOf(span);
    expect(span.step).toBe(step);
    expect(moments).toHaveLength(count);
    expect(moments.at(-1)).toBeLessThanOrEqual(NOW);
    expect(span.until).toBeGreaterThan(NOW);
  });

  test("days begin where the server's do: at midnight of UTC", () => {
    expect(spanOf("30d", NOW).until).toBe(Date.UTC(2026, 10, 22));
  });

  test("an unknown range is a day", () => {
    expect(rangeOf("2y")).toBe("24h");
    expect(rangeOf("7d")).toBe("7d");
  });

  test("steps without a row get what stands for none, and rows outside are left out", () => {
    const span = spanOf("24h", NOW);
    const rows = [
      { from_ms: span.from, executions: 3 },
      { from_ms: span.from - 3_600_000, executions: 9 },
    ];
    const found = filled(span, rows, (row) => row.executions, 0);
    expect(found).toHaveLength(24);
    expect(found[0]).toBe(3);
    expect(found.slice(1).every((one) => one === 0)).toBe(true);
  });

  test("what is stacked stands on what was before", () => {
    expect(
      stacked([
        [1, 2],
        [3, 0],
        [1, 1],
      ]),
    ).toEqual([
      [1, 2],
      [4, 2],
      [5, 3],
    ]);
  });

  test("all rows together are their sums", () => {
    const rows = [
      { executions: 5, failed: 1, canceled: 0 },
      { executions: 7, failed: 2, canceled: 3 },
    ];
    expect(together(rows)).toEqual({ executions: 12, failed: 3, canceled: 3 });
    expect(together([])).toEqual({ executions: 0, failed: 0, canceled: 0 });
  });

  test("the workflow with the most failures is first, and one without is not there", () => {
    const row = (workflow_id: string, executions: number, failed: number) => ({
      workflow_id,
      executions,
      failed,
      canceled: 0,
    });
    const rows = [row("good", 10, 0), row("some", 10, 2), row("bad", 4, 4), row("busy", 90, 2)];
    expect(failing(rows, 3).map((one) => one.workflow_id)).toEqual(["bad", "busy", "some"]);
  });
});
