import { describe, expect, it } from "vitest";
import type { Step } from "../step";
import { marksOf, timelineOf } from "./timeline";

function step(nodeId: string, startedMs: number, finishedMs: number, more = {}): Step {
  return {
    ...{ nodeId, runIndex: startedMs, body: "", status: "ok", attempt: 1, startedMs, finishedMs },
    ...{ counts: null, error: null, waitingFor: "", dueMs: 0, done: 0, message: "", logs: 0 },
    ...{ spent: {}, sources: {}, undone: false, effects: "none", readyMs: 0 },
    ...more,
  };
}

describe("the timeline", () => {
  it("reaches from the first beginning to the last end", () => {
    const made = timelineOf([step("a", 100, 150), step("b", 150, 300)], 0);
    expect([made.startMs, made.endMs]).toEqual([100, 300]);
    expect(made.lanes.map((lane) => lane.nodeId)).toEqual(["a", "b"]);
    expect(made.lanes[1]?.lines[0]?.[0]).toMatchObject({ from: 0.25, to: 1 });
  });

  it("lets what runs reach until now, and what waits too", () => {
    const running = step("a", 100, 0, { status: "started" });
    expect(timelineOf([running], 500).endMs).toBe(500);
    const waiting = step("a", 100, 0, { status: "waiting" });
    expect(timelineOf([waiting], 700).lanes[0]?.lines[0]?.[0]?.running).toBe(true);
  });

  it("shows since when a step could have run that began later", () => {
    const source = { step: { node_id: "a", run_index: 0 }, port: "main", edge: 0 };
    const first = step("a", 100, 200, { runIndex: 0 });
    const made = timelineOf([first, step("b", 400, 500, { sources: { main: source } })], 0);
    expect(made.lanes[1]?.lines[0]?.[0]).toMatchObject({ since: 0.25, from: 0.75 });
    expect(made.lanes[0]?.lines[0]?.[0]).toMatchObject({ since: 0, from: 0 });
  });

  it("puts runs of a node that overlap on lines of their own", () => {
    const made = timelineOf([step("a", 0.5, 100), step("a", 50, 150), step("a", 120, 200)], 0);
    expect(made.lanes[0]?.lines.map((line) => line.length)).toEqual([2, 1]);
  });

  it("makes one bar of runs that nobody could tell apart, and says when one of them failed", () => {
    const steps = Array.from({ length: 10_000 }, (_, run) =>
      step("a", 1 + run, 2 + run, run === 7 ? { status: "error" } : {}),
    );
    const [lane] = timelineOf(steps, 0).lanes;
    const bars = lane?.lines.flat() ?? [];
    expect(bars.length).toBeLessThan(2_001);
    expect(bars.reduce((sum, bar) => sum + bar.runs, 0)).toBe(10_000);
    expect(bars[0]?.failed).toBe(true);
  });

  it("has nothing to show before anything began", () => {
    expect(timelineOf([], 100)).toEqual({ startMs: 0, endMs: 0, lanes: [] });
  });

  it("marks round moments", () => {
    expect(marksOf(1_000, 5)).toEqual([0, 200, 400, 600, 800, 1_000]);
    expect(marksOf(3_600_000, 6)).toHaveLength(7);
  });
});
