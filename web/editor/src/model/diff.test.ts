import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { canonicalDocument } from "./canonical";
import { type Change, changedNodes, diff, isSameDocument } from "./diff";
import type { Document } from "./document";
import { WORKFLOW_SETTINGS } from "./plain";

function vectors<T>(name: string): readonly T[] {
  const path = new URL(`../../../../tests/vectors/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(path, "utf8"));
}

interface DiffCase {
  readonly name: string;
  readonly before: Document;
  readonly after: Document;
  readonly changes: readonly Change[];
}

interface TextCase {
  readonly name: string;
  readonly document: Document;
  readonly text: string;
}

describe("what has changed is told as the server tells it", () => {
  test.each(vectors<DiffCase>("diff").map((one) => [one.name, one] as const))("%s", (_, one) => {
    expect(diff(one.before, one.after)).toEqual(one.changes);
    expect(isSameDocument(one.before, one.after)).toBe(one.changes.length === 0);
  });
});

describe("the canonical text is the server's", () => {
  const cases = vectors<TextCase>("canonical").map((one) => [one.name, one] as const);
  test.each(cases)("%s", (_, one) => {
    expect(canonicalDocument(one.document)).toBe(one.text);
    expect(canonicalDocument(JSON.parse(one.text))).toBe(one.text);
  });
});

test("the defaults of a workflow's settings are those of the schema", () => {
  const path = new URL("../../../../docs/schema/penstock-1.schema.json", import.meta.url);
  const schema = JSON.parse(readFileSync(path, "utf8"));
  const properties: Record<string, { readonly default?: unknown }> =
    schema.$defs.WorkflowSettings.properties;

  const defaults = Object.entries(properties).map(([key, one]) => [key, one.default ?? null]);
  expect(Object.fromEntries(defaults)).toEqual(WORKFLOW_SETTINGS);
});

test("a node whose config changed and moved is changed, one that only moved is moved", () => {
  const node = { id: "a", name: "A", type: "acme/kit.step" };
  const other = { id: "b", name: "B", type: "acme/kit.step" };
  const before: Document = {
    format: "penstock/1",
    name: "x",
    nodes: [node, other],
    layout: { a: [0, 0], b: [0, 0] },
  };
  const after: Document = {
    ...before,
    nodes: [{ ...node, config: { x: 1 } }, other, { id: "c", name: "C", type: "acme/kit.step" }],
    layout: { a: [9, 0], b: [9, 0], c: [0, 0] },
  };

  expect([...changedNodes(diff(before, after))].sort()).toEqual([
    ["a", "changed"],
    ["b", "moved"],
    ["c", "added"],
  ]);
});
