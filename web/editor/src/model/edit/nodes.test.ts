import { expect, test } from "vitest";
import { type Document, findNode, placeOf } from "../document";
import {
  addNode,
  moveBy,
  moveNodes,
  removeNodes,
  replaceNode,
  setConfig,
  setCredential,
  setParent,
  setSettings,
  toggleDisabled,
} from "./nodes";
import { after, edgesText, flow } from "./testing";

const none = () => ({});

test("a node that is added has a name of its own, a place on whole pixels, and no empty blocks", () => {
  let id = "";
  const document = after(flow("a"), (draft) => {
    id = addNode(draft, { type: "acme/kit.step", name: "A", at: [10.4, 7], config: {} });
  });

  expect(findNode(document, id)).toEqual({ id, name: "A 2", type: "acme/kit.step" });
  expect(placeOf(document, id)).toEqual([10, 7]);
});

test("a container that moves takes along what it holds, unless that is named too", () => {
  const held = after(flow("box in other"), (draft) => setParent(draft, ["in"], "box"));

  const alone = after(held, (draft) => moveBy(draft, ["box"], [16, 32]));
  const both = after(held, (draft) => moveBy(draft, ["box", "in"], [16, 32]));

  expect(placeOf(alone, "in")).toEqual([336, 32]);
  expect(both.layout).toEqual(alone.layout);
  expect(placeOf(alone, "other")).toEqual([640, 0]);
});

test("moving to where it is changes nothing", () => {
  const document = flow("a");

  expect(after(document, (draft) => moveNodes(draft, [["a", [0, 0]]]))).toBe(document);
});

test("values are set deep in a config, rows go, and what is empty leaves no trace", () => {
  let document = after(flow("a"), (draft) => setConfig(draft, "a", ["rows", 0, "name"], "x"));
  expect(findNode(document, "a")?.config).toEqual({ rows: [{ name: "x" }] });

  document = after(document, (draft) => setConfig(draft, "a", ["rows", 1, "name"], "y"));
  document = after(document, (draft) => setConfig(draft, "a", ["rows", 0], undefined));
  expect(findNode(document, "a")?.config).toEqual({ rows: [{ name: "y" }] });

  document = after(document, (draft) => setConfig(draft, "a", ["rows"], undefined));
  expect(findNode(document, "a")).not.toHaveProperty("config");
});

test("a key that all objects share is not set", () => {
  after(flow("a"), (draft) => setConfig(draft, "a", ["__proto__", "bad"], true));

  expect({}).not.toHaveProperty("bad");
});

test("settings that equal their default are left out", () => {
  let document = after(flow("a"), (draft) =>
    setSettings(draft, "a", { retry: { max_attempts: 2 }, breakpoint: true }),
  );
  document = after(document, (draft) => setSettings(draft, "a", { breakpoint: false }));
  expect(findNode(document, "a")?.settings).toEqual({ retry: { max_attempts: 2 } });

  document = after(document, (draft) => setSettings(draft, "a", { retry: null }));
  expect(findNode(document, "a")).not.toHaveProperty("settings");
});

test("some that are disabled and some that are not are all disabled first, then enabled", () => {
  const mixed = after(flow("a b"), (draft) => toggleDisabled(draft, ["a"]));
  const all = after(mixed, (draft) => toggleDisabled(draft, ["a", "b"]));
  const none_ = after(all, (draft) => toggleDisabled(draft, ["a", "b"]));

  expect(all.nodes?.map((node) => node.settings?.disabled)).toEqual([true, true]);
  expect(none_.nodes).toEqual(flow("a b").nodes);
});

test("a credential is taken away with its slot", () => {
  const with_ = after(flow("a"), (draft) => setCredential(draft, "a", "auth", "cr_1"));

  expect(findNode(with_, "a")?.credentials).toEqual({ auth: "cr_1" });
  expect(after(with_, (draft) => setCredential(draft, "a", "auth", null))).toEqual(flow("a"));
});

test("edges across the border of a container go, and a container is not put into itself", () => {
  const document = after(flow("a b c box", "a>b b>c"), (draft) =>
    setParent(draft, ["b", "c"], "box"),
  );
  expect(edgesText(document)).toBe("b>c");

  let done = true;
  after(document, (draft) => {
    done = setParent(draft, ["box"], "b");
  });
  expect(done).toBe(false);
});

test("a node in the middle is taken out and its neighbours are connected, in its place", () => {
  const document = after(flow("a b c x", "a>b a>x b>c"), (draft) => removeNodes(draft, ["b"]));

  expect(edgesText(document)).toBe("a>c a>x");
  expect(Object.keys(document.layout ?? {})).toEqual(["a", "c", "x"]);
});

test("several nodes in a row are taken out at once", () => {
  const document = flow("a b c d", "a>b b>c c>d");

  expect(edgesText(after(document, (draft) => removeNodes(draft, ["b", "c"])))).toBe("a>d");
  expect(edgesText(after(document, (draft) => removeNodes(draft, ["d", "c"])))).toBe("a>b");
});

test("of a node with branches the first one is followed, never the one for errors", () => {
  const document = flow("a b c d e", "a>b b.error>e b.true>c b.false>d");

  expect(edgesText(after(document, (draft) => removeNodes(draft, ["b"])))).toBe("a>c");
});

test("taking out makes no circle and no second edge", () => {
  const loop = flow("l a", "l.loop>a a>l");
  const twice = flow("a b c", "a>b b>c a>c");

  expect(after(loop, (draft) => removeNodes(draft, ["a"])).edges).toBeUndefined();
  expect(edgesText(after(twice, (draft) => removeNodes(draft, ["b"])))).toBe("a>c");
});

test("what hangs on a node goes with it", () => {
  const item = { json: {} };
  const document: Document = {
    ...flow("a b", "a>b"),
    fixtures: { a: { default: [item] }, b: { default: [item] } },
    groups: [
      { id: "g", nodes: ["a"] },
      { id: "h", nodes: ["a", "b"] },
    ],
    comments: [
      { id: "1", text: "x", node: "a" },
      {
        id: "2",
        text: "x",
        edge: [
          ["a", "main"],
          ["b", "main"],
        ],
      },
      { id: "3", text: "x", node: "b" },
    ],
    tests: [{ name: "t", start: "a", mocks: { a: [item], b: [item] } }],
  };

  expect(after(document, (draft) => removeNodes(draft, ["a"]))).toEqual({
    format: "penstock/1",
    name: "Flow",
    nodes: [{ id: "b", name: "B", type: "acme/kit.step" }],
    layout: { b: [320, 0] },
    fixtures: { b: { default: [item] } },
    groups: [{ id: "h", nodes: ["b"] }],
    comments: [{ id: "3", text: "x", node: "b" }],
    tests: [{ name: "t", mocks: { b: [item] } }],
  });
});

test("removing a container removes what it holds", () => {
  const document = after(flow("box in a"), (draft) => setParent(draft, ["in"], "box"));

  expect(after(document, (draft) => removeNodes(draft, ["box"])).nodes).toHaveLength(1);
});

const main = { name: "main", title: "Main", kind: "main" };

test("another type keeps what fits: values, edges by port, and a name that somebody chose", () => {
  const before = after(flow("a b c d", "a>b b.true>c b.false>d"), (draft) => {
    setConfig(draft, "b", ["url"], "x");
    setConfig(draft, "b", ["old"], 1);
    setCredential(draft, "b", "auth", "cr_1");
  });
  const document = after(before, (draft) =>
    replaceNode(
      draft,
      "b",
      {
        type: "acme/kit.other",
        version: 2,
        title: "Other",
        fields: ["url"],
        ports: { inputs: [main], outputs: [main] },
      },
      { title: "Step", languages: none },
    ),
  );

  expect(findNode(document, "b")).toEqual({
    id: "b",
    name: "B",
    type: "acme/kit.other",
    version: 2,
    config: { url: "x" },
  });
  expect(edgesText(document)).toBe("a>b b>c");
});

test("another type keeps the branch for errors, and no other branch becomes one", () => {
  const before = after(flow("a b c d", "a.error>b a>c a.other>d"), (draft) =>
    setSettings(draft, "a", { on_error: "error_port" }),
  );
  const replaced = (ports: readonly (typeof main)[]) =>
    after(before, (draft) =>
      replaceNode(
        draft,
        "a",
        { type: "acme/kit.other", title: "Other", ports: { inputs: [main], outputs: ports } },
        { title: "Step", languages: none },
      ),
    );

  expect(edgesText(replaced([main]))).toBe("a.error>b a>c");
  expect(edgesText(replaced([]))).toBe("a.error>b");
});

test("a name that only said what it was becomes the new title, and expressions follow", () => {
  const before: Document = {
    ...flow("a b"),
    nodes: [
      { id: "a", name: "Step 2", type: "acme/kit.step" },
      { id: "b", name: "B", type: "acme/kit.step", config: { x: "={{ $('Step 2').item }}" } },
    ],
  };
  const document = after(before, (draft) =>
    replaceNode(
      draft,
      "a",
      { type: "acme/kit.other", title: "Other", ports: { inputs: [main], outputs: [main] } },
      { title: "Step", languages: none },
    ),
  );

  expect(findNode(document, "a")?.name).toBe("Other");
  expect(findNode(document, "b")?.config).toEqual({ x: "={{ $('Other').item }}" });
});
