import { beforeAll, expect, test, vi } from "vitest";

vi.mock("~/api/client", () => ({ api: () => ({}) }));
vi.mock("~/editing/store", () => ({ useEditing: { getState: () => ({}) } }));
vi.mock("~/running/start", () => ({ show: () => undefined }));

let answerIn: (items: readonly unknown[]) => string;
beforeAll(async () => {
  ({ answerIn } = await import("./talking"));
});

test.each([
  [[{ json: { text: "no" } }, { json: { output: "yes", text: "no" } }], "yes"],
  [[{ json: { text: "hello" } }], "hello"],
  [[{ json: { message: { a: 1 } } }], '{\n  "a": 1\n}'],
  [[{ json: { a: 1 } }], '{\n  "a": 1\n}'],
  [[{ json: {} }], ""],
  [[], ""],
])("the answer in %j is %j", (items, answer) => {
  expect(answerIn(items)).toBe(answer);
});
