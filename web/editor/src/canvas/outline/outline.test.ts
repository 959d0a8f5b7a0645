import { expect, test } from "vitest";
import type { Document } from "~/model/document";
import { outlineOf, placesOf } from "./outline";

const node = (id: string, parent?: string) => ({
  id,
  name: id,
  type: "t",
  ...(parent ? { parent } : {}),
});
const edge = (from: string, to: string, port = "main") => ({
  from: [from, port],
  to: [to, "main"],
});

const DOCUMENT: Document = {
  format: "penstock/1",
  name: "",
  nodes: [node("start"), node("if"), node("yes"), node("no"), node("each"), node("inner", "each")],
  edges: [
    edge("start", "if"),
    edge("if", "yes", "true"),
    edge("if", "no", "false"),
    edge("yes", "each"),
    edge("no", "each"),
  ],
  layout: { start: [0, 0], if: [100, 0], yes: [200, 0], no: [200, 100], each: [300, 0] },
};

test("each node stands in the list once, behind what leads to it", () => {
  const names = outlineOf(DOCUMENT).map((line) => line.node.id);
  expect(names).toEqual(["start", "if", "yes", "each", "inner", "no"]);
});

test("branches and bodies are one step further in", () => {
  const depths = new Map(outlineOf(DOCUMENT).map((line) => [line.node.id, line.depth]));
  expect(depths.get("if")).toBe(0);
  expect(depths.get("yes")).toBe(1);
  expect(depths.get("inner")).toBe((depths.get("each") ?? 0) + 1);
});

test("a line tells what leads in, and by which port what leads out", () => {
  const line = outlineOf(DOCUMENT).find((one) => one.node.id === "if");
  expect(line?.from).toEqual(["start"]);
  expect(line?.to).toEqual(["true → yes", "false → no"]);
});

test("nodes that run in a circle are listed though nothing begins there", () => {
  const circle = {
    ...DOCUMENT,
    nodes: [node("a"), node("b")],
    edges: [edge("a", "b"), edge("b", "a")],
  };
  expect(outlineOf(circle)).toHaveLength(2);
});

test("nodes are found by their names and by what stands in their config, and it is told where", () => {
  const nodes = [
    { ...node("ada"), config: { url: "http://ada" } },
    { ...node("b"), config: { headers: [{ value: "the name of the person is Ada Lovelace" }] } },
    node("c"),
  ];
  const places = placesOf({ ...DOCUMENT, nodes }, " ADA");

  expect([...(places ?? [])]).toEqual([
    ["ada", ""],
    ["b", "headers[0].value: …f the person is Ada Lovelace"],
  ]);
  expect(placesOf(DOCUMENT, "  ")).toBe(null);
});
