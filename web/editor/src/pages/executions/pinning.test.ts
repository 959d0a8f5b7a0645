import { describe, expect, it } from "vitest";
import type { Document } from "~/model/document";
import type { Step } from "~/running/step";
import { worthPinning } from "./pinning";

function step(nodeId: string, more: Partial<Step> = {}): Step {
  return {
    ...{ nodeId, runIndex: 0, body: "", status: "ok", attempt: 1, startedMs: 1, finishedMs: 2 },
    ...{ counts: { main: 1 }, error: null, waitingFor: "", dueMs: 0, done: 0, message: "" },
    ...{ logs: 0, spent: {}, sources: {}, undone: false, effects: "none", readyMs: 0 },
    ...more,
  };
}

const FLOW: Document = {
  format: "penstock/1",
  name: "Flow",
  nodes: ["hook", "send", "set"].map((id) => ({ id, name: id, type: "penstock/x" })),
  edges: [
    { from: ["hook", "main"], to: ["send", "main"] },
    { from: ["send", "main"], to: ["set", "main"] },
  ],
};
const pinned = (steps: readonly Step[]) => worthPinning(steps, FLOW).map((one) => one.nodeId);

describe("what is taken over into the draft", () => {
  it("is what began it and what had an effect, and not what only computes", () => {
    const steps = [step("hook"), step("send", { effects: "unsafe" }), step("set")];
    expect(pinned(steps)).toEqual(["hook", "send"]);
  });

  it("is nothing that failed, put out nothing or ran in a body", () => {
    expect(pinned([step("hook", { status: "error" })])).toEqual([]);
    expect(pinned([step("hook", { counts: { main: 0 } })])).toEqual([]);
    expect(pinned([step("hook", { body: "x" })])).toEqual([]);
  });

  it("is the last of several runs", () => {
    const steps = [step("hook"), step("hook", { runIndex: 1 })];
    expect(worthPinning(steps, FLOW).map((one) => one.runIndex)).toEqual([1]);
  });
});
