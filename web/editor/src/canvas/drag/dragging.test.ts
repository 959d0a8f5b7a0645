import { describe, expect, test } from "vitest";
import type { Document } from "~/model/document";
import type { CanvasNode } from "../view/types";
import { droppedInto, droppedIntoGroup, placesAfter, shiftsOf } from "./dragging";

const DOCUMENT: Document = {
  format: "penstock/1",
  name: "",
  nodes: [
    { id: "a", name: "A", type: "t" },
    { id: "b", name: "B", type: "t" },
    { id: "box", name: "Box", type: "each" },
    { id: "in", name: "In", type: "t", parent: "box" },
  ],
  edges: [{ from: ["a", "main"], to: ["b", "main"] }],
  groups: [{ id: "g", nodes: ["a", "b"] }],
  layout: { a: [0, 0], b: [300, 0], box: [600, 0], in: [650, 100] },
};
const at = (id: string, x: number, y: number) =>
  ({ id, type: "step", position: { x, y }, data: {} }) as unknown as CanvasNode;
const NODES = [at("g", -20, -40), at("a", 0, 0), at("b", 300, 0), at("box", 600, 0)];
const BOXES = new Map([
  ["a", { x: 0, y: 0, width: 224, height: 64 }],
  ["b", { x: 300, y: 0, width: 224, height: 64 }],
  ["box", { x: 600, y: 0, width: 600, height: 400 }],
  ["in", { x: 650, y: 100, width: 224, height: 64 }],
]);
const isContainer = (id: string) => id === "box";

describe("a drop", () => {
  test("moves what was moved, and nothing that came back to where it was", () => {
    const moves = new Map([
      ["a", { position: { x: 16, y: 32 } }],
      ["b", { position: { x: 300, y: 0 } }],
    ]);
    const shifts = shiftsOf(DOCUMENT, NODES, moves);
    expect(placesAfter(DOCUMENT, shifts)).toEqual([["a", [16, 32]]]);
  });

  test("of a group moves all of its nodes", () => {
    const shifts = shiftsOf(DOCUMENT, NODES, new Map([["g", { position: { x: 12, y: -40 } }]]));
    expect(placesAfter(DOCUMENT, shifts)).toEqual([
      ["a", [32, 0]],
      ["b", [332, 0]],
    ]);
  });

  test("into a container puts a node there that has no edge to others", () => {
    expect(droppedInto(DOCUMENT, ["in"], [10, 900], BOXES, isContainer)).toBe(null);
    expect(droppedInto(DOCUMENT, ["a", "b"], [800, 200], BOXES, isContainer)).toBe("box");
  });

  test("into a container leaves a node outside whose edge would cross the border", () => {
    expect(droppedInto(DOCUMENT, ["a"], [800, 200], BOXES, isContainer)).toBe(undefined);
  });

  test("into an open group puts nodes there that are in none", () => {
    const loose = { id: "c", name: "C", type: "t" };
    const document = { ...DOCUMENT, nodes: [...(DOCUMENT.nodes ?? []), loose] };
    const frame = (collapsed: boolean) =>
      ({
        ...at("g", -20, -40),
        ...{ type: "frame", width: 564, height: 140 },
        data: { group: { id: "g", nodes: ["a", "b"], collapsed } },
      }) as unknown as CanvasNode;
    const dropped = (ids: string[], [x, y]: [number, number], collapsed = false) =>
      droppedIntoGroup(document, ids, [x, y], [frame(collapsed), ...NODES]);

    expect(dropped(["c"], [250, 30])).toBe("g");
    expect(dropped(["c"], [250, 300])).toBe(undefined);
    expect(dropped(["c"], [250, 30], true)).toBe(undefined);
    expect(dropped(["a"], [250, 30])).toBe(undefined);
    expect(dropped(["in"], [250, 30])).toBe(undefined);
  });

  test("within its own container changes nothing", () => {
    expect(droppedInto(DOCUMENT, ["in"], [700, 200], BOXES, isContainer)).toBe(undefined);
    expect(droppedInto(DOCUMENT, ["box"], [700, 200], BOXES, isContainer)).toBe(undefined);
  });
});
