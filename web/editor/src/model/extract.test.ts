import { expect, test } from "vitest";
import type { Document, Node } from "./document";
import { setParent } from "./edit/nodes";
import { after, edgesText, flow } from "./edit/testing";
import { CALLED, EXECUTE, extract, isRefusal, OUTPUT } from "./extract";

const options = {
  name: "Part",
  languages: () => ({}),
  isTrigger: (node: Node) => node.type.endsWith(".trigger"),
  startName: "When called",
  outputName: "Output",
};

function done(document: Document, ids: string[]) {
  const result = extract(document, ids, options);
  if (isRefusal(result)) {
    throw new Error(result.reason);
  }
  let call = "";
  const left = after(document, (draft) => {
    call = result.apply(draft, "wf_1");
  });
  return { child: result.child, left, call };
}

function reason(document: Document, ids: string[]): string {
  const result = extract(document, ids, options);
  return isRefusal(result) ? result.reason : "";
}

test("nodes in the middle become a workflow with a start and an output, and one call", () => {
  const { child, left, call } = done(flow("a b c d", "a>b b>c c>d"), ["b", "c"]);
  const [start, output] = [child.nodes?.[0]?.id, child.nodes?.at(-1)?.id];

  expect(child.nodes?.map((node) => node.type)).toEqual([
    CALLED,
    "acme/kit.step",
    "acme/kit.step",
    OUTPUT,
  ]);
  expect(edgesText(child)).toBe(`${start}>b b>c c>${output}`);
  expect(child.name).toBe("Part");
  expect(edgesText(left)).toBe(`a>${call} ${call}>d`);
  expect(left.nodes?.find((node) => node.id === call)).toMatchObject({
    name: "Part",
    type: EXECUTE,
    config: { workflow: "wf_1" },
  });
});

test("what leads nowhere needs no output", () => {
  const { child, left, call } = done(flow("a b", "a>b"), ["b"]);

  expect(child.nodes?.some((node) => node.type === OUTPUT)).toBe(false);
  expect(edgesText(left)).toBe(`a>${call}`);
});

const NAMING: Document = {
  ...flow("a b c", "a>b b>c"),
  nodes: [
    { id: "a", name: "A", type: "acme/kit.step" },
    { id: "b", name: "B", type: "acme/kit.step", config: { x: "={{ $('A').item.json.v }}" } },
    { id: "c", name: "C", type: "acme/kit.step", config: { x: "={{ $('B').item.json.v }}" } },
  ],
};

test("names follow: of the node before it to the start, of the last one to the call", () => {
  const { child, left } = done(NAMING, ["b"]);

  expect(child.nodes?.find((node) => node.id === "b")?.config).toEqual({
    x: "={{ $('When called').item.json.v }}",
  });
  expect(left.nodes?.find((node) => node.id === "c")?.config).toEqual({
    x: "={{ $('Part').item.json.v }}",
  });
});

test("what cannot be called is refused with the reason", () => {
  const trigger: Document = { ...flow("a"), nodes: [{ id: "a", name: "A", type: "x/y.trigger" }] };
  const held = after(flow("box in a"), (draft) => setParent(draft, ["in"], "box"));
  const far: Document = {
    ...NAMING,
    nodes: (NAMING.nodes ?? []).map((node) =>
      node.id === "c" ? { ...node, config: { x: "={{ $('A').item }}" } } : node,
    ),
  };
  const asking: Document = {
    ...flow("a b c d", "a>b b>c c>d"),
    nodes: (flow("a b c d").nodes ?? []).map((node) =>
      node.id === "d" ? { ...node, config: { x: "={{ $('B').item }}" } } : node,
    ),
  };

  expect(reason(flow("a"), [])).toBe("empty");
  expect(reason(trigger, ["a"])).toBe("trigger");
  expect(reason(held, ["in", "a"])).toBe("container");
  expect(reason(flow("a b c", "a>b a>c"), ["b", "c"])).toBe("entries");
  expect(reason(flow("a b c", "a.true>b a.false>c"), ["a"])).toBe("exits");
  expect(reason(flow("a b c d", "a>b b>c c>d"), ["b", "d"])).toBe("entries");
  expect(reason(flow("s a x b", "s>a a>x x>a"), ["a"])).toBe("cycle");
  expect(reason(far, ["c"])).toBe("outside");
  expect(reason(asking, ["b", "c"])).toBe("inside");
});

test("an edge to a model across the border is refused", () => {
  const document: Document = {
    ...flow("a m"),
    edges: [{ from: ["m", "model"], to: ["a", "model"], kind: "ai_model" }],
  };

  expect(reason(document, ["a"])).toBe("kinds");
});
