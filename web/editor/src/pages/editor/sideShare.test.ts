import { expect, test } from "vitest";
import { fitting, shareAt } from "./sideShare";

test("a panel takes what is right of the line", () => {
  expect(shareAt(300, 1_000)).toBe(70);
  expect(shareAt(500, 1_000)).toBe(50);
});

test("neither the panel nor the canvas can be pushed out of sight", () => {
  expect(shareAt(0, 1_000)).toBe(80);
  expect(shareAt(1_000, 1_000)).toBe(25);
  expect(fitting(-5)).toBe(25);
});

test("a room without width has the usual share", () => {
  expect(shareAt(10, 0)).toBe(58);
});
