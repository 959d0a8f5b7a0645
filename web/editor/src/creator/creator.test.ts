import { produce } from "immer";
import { describe, expect, it } from "vitest";
import { type Document, edgeId, type NodePorts, type NodeType } from "~/model/document";
import { Index } from "~/model/search";
import { adding } from "./adding";
import { choicesOf, configOf } from "./entries";
import { placeOf, unfit } from "./fitting";
import { listed } from "./listed";
import type { Wanted } from "./store";

const port = (name: string) => ({ name, title: name, kind: "main" });
const IN_OUT: NodePorts = { inputs: [port("main")], outputs: [port("main")] };

function type(id: string, title: string, more: Partial<NodeType> = {}): NodeType {
  return {
    id,
    title,
    version: 1,
    versions: [1],
    description: "",
    group: "data",
    icon: "",
    picture: false,
    aliases: [],
    kind: "action",
    package: "penstock/data",
    runtime: "native",
    container: false,
    ports: IN_OUT,
    actions: [],
    fields: [],
    slots: [],
    code: {},
    ...more,
  };
}

const HOOK = type("penstock/flow.webhook", "Webhook", {
  kind: "trigger.webhook",
  ports: { inputs: [], outputs: [port("main")] },
});
const SET = type("penstock/data.set", "Set fields", { aliases: ["edit"] });
const CRYPTO = type("penstock/data.crypto", "Crypto", {
  actions: [
    { field: "operation", value: "hash", title: "Hash" },
    { field: "operation", value: "hmac", title: "HMAC" },
  ],
});
const STOP = type("penstock/flow.stop", "Stop", {
  group: "flow",
  ports: { inputs: [port("main")], outputs: [] },
});
const CHAT = type("acme/chat.send", "Acme chat", { package: "acme/chat" });
const TYPES = new Map([HOOK, SET, CRYPTO, STOP, CHAT].map((one) => [one.id, one] as const));
const INDEX = new Index(choicesOf(TYPES.values()));

const FLOW: Document = {
  format: "penstock/1",
  name: "",
  nodes: [
    { id: "a", name: "Webhook", type: HOOK.id },
    { id: "b", name: "Set fields", type: SET.id },
  ],
  edges: [{ from: ["a", "main"], to: ["b", "main"] }],
  layout: { a: [0, 0], b: [320, 0] },
};
const EMPTY: Document = { format: "penstock/1", name: "" };

const titles = (query: string, document: Document, wanted: Wanted = {}) =>
  listed(INDEX, query, placeOf(document, wanted, {}, TYPES), undefined).map((part) => [
    part.section,
    part.rows.map((row) => row.choice.title),
  ]);

describe("what is offered", () => {
  it("begins with triggers where nothing is there yet, and ends with them elsewhere", () => {
    expect(titles("", EMPTY)[0]).toEqual(["triggers", ["Webhook"]]);
    expect(titles("", FLOW).at(-1)).toEqual(["triggers", ["Webhook"]]);
  });
  it("has a section for what somebody installed", () => {
    expect(titles("", FLOW)).toContainEqual(["installed", ["Acme chat"]]);
  });
  it("is found by another word for it, and by what it can do", () => {
    expect(titles("edit", FLOW)[0]?.[1]).toEqual(["Set fields"]);
    expect(titles("hmac", FLOW)[0]?.[1]).toEqual(["HMAC", "Crypto"]);
  });
  it("says why something does not fit, below all that does", () => {
    const behind: Wanted = { from: { node: "a", port: "main" } };
    expect(titles("", FLOW, behind).at(-1)).toEqual(["unfit", ["Webhook"]]);
    expect(unfit(HOOK, placeOf(FLOW, behind, {}, TYPES))).toBe("trigger");
    const into: Wanted = { from: { node: "b", port: "main" }, backwards: true };
    expect(unfit(STOP, placeOf(FLOW, into, {}, TYPES))).toBe("output");
    expect(unfit(HOOK, placeOf(FLOW, into, {}, TYPES))).toBeUndefined();
  });
  it("is only what a node can do once that node is opened", () => {
    const rows = listed(INDEX, "has", placeOf(FLOW, {}, {}, TYPES), CRYPTO)[0]?.rows;
    expect(rows?.map((row) => row.choice.title)).toEqual(["Hash"]);
    expect(rows?.[0] && configOf(rows[0].choice)).toEqual({ operation: "hash" });
  });
});

describe("adding", () => {
  const dragged = { type: SET.id, version: 1, title: "Set fields", config: {} };
  const add = (document: Document, wanted: Wanted) =>
    produce(document, (draft) => {
      adding(document, { id: "n", dragged, ports: IN_OUT, wanted })(draft as never);
    });

  it("wires the new node behind the port that it is wanted for", () => {
    const after = add(FLOW, { from: { node: "b", port: "main" } });
    expect(after.edges?.at(-1)).toEqual({ from: ["b", "main"], to: ["n", "main"] });
    expect(after.layout?.n?.[0]).toBeGreaterThan(320);
    expect(after.nodes?.at(-1)?.name).toBe("Set fields 2");
  });
  it("wires it before a port where that is wanted", () => {
    const after = add(FLOW, { from: { node: "b", port: "main" }, backwards: true });
    expect(after.edges?.some((edge) => edge.from[0] === "n" && edge.to[0] === "b")).toBe(true);
  });
  it("puts it into an edge and moves what is behind to the right", () => {
    const edge = FLOW.edges?.[0];
    const after = add(FLOW, { edge: edge ? edgeId(edge) : "" });
    expect(after.edges?.map((one) => [one.from[0], one.to[0]])).toEqual(
      expect.arrayContaining([
        ["a", "n"],
        ["n", "b"],
      ]),
    );
    expect(after.edges).toHaveLength(2);
    expect(after.layout?.b?.[0]).toBeGreaterThan((after.layout?.n?.[0] ?? 0) + 200);
  });
  it("goes into the container that it is wanted for", () => {
    expect(add(FLOW, { parent: "b" }).nodes?.at(-1)?.parent).toBe("b");
  });
});
