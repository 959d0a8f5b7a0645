import { expect, test } from "vitest";
import { copyText, cutOut, duplicate, fragmentOf, paste, readPasted } from "./clipboard";
import { type Document, placeOf } from "./document";
import { group } from "./edit/groups";
import { setParent } from "./edit/nodes";
import { addNote } from "./edit/notes";
import { after, edgesText, flow } from "./edit/testing";

const languages = () => ({});

const NAMING: Document = {
  ...flow("a b c", "a>b b>c"),
  nodes: [
    { id: "a", name: "A", type: "acme/kit.step" },
    { id: "b", name: "B", type: "acme/kit.step", config: { x: "={{ $('A').item.json.v }}" } },
    { id: "c", name: "C", type: "acme/kit.step", config: { x: "={{ $('B').item.json.v }}" } },
  ],
};

function documentIn(text: string): Document {
  const pasted = readPasted(text);
  if (pasted?.kind !== "workflow") {
    throw new Error("no workflow");
  }
  return pasted.document;
}

test("what is copied is a workflow of its own, with the edges within and nothing else", () => {
  const document = documentIn(copyText(NAMING, ["b", "c"]));

  expect(document.nodes?.map((node) => node.id)).toEqual(["b", "c"]);
  expect(edgesText(document)).toBe("b>c");
  expect(document.layout).toEqual({ b: [320, 0], c: [640, 0] });
  expect(copyText(NAMING, [])).toBe("");
});

test("pasted nodes have ids and names of their own, and name each other by these", () => {
  const fragment = fragmentOf(NAMING, ["b", "c"]);
  let ids: ReadonlyMap<string, string> = new Map();
  const document = after(NAMING, (draft) => {
    ids = paste(draft, fragment, { at: [0, 160], languages });
  });

  const pasted = document.nodes?.slice(3) ?? [];
  expect(pasted.map((node) => node.name)).toEqual(["B 2", "C 2"]);
  // A is not among them: the copy goes on naming the one that is there.
  expect(pasted.map((node) => node.config?.x)).toEqual([
    "={{ $('A').item.json.v }}",
    "={{ $('B 2').item.json.v }}",
  ]);
  expect(document.nodes?.slice(0, 3)).toEqual(NAMING.nodes);
  expect(placeOf(document, ids.get("c") ?? "")).toEqual([320, 160]);
  expect(new Set(document.nodes?.map((node) => node.id)).size).toBe(5);
});

test("incoming wires are kept where that is asked for and the original is there", () => {
  const fragment = fragmentOf(NAMING, ["b"]);
  const paste_ = (keepIncoming: boolean) =>
    after(NAMING, (draft) => paste(draft, fragment, { keepIncoming, languages }));

  expect(paste_(false).edges).toHaveLength(2);
  expect(paste_(true).edges?.at(-1)?.from).toEqual(["a", "main"]);
});

test("what a container, a group and a fixture say of the nodes is pasted too", () => {
  const document = after(flow("box in a", ""), (draft) => {
    setParent(draft, ["in"], "box");
    group(draft, ["box"], { title: "G" });
    addNote(draft, { at: [0, 0], text: "N", id: "note-1" });
    draft.fixtures = { in: { default: [{ json: {} }] } };
  });
  const pasted = after(flow(""), (draft) =>
    paste(draft, fragmentOf(document, ["box", "note-1"]), { languages }),
  );
  const [box, inner] = pasted.nodes ?? [];

  expect(inner?.parent).toBe(box?.id);
  expect(pasted.groups?.[0]).toMatchObject({ title: "G", nodes: [box?.id] });
  expect(Object.keys(pasted.fixtures ?? {})).toEqual([inner?.id]);
  expect(pasted.notes?.[0]?.text).toBe("N");
});

test("a node that is copied without its container belongs to none", () => {
  const document = after(flow("box in"), (draft) => setParent(draft, ["in"], "box"));

  expect(fragmentOf(document, ["in"]).nodes?.[0]).not.toHaveProperty("parent");
});

test("duplicates stay in the container and lie beside the originals", () => {
  const document = after(flow("box in"), (draft) => setParent(draft, ["in"], "box"));
  let ids: ReadonlyMap<string, string> = new Map();
  const doubled = after(document, (draft) => {
    ids = duplicate(draft, ["in"], { languages });
  });
  const id = ids.get("in") ?? "";

  expect(doubled.nodes?.find((node) => node.id === id)?.parent).toBe("box");
  expect(placeOf(doubled, id)).toEqual([352, 32]);
});

test("texts that are pasted are told apart", () => {
  const foreign = {
    nodes: [{ name: "Start", type: "n8n-nodes-base.start", parameters: {} }],
    connections: {},
  };

  expect(readPasted(JSON.stringify(foreign))?.kind).toBe("foreign");
  expect(readPasted(JSON.stringify([foreign]))?.kind).toBe("foreign");
  expect(readPasted(" https://example.com/flow.json \n")).toEqual({
    kind: "address",
    url: "https://example.com/flow.json",
  });
  expect(readPasted("Hello")).toBeUndefined();
  expect(readPasted("{ broken")).toBeUndefined();
  expect(readPasted('{"a": 1}')).toBeUndefined();
});

test("a workflow whose nodes are no nodes is not pasted", () => {
  const bad = { format: "penstock/1", name: "x", nodes: [{ id: 1 }] };

  expect(readPasted(JSON.stringify(bad))).toBeUndefined();
});

test("a group that is cut takes its nodes along, and those of containers what they hold", () => {
  let id = "";
  const document = after(flow("a box in c", "a>box box>c"), (draft) => {
    setParent(draft, ["in"], "box");
    id = group(draft, ["box"], { title: "G" }) ?? "";
  });
  const left = after(document, (draft) => cutOut(draft, [id]));

  expect(documentIn(copyText(document, [id])).nodes).toHaveLength(2);
  expect(left.nodes?.map((node) => node.id)).toEqual(["a", "c"]);
  expect(left.groups ?? []).toEqual([]);
  expect(edgesText(left)).toBe("");
});

test("a container that holds something is doubled in the container that it is in", () => {
  const document = after(flow("outer box in"), (draft) => {
    setParent(draft, ["box"], "outer");
    setParent(draft, ["in"], "box");
  });
  let ids: ReadonlyMap<string, string> = new Map();
  const doubled = after(document, (draft) => {
    ids = duplicate(draft, ["box"], { languages });
  });
  const parentOf = (id: string) => doubled.nodes?.find((node) => node.id === ids.get(id))?.parent;

  expect(parentOf("box")).toBe("outer");
  expect(parentOf("in")).toBe(ids.get("box"));
});
