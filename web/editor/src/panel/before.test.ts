import { describe, expect, it } from "vitest";
import type { Document } from "~/model/document";
import { nodesBefore } from "./before";

const node = (id: string, parent?: string) => ({
  id,
  name: id.toUpperCase(),
  type: "x/y.z",
  ...(parent ? { parent } : {}),
});
const document: Document = {
  format: "penstock/1",
  name: "",
  nodes: [node("a"), node("b"), node("c"), node("each"), node("inner", "each"), node("alone")],
  edges: [
    { from: ["a", "main"], to: ["b", "main"] },
    { from: ["b", "true"], to: ["c", "main"] },
    { from: ["b", "false"], to: ["each", "main"] },
  ],
};

describe("the nodes before one", () => {
  it("are those that lead into it, with their ports, then all before these", () => {
    expect(nodesBefore(document, "c")).toEqual([
      { node: "b", name: "B", port: "true", into: "main" },
      { node: "a", name: "A", port: "", into: "" },
    ]);
  });
  it("of a node in a container are the container and what is before it", () => {
    expect(nodesBefore(document, "inner").map((one) => one.node)).toEqual(["each", "b", "a"]);
  });
  it("of a node that nothing leads to are none", () => {
    expect(nodesBefore(document, "alone")).toEqual([]);
  });
});
