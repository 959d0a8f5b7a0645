import { expect, test } from "vitest";
import { placed } from "./place";

const page = { width: 1000, height: 700 };
const mark = { width: 300, height: 160 };

test.each([
  ["below what is at the top", { left: 400, top: 10, width: 80, height: 30 }, 290, 52],
  ["above what is at the bottom", { left: 400, top: 640, width: 80, height: 30 }, 290, 468],
  ["inside the page at its edge", { left: 960, top: 10, width: 30, height: 30 }, 688, 52],
])("a mark stands %s", (_, anchor, left, top) => {
  expect(placed(anchor, mark, page)).toEqual({ left, top });
});

test("a mark never covers what it points at where there is room", () => {
  const tall = { left: 0, top: 0, width: 200, height: 700 };
  expect(placed(tall, mark, page).left).toBeGreaterThanOrEqual(200);
});

test("a mark without anything to point at stands in the middle", () => {
  expect(placed(null, mark, page).left).toBe(350);
});
