import { expect, test } from "vitest";
import { type Document, type Point, placeOf } from "./document";
import { group } from "./edit/groups";
import { moveNodes, setParent } from "./edit/nodes";
import { after, flow } from "./edit/testing";
import { align } from "./guides";
import {
  bounds,
  boxOf,
  containerSize,
  freePlace,
  GRID,
  makeRoom,
  NODE_WIDTH,
  overlaps,
  placeBehind,
  snap,
} from "./layout";
import { tidied } from "./tidy";

const box = (x: number, y: number, width = 100, height = 40) => ({ x, y, width, height });

function tidy(document: Document, ids?: ReadonlySet<string>): Document {
  return after(document, (draft) => moveNodes(draft, tidied(document, undefined, ids)));
}

function overlapping(document: Document): string[] {
  const nodes = document.nodes ?? [];
  return nodes.flatMap((a, index) =>
    nodes
      .slice(index + 1)
      .filter((b) => a.id !== b.parent && b.id !== a.parent)
      .filter((b) => overlaps(boxOf(document, a.id), boxOf(document, b.id)))
      .map((b) => `${a.id} ${b.id}`),
  );
}

test("places snap to the grid, and zero is written without a sign", () => {
  expect(snap(23)).toBe(16);
  expect(snap(25)).toBe(32);
  expect(Object.is(snap(-3), 0)).toBe(true);
});

test("a free place is the wished one, else below it where nothing lies", () => {
  const document = flow("a");

  expect(freePlace(document, [900, 0])).toEqual([896, 0]);
  const [x, y] = freePlace(document, [0, 0]);
  expect(x).toBe(0);
  expect(y).toBeGreaterThanOrEqual(64 + GRID);
});

test("a node that follows another one is put to its right", () => {
  const [x, y] = placeBehind(flow("a"), "a");

  expect(x).toBeGreaterThan(NODE_WIDTH);
  expect(y).toBe(0);
});

test("room is made by moving only what lies behind", () => {
  const document = flow("a b c", "a>b b>c");

  expect([...makeRoom(document, new Set(["b", "c"]), 320, 160)]).toEqual([
    ["b", [480, 0]],
    ["c", [800, 0]],
  ]);
});

test("the bounds are around nodes and notes", () => {
  const document: Document = {
    ...flow("a"),
    notes: [{ id: "n", width: 100, height: 50 }],
    layout: { a: [0, 0], n: [-100, 200] },
  };

  expect(bounds(document)).toEqual({ x: -100, y: 0, width: 100 + NODE_WIDTH, height: 250 });
  expect(bounds({ format: "penstock/1", name: "" })).toBeUndefined();
});

test("a container is drawn around all that it holds", () => {
  const document = after(flow("box in"), (draft) => {
    setParent(draft, ["in"], "box");
    moveNodes(draft, [["in", [600, 400]]]);
  });

  expect(containerSize(document, "box")).toEqual({ width: 600 + NODE_WIDTH + 32, height: 496 });
});

test("a dragged box snaps to the edge of another one and shows the line", () => {
  const { by, guides } = align(box(103, 211), [box(100, 0)]);

  expect(by).toEqual([-3, -3]);
  expect(guides.filter((guide) => guide.axis === "x").map((guide) => guide.at)).toEqual([
    100, 150, 200,
  ]);
  expect(guides[0]).toMatchObject({ from: 0, to: 248 });
});

test("a dragged box snaps to the grid where no other one is near", () => {
  expect(align(box(103, 205), [box(500, 500)])).toEqual({ by: [-7, 3], guides: [] });
});

test("middles align with middles before edges do", () => {
  const { by } = align(box(0, 105, 100, 60), [box(300, 100, 100, 80)]);

  expect(by[1]).toBe(5);
});

const MESS: Document = after(flow("a b c d e", "a>b a>c b>d c>d"), (draft) =>
  moveNodes(
    draft,
    ["a", "b", "c", "d", "e"].map((id, index) => [id, [100 - index * 10, index * 5] as Point]),
  ),
);

test("a tidy flow goes from left to right, on the grid, with nothing over anything", () => {
  const document = tidy(MESS);
  const x = (id: string) => placeOf(document, id)[0];

  expect(x("a")).toBeLessThan(x("b"));
  expect(x("b")).toBe(x("c"));
  expect(x("c")).toBeLessThan(x("d"));
  expect(overlapping(document)).toEqual([]);
  for (const [left, top] of Object.values(document.layout ?? {}) as Point[]) {
    expect(left % GRID).toBe(0);
    expect(top % GRID).toBe(0);
  }
});

test("the upper output leads to the upper node", () => {
  const y = (document: Document, id: string) => placeOf(document, id)[1];
  const judged = tidy(flow("a b c d", "a.false>b a.true>c b>d c>d"));
  const three = flow("a x y z", "a.p>x a.q>y a.r>z");
  const upside = after(three, (draft) =>
    moveNodes(
      draft,
      tidied(three, undefined, undefined, () => ["r", "q", "p"]),
    ),
  );

  expect(y(judged, "c")).toBeLessThan(y(judged, "b"));
  expect(y(tidy(three), "x")).toBeLessThan(y(tidy(three), "z"));
  expect(y(upside, "z")).toBeLessThan(y(upside, "x"));
});

test("tidying twice changes nothing more", () => {
  const once = tidy(MESS);

  expect(tidy(once).layout).toEqual(once.layout);
});

test("what a container holds is laid out in it", () => {
  const held = after(flow("s box i j e", "s>box box>e i>j"), (draft) => {
    setParent(draft, ["i", "j"], "box");
    moveNodes(draft, [
      ["i", [0, 0]],
      ["j", [0, 0]],
    ]);
  });
  // Edges across the border were none.
  const document = tidy(held);
  const [x, y] = placeOf(document, "box");
  const size = containerSize(document, "box");

  for (const id of ["i", "j"]) {
    const inner = boxOf(document, id);
    expect(inner.x).toBeGreaterThan(x);
    expect(inner.y).toBeGreaterThan(y);
    expect(inner.x + inner.width).toBeLessThan(x + size.width);
  }
  expect(placeOf(document, "e")[0]).toBeGreaterThan(x + size.width);
});

test("the nodes of a group stay together", () => {
  const document = tidy(after(MESS, (draft) => group(draft, ["b", "e"])));
  const around = bounds(document, undefined, ["b", "e"]);

  for (const id of ["a", "c", "d"]) {
    expect(around && overlaps(around, boxOf(document, id))).toBe(false);
  }
});

test("a note stays as far from its node as it was", () => {
  const noted: Document = {
    ...MESS,
    notes: [{ id: "n", width: 100, height: 50 }],
    layout: { ...MESS.layout, n: [60, 120] },
  };
  const document = tidy(noted);

  expect(placeOf(document, "n")[1] - placeOf(document, "e")[1]).toBeCloseTo(100, -1.3);
});

test("of chosen nodes only these are moved", () => {
  const document = tidy(MESS, new Set(["a", "b"]));

  expect(placeOf(document, "d")).toEqual(placeOf(MESS, "d"));
  expect(placeOf(document, "b")[0]).toBeGreaterThan(placeOf(document, "a")[0]);
});

test("500 nodes are tidied within two seconds of computing", () => {
  const ids = Array.from({ length: 500 }, (_, index) => `n${index}`);
  const edges = ids.slice(1).map((id, index) => `n${Math.floor(index / 2)}>${id}`);
  const started = process.cpuUsage();

  expect(tidied(flow(ids.join(" "), edges.join(" "))).size).toBe(500);
  expect(process.cpuUsage(started).user / 1_000).toBeLessThan(2_000);
});
