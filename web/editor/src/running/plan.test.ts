import { describe, expect, test } from "vitest";
import type { Document } from "~/model/document";
import { beginsAt } from "./plan";

const LINE: Document = {
  format: "penstock/1",
  name: "Line",
  nodes: ["start", "fetch", "judge", "tell", "aside"].map((id) => ({
    id,
    name: id,
    type: "penstock/flow.noop",
  })),
  edges: [
    { from: ["start", "main"], to: ["fetch", "main"] },
    { from: ["fetch", "main"], to: ["judge", "main"] },
    { from: ["judge", "main"], to: ["tell", "main"] },
    { from: ["aside", "main"], to: ["tell", "main"] },
  ],
};
const all = () => true;
const none = () => false;
const but =
  (...ids: readonly string[]) =>
  (id: string) =>
    !ids.includes(id);
const pinned = (...ids: readonly string[]): Document => ({
  ...LINE,
  fixtures: Object.fromEntries(ids.map((id) => [id, { default: [{ json: {} }] }])),
});

describe("a node that is tested", () => {
  test("begins at itself on the data of the last run", () => {
    expect(beginsAt(LINE, "judge", all)).toBe("judge");
  });

  test("begins at a trigger when nothing has run yet", () => {
    expect(beginsAt(LINE, "judge", none)).toBeNull();
  });

  test("begins at the node before it that did not run or was changed", () => {
    expect(beginsAt(LINE, "tell", but("judge"))).toBe("judge");
    expect(beginsAt(LINE, "tell", but("fetch", "judge"))).toBe("fetch");
  });

  test("begins at a trigger when what has to run again has no common beginning", () => {
    expect(beginsAt(LINE, "tell", but("judge", "aside"))).toBeNull();
  });

  test("takes what is pinned without running what leads to it", () => {
    expect(beginsAt(pinned("fetch"), "judge", none)).toBe("fetch");
  });

  test("that nothing leads to begins at itself", () => {
    expect(beginsAt(LINE, "start", none)).toBe("start");
  });
});
