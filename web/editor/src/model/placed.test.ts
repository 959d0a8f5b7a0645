import { expect, test } from "vitest";
import { placeOf } from "./document";
import { flow } from "./edit/testing";
import { boxOf, overlaps } from "./layout";
import { placed, unplaced } from "./placed";
import { tidied } from "./tidy";

test("a document without places is laid out, the same each time", () => {
  const document = flow("a b c", "a>b b>c", { layout: {} });
  const once = placed(document, tidied);

  expect(unplaced(document)).toEqual(["a", "b", "c"]);
  expect(unplaced(once)).toEqual([]);
  expect(placeOf(once, "a")[0]).toBeLessThan(placeOf(once, "b")[0]);
  expect(placed(document, tidied)).toEqual(once);
});

test("a node without a place goes behind the one that leads to it, over nothing else", () => {
  const document = flow("a b c x", "a>b a>x", { layout: { a: [0, 0], b: [320, 0], c: [0, 200] } });
  const found = placed(document, tidied);

  expect(placeOf(found, "b")).toEqual([320, 0]);
  expect(placeOf(found, "x")[0]).toBe(320);
  expect(overlaps(boxOf(found, "x"), boxOf(found, "b"))).toBe(false);
});

test("a document whose nodes all have places stays as it is", () => {
  const document = flow("a b");

  expect(placed(document, tidied)).toBe(document);
});
