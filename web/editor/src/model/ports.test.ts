import { expect, test } from "vitest";
import type { Node, NodeType } from "./document";
import { flow } from "./edit/testing";
import { inputFor, loopTest, misfit, portsOf } from "./ports";

const port = (name: string, kind = "main") => ({ name, title: name, kind });
const ports = { inputs: [port("main")], outputs: [port("main")] };
const type: NodeType = {
  id: "acme/kit.agent",
  version: 1,
  versions: [1],
  title: "Agent",
  description: "",
  group: "",
  icon: "",
  aliases: [],
  kind: "action",
  package: "acme/kit",
  runtime: "native",
  picture: false,
  container: false,
  ports: { inputs: [port("main"), port("model", "ai_model")], outputs: [port("main")] },
  actions: [],
  fields: [],
  slots: [],
  code: {},
};
const node = (id: string, more: Partial<Node> = {}): Node => ({
  id,
  name: id,
  type: "acme/kit.agent",
  ...more,
});

test("ports are those that the server told, else those of the type, else one each", () => {
  const types = new Map([[type.id, type]]);

  expect(portsOf(node("a"), { a: ports }, types)).toBe(ports);
  expect(portsOf(node("b"), { a: ports }, types)).toBe(type.ports);
  expect(portsOf(node("b", { type: "x/y.z" }), {}, types).outputs).toHaveLength(1);
});

test("the port for errors is there as soon as the setting says so", () => {
  const failing = node("a", { settings: { on_error: "error_port" } });

  expect(portsOf(failing, { a: ports }, new Map()).outputs.map((one) => one.name)).toEqual([
    "main",
    "error",
  ]);
});

test("what cannot be connected says why", () => {
  const document = flow("a b", "a>b");
  const plug = (id: string, kind = "main", parent?: string) => ({
    node: node(id, parent ? { parent } : {}),
    port: port("main", kind),
  });

  expect(misfit(document, plug("a"), plug("b"))).toBe("twice");
  expect(misfit(document, plug("b"), plug("a"))).toBeUndefined();
  expect(misfit(document, plug("b", "ai_tool"), plug("a"))).toBe("kind");
  expect(misfit(document, plug("b", "ai_tool"), plug("b", "ai_tool"))).toBe("self");
  expect(misfit(document, plug("b", "main", "box"), plug("a"))).toBe("container");
});

test("a node type follows a port by an input of the same kind", () => {
  expect(inputFor(type, port("model", "ai_model"))?.name).toBe("model");
  expect(inputFor(type, port("x", "ai_tool"))).toBeUndefined();
});

test("a node with a port named loop may be what a cycle returns to", () => {
  const told = { a: { inputs: [], outputs: [port("loop"), port("done")] } };
  const isLoop = loopTest(flow("a b"), told, new Map());

  expect([isLoop("a"), isLoop("b"), isLoop("z")]).toEqual([true, false, false]);
});
