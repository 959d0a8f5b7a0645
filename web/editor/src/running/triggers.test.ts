import { describe, expect, it } from "vitest";
import type { Document } from "~/model/document";
import { beginningOf, chosenStart, itemsOf, startFor, startsOf } from "./triggers";

const TYPES = new Map([
  ["penstock/flow.manual", { kind: "trigger.manual" }],
  ["penstock/flow.webhook", { kind: "trigger.webhook" }],
  ["penstock/flow.called", { kind: "trigger.manual" }],
  ["penstock/data.set", { kind: "action" }],
]);
const node = (id: string, kind: string, more = {}) => ({ id, name: id, type: kind, ...more });
const FLOW: Document = {
  format: "penstock/1",
  name: "Flow",
  nodes: [
    node("hand", "penstock/flow.manual"),
    node("hook", "penstock/flow.webhook"),
    node("a", "penstock/data.set"),
    node("b", "penstock/data.set"),
    node("inner", "penstock/data.set", { parent: "b" }),
  ],
  edges: [
    { from: ["hand", "main"], to: ["a", "main"] },
    { from: ["hook", "main"], to: ["b", "main"] },
  ],
};
const starts = startsOf(FLOW, TYPES);

describe("where a run begins", () => {
  it("begins at triggers that are on, and without any where nothing leads to", () => {
    expect(starts.map((one) => one.id)).toEqual(["hand", "hook"]);
    const bare = { ...FLOW, nodes: (FLOW.nodes ?? []).slice(2), edges: [] };
    expect(startsOf(bare, TYPES).map((one) => one.id)).toEqual(["a", "b"]);
  });

  it("prefers the selected trigger, then the one of last time", () => {
    expect(chosenStart(starts, new Set(["hook"]), "hand")?.id).toBe("hook");
    expect(chosenStart(starts, new Set(), "hook")?.id).toBe("hook");
    expect(chosenStart(starts, new Set(), "gone")?.id).toBe("hand");
  });

  it("runs to a node from a trigger that leads there, also into a container", () => {
    expect(startFor(FLOW, "b", starts, starts[0])?.id).toBe("hook");
    expect(startFor(FLOW, "inner", starts, starts[0])?.id).toBe("hook");
    expect(startFor(FLOW, "a", starts, starts[0])?.id).toBe("hand");
  });

  it("asks for a call or items only where a trigger has nothing of its own to give", () => {
    expect(starts.map((one) => beginningOf(one, TYPES))).toEqual(["at once", "call"]);
    expect(beginningOf(node("x", "penstock/flow.called"), TYPES)).toBe("items");
  });
});

describe("items that were typed", () => {
  it("takes a list or one object, wrapped or plain", () => {
    expect(itemsOf('{"a": 1}')).toEqual([{ json: { a: 1 } }]);
    expect(itemsOf('[{"json": {"a": 1}}, {"b": 2}]')).toEqual([
      { json: { a: 1 } },
      { json: { b: 2 } },
    ]);
  });

  it("takes no text, no number and nothing that is no JSON", () => {
    expect(itemsOf("[1]")).toBeNull();
    expect(itemsOf("{a: 1}")).toBeNull();
  });
});
