import { describe, expect, it } from "vitest";
import type { Step } from "~/running/step";
import { changesOf, firstDiffering, pairsOf } from "./compare";

function step(nodeId: string, more: Partial<Step> = {}): Step {
  return {
    ...{ nodeId, runIndex: 0, body: "", status: "ok", attempt: 1, startedMs: 1, finishedMs: 2 },
    ...{ counts: { main: 1 }, error: null, waitingFor: "", dueMs: 0, done: 0, message: "" },
    ...{ logs: 0, spent: {}, sources: {}, undone: false, effects: "none", readyMs: 0 },
    ...more,
  };
}

describe("two executions compared", () => {
  it("finds no difference between the same steps, however long they took", () => {
    const pairs = pairsOf([step("a")], [step("a", { finishedMs: 900 })]);
    expect(pairs.map((one) => one.differs)).toEqual([[]]);
  });

  it("takes a result that was used again for what it is", () => {
    expect(pairsOf([step("a")], [step("a", { status: "cached" })])[0]?.differs).toEqual([]);
  });

  it("names status, items and error where they differ", () => {
    const error = { code: "http.status", message: "404" };
    const failed = step("a", { status: "error", counts: {}, error });
    expect(pairsOf([step("a")], [failed])[0]?.differs).toEqual(["status", "items", "error"]);
  });

  it("shows a step that only the second has after the one it ran after", () => {
    const pairs = pairsOf([step("a"), step("c")], [step("a"), step("b"), step("c")]);
    expect(pairs.map((one) => one.nodeId)).toEqual(["a", "b", "c"]);
    expect(pairs[1]?.differs).toEqual(["missing"]);
  });

  it("compares runs of a node with the run of the same number", () => {
    const a = [step("a"), step("a", { runIndex: 1, counts: { main: 2 } })];
    const pairs = pairsOf(a, [step("a"), step("a", { runIndex: 1 })]);
    expect(pairs.map((one) => one.differs)).toEqual([[], ["items"]]);
  });
});

describe("two values compared", () => {
  it("says what was added, removed and changed, and where", () => {
    const changes = changesOf({ a: 1, b: { c: [1, 2] }, d: 1 }, { a: 1, b: { c: [1, 3] }, e: 2 });
    expect(changes.map(({ path, kind }) => [path, kind])).toEqual([
      ["b.c[1]", "changed"],
      ["d", "removed"],
      ["e", "added"],
    ]);
  });

  it("does not care for the order of keys", () => {
    expect(changesOf({ a: 1, b: 2 }, { b: 2, a: 1 })).toEqual([]);
  });

  it("tells an empty list from an empty object", () => {
    expect(changesOf({ a: [] }, { a: {} })).toHaveLength(1);
  });

  it("finds the first item that differs", () => {
    expect(firstDiffering([{ a: 1 }, { a: 2 }], [{ a: 1 }, { a: 3 }])).toBe(1);
    expect(firstDiffering([{ a: 1 }], [{ a: 1 }, { a: 2 }])).toBe(1);
    expect(firstDiffering([{ a: 1 }], [{ a: 1 }])).toBe(-1);
  });
});
