import { describe, expect, it } from "vitest";
import type { Document } from "~/model/document";
import { compared, written } from "./compare";
import { pictureOf } from "./graph/picture";
import type { Change } from "./history";
import { hunks, linesOf } from "./lines";

const node = (id: string, name = id) => ({ id, name, type: "penstock/data.set" });
const BEFORE: Document = {
  format: "penstock/1",
  name: "w",
  nodes: [node("a"), node("b"), node("gone")],
  edges: [
    { from: ["a", "main"], to: ["b", "main"] },
    { from: ["b", "main"], to: ["gone", "main"] },
  ],
  layout: { a: [0, 0], b: [300, 0], gone: [600, 0] },
};
const AFTER: Document = {
  ...BEFORE,
  nodes: [node("a"), node("b", "B"), node("new")],
  edges: [
    { from: ["a", "main"], to: ["b", "main"] },
    { from: ["b", "false"], to: ["new", "main"] },
  ],
  layout: { a: [0, 0], b: [300, 0], new: [600, 100] },
};
const CHANGES: readonly Change[] = [
  { kind: "removed", what: "node", id: "gone" },
  { kind: "added", what: "node", id: "new" },
  { kind: "changed", what: "node", id: "b", path: "name", before: "b", after: "B" },
  { kind: "removed", what: "edge", id: "b.main -> gone.main" },
  { kind: "added", what: "edge", id: "b.false -> new.main" },
  { kind: "changed", what: "layout", id: "a" },
  { kind: "changed", what: "setting", id: "timezone", before: "UTC", after: "Europe/Vienna" },
];

describe("a comparison", () => {
  const found = compared(BEFORE, AFTER, CHANGES);

  it("holds the nodes and edges of both texts", () => {
    expect(found.both.nodes?.map((one) => one.id)).toEqual(["a", "b", "new", "gone"]);
    expect(found.both.edges).toHaveLength(3);
  });

  it("marks what was added, taken away and changed, and nothing else", () => {
    expect(found.nodes.map((one) => [one.id, one.sign])).toEqual([
      ["gone", "removed"],
      ["new", "added"],
      ["b", "changed"],
    ]);
    expect(found.signs.get("a")).toBeUndefined();
    expect([...found.signs.values()].sort()).toEqual([
      "added",
      "added",
      "changed",
      "removed",
      "removed",
    ]);
  });

  it("tells edges by the names of their nodes, and ports that are not the usual one", () => {
    expect(found.edges.map((one) => one.text)).toEqual(["B → gone", "B (false) → new"]);
  });

  it("counts what only lies elsewhere, and lists settings apart", () => {
    expect(found.moved).toBe(1);
    expect(found.others.map((one) => [one.what, one.path])).toEqual([["setting", "timezone"]]);
  });

  it("is drawn with every node and every edge", () => {
    const picture = pictureOf(found.both);
    expect(picture.nodes).toHaveLength(4);
    expect(picture.lines).toHaveLength(3);
    expect(picture.view.width).toBeGreaterThan(600);
  });
});

describe("lines", () => {
  const plain = (before: string, after: string) =>
    linesOf(before, after).map(({ kind, text }) => `${kind[0]}${text}`);

  it("keep what is the same and tell the rest as taken out and put in", () => {
    expect(plain("a\nb\nc", "a\nx\nc\nd")).toEqual(["sa", "rb", "ax", "sc", "ad"]);
  });

  it("of the same text are all the same", () => {
    expect(plain("a\nb", "a\nb")).toEqual(["sa", "sb"]);
  });

  it("of which one repeats do not count an end twice", () => {
    expect(plain("a\na", "a\na\na")).toEqual(["sa", "sa", "aa"]);
  });

  it("far from a change are left out", () => {
    const many = Array.from({ length: 50 }, (_, n) => `line ${n}`);
    const shown = hunks(linesOf(many.join("\n"), many.with(25, "other").join("\n")));
    expect(shown.filter((one) => one === null)).toHaveLength(2);
    expect(shown.filter((one) => one !== null)).toHaveLength(8);
  });
});

it("a short value stands on one line, a long one on several", () => {
  expect(written({ a: 1 })).toBe('{"a":1}');
  expect(written({ a: "x".repeat(100) })).toContain("\n");
  expect(written(null)).toBe("");
});
