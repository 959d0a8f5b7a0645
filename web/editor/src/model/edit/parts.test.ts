import { expect, test } from "vitest";
import { isPinned, pin, renameSet, setNames, unpin } from "./fixtures";
import { changeGroup, collapseAll, group, groupOf, joinGroup, ungroup } from "./groups";
import { addNote, changeNote, removeNote, resizeNote } from "./notes";
import { after, flow } from "./testing";

test("a note is added with a size, changed, and removed without a trace", () => {
  let id = "";
  let document = after(flow(""), (draft) => {
    id = addNote(draft, { at: [16, 32], text: "Hello" });
  });
  document = after(document, (draft) => {
    resizeNote(draft, id, { width: 300.4, height: 99.6 }, [0, 0]);
    changeNote(draft, id, { color: "blue" });
  });

  expect(document.notes).toEqual([{ id, text: "Hello", width: 300, height: 100, color: "blue" }]);
  expect(document.layout).toEqual({ [id]: [0, 0] });
  expect(after(document, (draft) => removeNote(draft, id)).notes).toBeUndefined();
});

test("a node is in one group at most, and a group that has lost all its nodes goes", () => {
  const one = after(flow("a b c"), (draft) => group(draft, ["a", "b"], { id: "g" }));
  const two = after(one, (draft) => group(draft, ["b", "c"], { id: "h", title: "H" }));
  const last = after(two, (draft) => joinGroup(draft, ["a", "no node"], "h"));

  expect(two.groups).toEqual([
    { id: "g", nodes: ["a"] },
    { id: "h", nodes: ["b", "c"], title: "H" },
  ]);
  expect(last.groups).toEqual([{ id: "h", nodes: ["b", "c", "a"], title: "H" }]);
  expect(groupOf(last, "a")?.id).toBe("h");
});

test("groups are taken away and their nodes stay, and a node is taken out of its group", () => {
  const one = after(flow("a b"), (draft) => group(draft, ["a", "b"], { id: "g" }));
  const gone = after(one, (draft) => ungroup(draft, ["g"]));
  const left = after(one, (draft) => ungroup(draft, ["a"]));

  expect(gone.groups).toBeUndefined();
  expect(gone.nodes).toHaveLength(2);
  expect(left.groups).toEqual([{ id: "g", nodes: ["b"] }]);
  expect(after(left, (draft) => ungroup(draft, ["b"])).groups).toBeUndefined();
});

test("groups are collapsed together and opened one by one", () => {
  const one = after(flow("a b"), (draft) => group(draft, ["a"], { id: "g" }));
  const collapsed = after(one, (draft) => collapseAll(draft, true));

  expect(collapsed.groups?.map((one) => one.collapsed)).toEqual([true]);
  expect(after(collapsed, (draft) => changeGroup(draft, "g", { collapsed: false }))).toEqual(one);
});

test("items are pinned as the default set or under a name, and unpinned one by one or all", () => {
  const items = [{ json: { a: 1 } }];
  let document = after(flow("a"), (draft) => {
    pin(draft, "a", items);
    pin(draft, "a", [], "empty");
  });
  expect(isPinned(document, "a")).toBe(true);
  expect(setNames(document)).toEqual(["default", "empty"]);

  document = after(document, (draft) => {
    renameSet(draft, "a", "empty", "nothing");
    expect(renameSet(draft, "a", "nothing", "default")).toBe(false);
    unpin(draft, "a", "default");
  });
  expect(document.fixtures).toEqual({ a: { nothing: [] } });
  expect(after(document, (draft) => unpin(draft, "a")).fixtures).toEqual({});
});

test("pinned items are the document's own", () => {
  const items = [{ json: { a: 1 } }];
  const document = after(flow("a"), (draft) => pin(draft, "a", items));

  items.push({ json: { a: 2 } });

  expect(document.fixtures?.a?.default).toHaveLength(1);
});
