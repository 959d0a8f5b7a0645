import { describe, expect, test } from "vitest";
import type { Document, NodeType } from "~/model/document";
import { edgeId } from "~/model/document";
import { assemble, INTO, OUT } from "./assemble";
import { issuesOf } from "./issues";
import { placed, settle } from "./placed";
import { lacksPlaces } from "./places";
import { heightOf } from "./sizes";
import { stepViews } from "./steps";
import { subtitle } from "./subtitle";
import type { Mark } from "./types";
import { wires } from "./wires";

const MAIN = { name: "main", title: "Main", kind: "main" };
const port = (name: string, kind = "main") => ({ name, title: name, kind });

function type(id: string, some: Partial<NodeType> = {}): NodeType {
  return {
    id,
    version: 1,
    versions: [1],
    title: id,
    description: "",
    group: "core",
    icon: "globe",
    aliases: [],
    kind: "action",
    package: "",
    runtime: "native",
    container: false,
    ports: { inputs: [MAIN], outputs: [MAIN] },
    ...some,
  } as NodeType;
}

const TYPES = new Map<string, NodeType>([
  ["p/a", type("p/a")],
  ["p/start", type("p/start", { kind: "trigger.manual", ports: { inputs: [], outputs: [MAIN] } })],
  ["p/if", type("p/if", { ports: { inputs: [MAIN], outputs: [port("true"), port("false")] } })],
  ["p/each", type("p/each", { container: true })],
  ["p/model", type("p/model", { ports: { inputs: [], outputs: [port("model", "ai_model")] } })],
]);
const NO_MARKS: ReadonlyMap<string, Mark> = new Map();
const NONE: ReadonlySet<string> = new Set();
const WORDS = { step: () => "", note: "", group: () => "", role: "" };

function node(id: string, kind = "p/a", some: object = {}) {
  return { id, name: id.toUpperCase(), type: kind, ...some };
}

function edge(from: string, to: string, out = "main") {
  return { from: [from, out], to: [to, "main"] };
}

const FLOW: Document = {
  format: "penstock/1",
  name: "Flow",
  nodes: [
    node("s", "p/start"),
    node("i", "p/if"),
    node("e", "p/each"),
    node("x", "p/a", { parent: "e" }),
    node("y", "p/a", { parent: "e" }),
  ],
  edges: [edge("s", "i"), edge("i", "e", "true"), edge("x", "y")],
};

function views(document: Document, cache = new Map()) {
  const given = { document, types: TYPES, ports: {}, findings: new Map(), marks: NO_MARKS };
  return stepViews(given, cache);
}

function laid(document: Document, cache = new Map()) {
  const steps = views(document);
  return assemble({ document, steps, selected: NONE, words: WORDS, editable: true }, cache);
}

function wired(document: Document) {
  const { folded } = laid(document);
  const given = {
    document,
    steps: views(document),
    findings: new Map(),
    folded,
    selected: NONE,
    marks: NO_MARKS,
    wrongKind: (from: string, to: string) => `${from} is no ${to}`,
    spoken: (from: string, to: string) => `${from} to ${to}`,
  };
  return wires(given, new Map());
}

describe("places", () => {
  test("nodes without one stand behind what leads to them", () => {
    const { boxes } = laid(FLOW);
    expect(boxes.get("i")?.x).toBeGreaterThan(boxes.get("s")?.x ?? 0);
    expect(boxes.get("e")?.x).toBeGreaterThan(boxes.get("i")?.x ?? 0);
  });

  test("a container lies around its body", () => {
    const { boxes } = laid({ ...FLOW, layout: { e: [500, 0], x: [400, 300], y: [900, 300] } });
    const box = boxes.get("e");
    expect(box?.x).toBeLessThan(400);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeGreaterThan(900 + 224);
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeGreaterThan(300 + 64);
  });

  test("what lies in a container is drawn from its corner, behind it in the order", () => {
    const { nodes, boxes } = laid(FLOW);
    const inner = nodes.find((one) => one.id === "x");
    expect(inner?.parentId).toBe("e");
    expect(inner?.position.x).toBe((boxes.get("x")?.x ?? 0) - (boxes.get("e")?.x ?? 0));
    const order = nodes.map((one) => one.id);
    expect(order.indexOf("e")).toBeLessThan(order.indexOf("x"));
  });

  test("a circle of nodes without places ends", () => {
    const circle = { ...FLOW, edges: [edge("s", "i"), edge("i", "s", "true")] };
    expect(laid(circle).boxes.size).toBe(5);
  });

  test("writing them down changes nothing that is drawn", () => {
    const { boxes } = laid(FLOW);
    const draft = structuredClone(FLOW) as Parameters<typeof settle>[0];
    settle(draft, boxes);
    expect(lacksPlaces(draft as Document)).toBe(false);
    expect(laid(draft as Document).boxes).toEqual(boxes);
    expect(laid(placed(FLOW, boxes)).boxes).toEqual(boxes);
  });
});

describe("what is drawn", () => {
  test("a node that has not changed keeps its object while another one does", () => {
    const cache = new Map();
    const before = views(FLOW, cache);
    const changed = {
      ...FLOW,
      nodes: FLOW.nodes?.map((n) => (n.id === "i" ? { ...n, name: "J" } : n)),
    };
    const after = views(changed, cache);
    expect(after.get("s")).toBe(before.get("s"));
    expect(after.get("i")).not.toBe(before.get("i"));
  });

  test("moving one node gives no other a new object", () => {
    const cache = new Map();
    const layout = { s: [0, 0], i: [400, 0], e: [800, 0], x: [900, 200], y: [1300, 200] };
    const steps = views(FLOW);
    const scene = { steps, selected: NONE, words: WORDS, editable: true };
    const before = assemble({ ...scene, document: { ...FLOW, layout } }, cache).nodes;
    const moved = { ...FLOW, layout: { ...layout, s: [0, 64] } };
    const after = assemble({ ...scene, document: moved }, cache).nodes;
    const fresh = after.filter((one) => !before.includes(one)).map((one) => one.id);
    expect(fresh).toEqual(["s"]);
  });

  test("a port that only an edge still names is drawn", () => {
    const lost = { ...FLOW, edges: [edge("i", "e", "gone")] };
    expect(
      views(lost)
        .get("i")
        ?.outputs.map((one) => one.name),
    ).toEqual(["true", "false", "gone"]);
  });

  test("a type that no package has is called unknown, but not before the types are there", () => {
    const document = { ...FLOW, nodes: [node("q", "p/nothing")], edges: [] };
    expect(views(document).get("q")?.unknown).toBe(true);
    const given = { document, types: new Map(), ports: {}, findings: new Map(), marks: NO_MARKS };
    expect(stepViews(given, new Map()).get("q")?.unknown).toBe(false);
  });

  test("several ports make a node higher, one on each side does not", () => {
    expect(heightOf({ inputs: [MAIN], outputs: [MAIN] })).toBe(64);
    expect(heightOf({ inputs: [MAIN], outputs: [MAIN, MAIN] })).toBeGreaterThan(100);
  });
});

describe("folded groups", () => {
  const document: Document = {
    ...FLOW,
    groups: [{ id: "g", title: "G", nodes: ["i", "e"], collapsed: true }],
  };

  test("hide their nodes with all that these hold", () => {
    const shown = laid(document).nodes.map((one) => one.id);
    expect(shown).toEqual(["g", "s"]);
  });

  test("take over the edges that lead in and out, and hide those within", () => {
    const found = wired(document);
    expect(found.map((one) => [one.source, one.target])).toEqual([["s", "g"]]);
    expect(found[0]?.targetHandle).toBe(INTO);
    const out = wired({ ...document, edges: [...(document.edges ?? []), edge("i", "s", "false")] });
    expect(out.find((one) => one.source === "g")?.sourceHandle).toBe(OUT);
  });
});

describe("edges", () => {
  test("between different kinds of ports are wrong before the server says so", () => {
    const document = { ...FLOW, nodes: [...(FLOW.nodes ?? []), node("m", "p/model")] };
    const found = wired({ ...document, edges: [edge("m", "i", "model")] });
    expect(found[0]?.data?.wrong).toBe("ai_model is no main");
  });

  test("to a node that is not there are not drawn", () => {
    expect(wired({ ...FLOW, edges: [edge("s", "nobody")] })).toEqual([]);
  });

  test("a finding that names an edge by its place belongs to it, and not to its node", () => {
    const finding = { code: "edge.schema", message: "", node: "e", field: "edges[1]" };
    const { nodes, edges } = issuesOf(FLOW, [finding]);
    expect(nodes.size).toBe(0);
    expect(edges.get(edgeId(edge("i", "e", "true")))).toEqual([finding]);
  });
});

describe("the line below the name", () => {
  test.each([
    [{ method: "POST", url: "https://api.example.com/v1?key=1" }, "POST api.example.com/v1"],
    [{ url: "=https://x.example/{{ $json.id }}" }, "GET x.example/{{ $json.id }}"],
    [{ method: "POST", path: "orders" }, "POST /orders"],
    [{ resource: "message", operation: "sendMessage" }, "Slack: send message · message"],
    [{ operation: "={{ $json.what }}" }, "Slack"],
    [undefined, "Slack"],
  ])("of %j is %s", (config, told) => {
    expect(subtitle(config, "Slack")).toBe(told);
  });
});
