import { expect, test } from "vitest";
import { placesOf } from "./goTo";

test("a place is looked for from the nearest outwards", () => {
  expect(placesOf("rules[0].value.left")).toEqual([
    "rules[0].value.left",
    "rules[0].value",
    "rules[0]",
    "rules",
  ]);
});

test("no place is looked for nowhere", () => {
  expect(placesOf("")).toEqual([]);
});
