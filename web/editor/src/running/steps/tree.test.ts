import { describe, expect, it } from "vitest";
import type { Document } from "~/model/document";
import type { Step } from "../step";
import { loopsOf } from "./loops";
import { type Branch, failedIn, rowsOf, treeOf } from "./tree";

function step(nodeId: string, runIndex = 0, more: Partial<Step> = {}): Step {
  return {
    ...{ nodeId, runIndex, body: "", status: "ok", attempt: 1, startedMs: 10, finishedMs: 20 },
    ...{ counts: { main: 1 }, error: null, waitingFor: "", dueMs: 0, done: 0, message: "" },
    ...{ logs: 0, spent: {}, sources: {}, undone: false, effects: "none", readyMs: 0 },
    ...more,
  };
}

const outline = (branches: readonly Branch[]): unknown[] =>
  branches.map((one) => {
    const name = one.kind === "iteration" ? one.index : (one.step?.nodeId ?? "");
    return one.children.length > 0 ? [name, ...outline(one.children)] : name;
  });

const LOOPING: Document = {
  format: "penstock/1",
  name: "Loop",
  nodes: ["start", "loop", "work", "end"].map((id) => ({ id, name: id, type: "penstock/x" })),
  edges: [
    { from: ["start", "main"], to: ["loop", "main"] },
    { from: ["loop", "loop"], to: ["work", "main"] },
    { from: ["work", "main"], to: ["loop", "main"] },
    { from: ["loop", "done"], to: ["end", "main"] },
  ],
};

describe("loops", () => {
  it("finds the nodes that run together and no others", () => {
    const loops = loopsOf(LOOPING);
    expect([...loops.keys()].sort()).toEqual(["loop", "work"]);
    expect(loops.get("loop")).toBe(loops.get("work"));
  });
});

describe("the tree of steps", () => {
  it("puts each turn of a loop under the node that the loop begins with", () => {
    const steps = [
      step("start"),
      step("loop"),
      step("work"),
      step("loop", 1),
      step("work", 1),
      step("loop", 2),
      step("end"),
    ];
    expect(outline(treeOf(steps, [], loopsOf(LOOPING)))).toEqual([
      "start",
      ["loop", [0, "loop", "work"], [1, "loop", "work"], [2, "loop"]],
      "end",
    ]);
  });

  it("shows a loop that ran once without iterations", () => {
    const steps = [step("start"), step("loop"), step("work")];
    expect(outline(treeOf(steps, [], loopsOf(LOOPING)))).toEqual(["start", "loop", "work"]);
  });

  it("puts runs of a body under the step of the container that ran at that time", () => {
    const steps = [
      step("each", 0, { startedMs: 10, finishedMs: 20 }),
      step("each", 1, { startedMs: 30, finishedMs: 40 }),
      step("in", 0, { body: "one" }),
      step("in", 0, { body: "two" }),
    ];
    const body = (id: string, createdMs: number) => ({
      ...{ id, createdMs, container: "each", finishedMs: createdMs, status: "success" },
    });
    const tree = treeOf(steps, [body("one", 12), body("two", 33)], new Map());
    expect(outline(tree)).toEqual([
      ["each", [0, "in"]],
      ["each", [0, "in"]],
    ]);
  });

  it("shows what is closed without what it holds", () => {
    const steps = [step("start"), step("loop"), step("work"), step("loop", 1)];
    const tree = treeOf(steps, [], loopsOf(LOOPING));
    expect(rowsOf(tree, new Set()).map((row) => row.open)).toEqual([null, false]);
    expect(rowsOf(tree, new Set(["loop/loop"]))).toHaveLength(4);
  });

  it("counts what failed in an iteration", () => {
    const steps = [step("loop"), step("work", 0, { status: "error" }), step("loop", 1)];
    const [loop] = treeOf(steps, [], loopsOf(LOOPING));
    expect(loop && failedIn(loop)).toBe(1);
  });

  it("arranges ten thousand steps within a second", () => {
    const steps = Array.from({ length: 5_000 }, (_, run) => [
      step("loop", run),
      step("work", run),
    ]).flat();
    // The best of several: other work on the machine is not what is measured.
    const took = Array.from({ length: 5 }, () => {
      const before = performance.now();
      const tree = treeOf(steps, [], loopsOf(LOOPING));
      expect(rowsOf(tree, new Set(["loop/loop"]))).toHaveLength(5_001);
      return performance.now() - before;
    });
    expect(Math.min(...took)).toBeLessThan(1_000);
  });
});
