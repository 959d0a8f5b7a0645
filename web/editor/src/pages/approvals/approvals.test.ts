import { expect, it } from "vitest";
import { questionOf, readable } from "./shows";
import type { Asked } from "./useApprovals";

const asked = (shows: Record<string, unknown>): Asked => ({
  execution_id: "e",
  node_id: "n",
  run_index: 0,
  workflow_id: "w",
  workflow_name: "Invoices",
  kind: "approval",
  asks: { ports: {}, shows },
  until_ms: 0,
  since_ms: 0,
});

it("a question without a title is called like its workflow", () => {
  expect(questionOf(asked({ title: "  " })).title).toBe("Invoices");
});

it("what is no text is not shown", () => {
  const found = questionOf(asked({ title: { a: 1 }, words: "yes", message: 7 }));
  expect(found).toEqual({
    title: "Invoices",
    message: "",
    approve: "",
    decline: "",
    mayComment: true,
  });
});

it("the words for yes and no are those of the step", () => {
  const found = questionOf(asked({ words: { approve: "Pay", decline: "No" }, comment: false }));
  expect([found.approve, found.decline, found.mayComment]).toEqual(["Pay", "No", false]);
});

it("an item is read field by field, the deeper ones by their path, and not all of a large one", () => {
  expect(readable({ a: 1, b: { c: null, d: [1, 2] } })).toEqual([
    ["a", "1"],
    ["b.c", ""],
    ["b.d", "[1,2]"],
  ]);
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`f${n}`, n]));
  expect(readable(many)).toHaveLength(12);
});

it("the usual words are left to the language of who reads", () => {
  const found = questionOf(asked({ words: { approve: "Approve", decline: "Decline" } }));
  expect([found.approve, found.decline]).toEqual(["", ""]);
});
