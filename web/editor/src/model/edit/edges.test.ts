import { expect, test } from "vitest";
import { edgeId } from "../document";
import {
  connect,
  disconnect,
  insertBetween,
  leadsBack,
  markBack,
  reconnect,
  reorder,
} from "./edges";
import { setParent } from "./nodes";
import { after, edgesText, flow } from "./testing";

const wire = (from: string, to: string) => ({
  from: { node: from, port: "main" },
  to: { node: to, port: "main" },
});
const id = (from: string, to: string) => edgeId({ from: [from, "main"], to: [to, "main"] });
const main = { input: "main", output: "main" };

test("an edge is there once, and only between nodes that are there", () => {
  const results: boolean[] = [];
  const document = after(flow("a b"), (draft) => {
    results.push(connect(draft, wire("a", "b")));
    results.push(connect(draft, wire("a", "b")));
    results.push(connect(draft, wire("a", "z")));
  });

  expect(results).toEqual([true, false, false]);
  expect(edgesText(document)).toBe("a>b");
});

test("what closes a cycle is marked to lead back, but not where it returns to a loop node", () => {
  const open = flow("l a b", "l.loop>a a>b");

  const marked = after(open, (draft) => connect(draft, wire("b", "a")));
  const looped = after(open, (draft) =>
    connect(draft, wire("b", "l"), { isLoop: (node) => node === "l" }),
  );
  const self = after(open, (draft) => connect(draft, wire("b", "b")));

  expect(edgesText(marked)).toBe("l.loop>a a>b b>a!");
  expect(edgesText(looped)).toBe("l.loop>a a>b b>l");
  expect(edgesText(self)).toBe("l.loop>a a>b b>b!");
});

test("an edge within a loop, whose cycle passes the loop node, leads forward", () => {
  const document = flow("l a b", "l.loop>a b>l");

  after(document, (draft) => {
    expect(leadsBack(draft, wire("a", "b"), { isLoop: (node) => node === "l" })).toBe(false);
    expect(leadsBack(draft, wire("a", "b"))).toBe(true);
  });
});

test("an edge that goes takes the comments on it along", () => {
  const document = flow("a b", "a>b", {
    comments: [
      {
        id: "1",
        text: "x",
        edge: [
          ["a", "main"],
          ["b", "main"],
        ],
      },
      { id: "2", text: "x", node: "a" },
    ],
  });

  const left = after(document, (draft) => disconnect(draft, [id("a", "b")]));

  expect(left.edges).toEqual([]);
  expect(left.comments?.map((one) => one.id)).toEqual(["2"]);
});

test("a node that is put into an edge keeps the edge's place in the order", () => {
  const document = flow("a b c n", "a>b a>c");

  const inserted = after(document, (draft) => insertBetween(draft, id("a", "b"), "n", main));

  expect(edgesText(inserted)).toBe("a>n n>b a>c");
});

test("a node that is put into an edge in a container belongs to it", () => {
  const document = after(flow("box a b n", "a>b"), (draft) => setParent(draft, ["a", "b"], "box"));

  const inserted = after(document, (draft) => insertBetween(draft, id("a", "b"), "n", main));

  expect(inserted.nodes?.find((node) => node.id === "n")?.parent).toBe("box");
});

test("an edge that is led somewhere else keeps its place in the order", () => {
  const document = flow("a b c d", "a>b a>c");

  const led = after(document, (draft) => reconnect(draft, id("a", "b"), wire("a", "d")));

  expect(edgesText(led)).toBe("a>d a>c");
});

test("an edge gets another place among those of its port only", () => {
  const document = flow("a b c d x", "a>b x>d a>c a>d");

  const last = after(document, (draft) => reorder(draft, id("a", "b"), 2));
  const first = after(document, (draft) => reorder(draft, id("a", "d"), 0));
  const same = after(document, (draft) => reorder(draft, id("a", "c"), 1));

  expect(edgesText(last)).toBe("x>d a>c a>d a>b");
  expect(edgesText(first)).toBe("a>d a>b x>d a>c");
  expect(same).toBe(document);
});

test("an edge can be marked to lead back and unmarked", () => {
  const document = flow("a b", "a>b");
  const marked = after(document, (draft) => markBack(draft, id("a", "b"), true));

  expect(edgesText(marked)).toBe("a>b!");
  expect(after(marked, (draft) => markBack(draft, id("a", "b"), false))).toEqual(document);
});
