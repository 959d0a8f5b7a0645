import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { cyclesOf } from "./cycles";
import { type Document, edgeId, edgesOf } from "./document";
import { downstream, linksOf, reaches, roots, upstream } from "./graph";
import { nextEdge, walk } from "./walk";

interface Case {
  readonly name: string;
  readonly document: Document;
  readonly loops: readonly string[];
  readonly back: readonly string[];
  readonly cycles: readonly (readonly string[])[];
}

const CASES: readonly Case[] = JSON.parse(
  readFileSync(new URL("../../../../tests/vectors/graph.json", import.meta.url), "utf8"),
);

describe("edges that lead back and cycles are found as the server finds them", () => {
  test.each(CASES.map((one) => [one.name, one] as const))("%s", (_, one) => {
    const types = new Map(one.document.nodes?.map((node) => [node.id, node.type]));
    const isLoop = (id: string) => one.loops.includes(types.get(id) ?? "");

    const { back, cycles } = cyclesOf(one.document, isLoop);

    const found = edgesOf(one.document).filter((edge) => back.has(edgeId(edge)));
    const shown = found.map((edge) => `${edge.from.join(".")} -> ${edge.to.join(".")}`);
    expect([...shown].sort()).toEqual(one.back);
    expect(cycles).toEqual(one.cycles);
  });
});

/** `a>b` edges, and places as a row for each text. */
function drawn(edges: string, rows: readonly string[]): Document {
  const layout: Record<string, readonly number[]> = {};
  for (const [row, line] of rows.entries()) {
    for (const [column, id] of [...line].entries()) {
      if (id !== " ") {
        layout[id] = [column * 300, row * 100];
      }
    }
  }
  return {
    format: "penstock/1",
    name: "x",
    nodes: Object.keys(layout).map((id) => ({ id, name: id, type: "acme/kit.step" })),
    edges: edges
      .split(" ")
      .filter(Boolean)
      .map((pair) => ({ from: [pair.charAt(0), "main"], to: [pair.charAt(2), "main"] })),
    layout,
  };
}

const FORK = drawn("a>b a>c b>d c>d", [" b ", "a d", " c ", "z  "]);

test("all before and all behind include where one begins", () => {
  expect([...upstream(FORK, ["b"])].sort()).toEqual(["a", "b"]);
  expect([...downstream(FORK, ["b"])].sort()).toEqual(["b", "d"]);
});

test("what is connected only through a blocked node is not reached", () => {
  expect(reaches(linksOf(FORK), "a", "d")).toBe(true);
  expect(reaches(linksOf(FORK), "a", "d", ["b", "c"])).toBe(false);
  expect(reaches(linksOf(FORK), "d", "a")).toBe(false);
});

test("roots are what nothing leads to, from top to bottom", () => {
  expect(roots(FORK)).toEqual(["a", "z"]);
});

test("arrows go along edges, to siblings, and else to what is nearest", () => {
  expect(walk(FORK, "a", "right")).toBe("b");
  expect(walk(FORK, "b", "down")).toBe("c");
  expect(walk(FORK, "c", "up")).toBe("b");
  expect(walk(FORK, "c", "left")).toBe("a");
  expect(walk(FORK, "a", "down")).toBe("z");
  expect(walk(FORK, "z", "up")).toBe("a");
  expect(walk(FORK, "d", "right")).toBeUndefined();
  expect(walk(FORK, "", "right")).toBe("b");
});

test("links asked for while a list of edges is being made know all that it holds in the end", () => {
  const edges = [{ from: ["a", "main"], to: ["b", "main"] }];
  const document: Document = { format: "penstock/1", name: "W", nodes: [], edges };
  linksOf(document);
  edges.push({ from: ["b", "main"], to: ["c", "main"] });
  Object.freeze(edges);
  expect(linksOf(document).out.has("b")).toBe(true);
});

test("every edge is reached one after the other, from the node where that begins", () => {
  const edges = edgesOf(FORK);
  const [first] = edges.filter((one) => one.from[0] === "b");
  expect(nextEdge(FORK, { node: "b", edge: "" })).toBe(first);
  const seen = new Set<string>();
  let edge = "";
  for (const _ of edges) {
    const next = nextEdge(FORK, { node: "", edge });
    edge = next ? edgeId(next) : "";
    seen.add(edge);
  }
  expect(seen.size).toBe(edges.length);
  expect(nextEdge({ ...FORK, edges: [] }, { node: "a", edge: "" })).toBeUndefined();
});
