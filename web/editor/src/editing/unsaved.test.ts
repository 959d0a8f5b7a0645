import { expect, test } from "vitest";
import { DOCUMENT, shelfOf } from "./testing";
import { keep, keptOf, letGo, sweep } from "./unsaved";

const kept = { document: DOCUMENT, etag: "3", at: 1_000 };

test("what is kept is there until it is let go", () => {
  const shelf = shelfOf();
  keep("wf_1", kept, shelf);

  expect(keptOf("wf_1", shelf)).toEqual(kept);
  expect(keptOf("wf_2", shelf)).toBeUndefined();
  letGo("wf_1", shelf);
  expect(keptOf("wf_1", shelf)).toBeUndefined();
});

test("a full shelf is told and keeps nobody from working", () => {
  expect(keep("wf_1", kept, shelfOf(10))).toBe(false);
});

test("what cannot be read counts as nothing", () => {
  const shelf = shelfOf();
  shelf.setItem("penstock.unsaved.wf_1", "{ broken");
  shelf.setItem("penstock.unsaved.wf_2", '{"document": 1}');

  expect(keptOf("wf_1", shelf)).toBeUndefined();
  expect(keptOf("wf_2", shelf)).toBeUndefined();
});

test("what nobody came back for within a month is given up, and nothing else", () => {
  const shelf = shelfOf();
  const month = 31 * 24 * 3_600_000;
  keep("wf_1", kept, shelf);
  keep("wf_2", { ...kept, at: month }, shelf);
  shelf.setItem("other", "x");
  sweep(month, shelf);

  expect([...shelf.all.keys()]).toEqual(["penstock.unsaved.wf_2", "other"]);
});
