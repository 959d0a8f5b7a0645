import { describe, expect, it } from "vitest";
import type { RunEvent } from "./event";
import { Ledger } from "./ledger";
import type { Step } from "./step";

const started = (node_id: string, more: Partial<RunEvent> = {}): RunEvent => ({
  kind: "step.started",
  node_id,
  at_ms: 10,
  ...more,
});
const ended = (node_id: string, more: Partial<RunEvent> = {}): RunEvent => ({
  kind: "step.finished",
  node_id,
  status: "ok",
  counts: { main: 1 },
  at_ms: 20,
  ...more,
});

function journal(nodeId: string, more: Partial<Step> = {}): Step {
  return {
    ...{ nodeId, runIndex: 0, body: "", status: "ok", attempt: 1, startedMs: 10, finishedMs: 20 },
    ...{ counts: { main: 2 }, error: null, waitingFor: "", dueMs: 0, done: 0, message: "" },
    ...{ logs: 0, spent: {}, sources: {}, undone: false, effects: "none", readyMs: 0 },
    ...more,
  };
}

describe("the ledger of a run", () => {
  it("shows a node as running until it is told that it ended", () => {
    const ledger = new Ledger();
    ledger.follow([started("a")]);
    expect(ledger.nodes.a?.status).toBe("started");
    ledger.follow([ended("a")]);
    expect(ledger.nodes.a).toMatchObject({ status: "ok", counts: { main: 1 }, finishedMs: 20 });
  });

  it("adds up the items of all runs of a node, in bodies too", () => {
    const ledger = new Ledger();
    ledger.follow([
      ended("a"),
      ended("a", { run_index: 1, counts: { main: 2, error: 1 } }),
      ended("a", { body: "x", counts: { main: 4 } }),
    ]);
    expect(ledger.nodes.a).toMatchObject({ runs: 3, counts: { main: 7, error: 1 } });
  });

  it("counts an event once that comes twice", () => {
    const ledger = new Ledger();
    ledger.follow([ended("a"), ended("a")]);
    expect(ledger.nodes.a).toMatchObject({ runs: 1, counts: { main: 1 } });
  });

  it("leaves the objects of nodes alone that a batch does not tell of", () => {
    const ledger = new Ledger();
    ledger.follow([ended("a"), started("b")]);
    const before = ledger.nodes;
    ledger.follow([ended("b")]);
    expect(ledger.nodes.a).toBe(before.a);
    expect(ledger.nodes.b).not.toBe(before.b);
  });

  it("does not let an old reading of the journal undo that a step ended", () => {
    const ledger = new Ledger();
    ledger.follow([ended("a")]);
    ledger.read([journal("a", { status: "started", finishedMs: 0 })], false);
    expect(ledger.nodes.a?.status).toBe("ok");
  });

  it("shows at the end what the journal says", () => {
    const ledger = new Ledger();
    ledger.follow([ended("a", { counts: { main: 99 } })]);
    ledger.read([journal("a")], true);
    expect(ledger.nodes.a?.counts).toEqual({ main: 2 });
  });

  it("ends what was cut off with the execution, told of or written down", () => {
    const ledger = new Ledger();
    const open = { finishedMs: 0, counts: null };
    ledger.follow([started("told"), ended("done")]);
    ledger.read(
      [
        journal("cut", { ...open, status: "started" }),
        journal("waits", { ...open, status: "waiting", waitingFor: "timer", dueMs: 99 }),
        journal("doubt", { ...open, status: "in_doubt" }),
      ],
      true,
      70,
    );
    for (const node of ["told", "cut", "waits"]) {
      const over = { status: "canceled", finishedMs: 70, waitingFor: "", dueMs: 0 };
      expect(ledger.nodes[node]).toMatchObject(over);
    }
    expect(ledger.nodes.doubt).toMatchObject({ status: "in_doubt", finishedMs: 70 });
    expect(ledger.nodes.done).toMatchObject({ status: "ok", finishedMs: 20 });
  });

  it("ends what is read of a body after the execution was over", () => {
    const ledger = new Ledger();
    ledger.read([], true, 70);
    ledger.read([journal("a", { body: "x", status: "started", finishedMs: 0 })], true);
    expect(ledger.nodes.a).toMatchObject({ status: "canceled", finishedMs: 70 });
  });

  it("lets steps go on while the execution does, when what is read has ended", () => {
    const ledger = new Ledger();
    ledger.follow([started("a")]);
    ledger.read([journal("b")], true);
    expect(ledger.nodes.a?.status).toBe("started");
  });

  it("puts steps in the order of the journal, also those that nobody was told of", () => {
    const ledger = new Ledger();
    ledger.follow([ended("b"), started("c")]);
    ledger.read([journal("a"), journal("b")], false);
    expect(ledger.steps().map((step) => step.nodeId)).toEqual(["a", "b", "c"]);
  });

  it("keeps the beginning of a step that is tried again, and counts the attempt", () => {
    const ledger = new Ledger();
    ledger.follow([started("a"), ended("a", { status: "waiting", waiting_for: "retry" })]);
    expect(ledger.nodes.a).toMatchObject({ status: "waiting", waitingFor: "retry" });
    ledger.follow([started("a", { attempt: 2, at_ms: 50 })]);
    expect(ledger.nodes.a).toMatchObject({ status: "started", attempt: 2, waitingFor: "" });
  });
});
