import { expect, test } from "vitest";
import type { Document } from "./document";
import { addNode, moveBy, removeNodes } from "./edit/nodes";
import { flow } from "./edit/testing";
import { begin, edit, type History, MOST_STEPS, redo, undo } from "./history";

const document: Document = flow("a b", "a>b");
const move = (history: History, now: number, merge?: string) =>
  edit(history, (draft) => moveBy(draft, ["a"], [16, 0]), {
    label: "Move",
    now,
    ...(merge ? { merge } : {}),
  });
const x = (history: History) => history.document.layout?.a?.[0];

test("an edit is undone and redone as it was", () => {
  const moved = move(begin(document), 0);
  const back = undo(moved);

  expect(back.document).toEqual(document);
  expect(redo(back).document).toEqual(moved.document);
});

test("what an edit gives back is no document", () => {
  const added = edit(
    begin(document),
    (draft) => addNode(draft, { type: "acme/kit.step", name: "C", at: [0, 0] }),
    { label: "Add", now: 0 },
  );

  expect(added.document.nodes).toHaveLength(3);
});

test("an edit that changes nothing leaves no step", () => {
  const history = begin(document);

  expect(edit(history, (draft) => moveBy(draft, ["a"], [0, 0]), { label: "", now: 0 })).toBe(
    history,
  );
});

test("edits of one kind within a second are one step, others are not", () => {
  const one = move(move(move(begin(document), 0, "move a"), 500, "move a"), 1_200, "move a");
  const two = move(move(begin(document), 0, "move a"), 2_000, "move a");

  expect(one.done).toHaveLength(1);
  expect(x(undo(one))).toBe(0);
  expect(x(redo(undo(one)))).toBe(48);
  expect(two.done).toHaveLength(2);
});

test("a new edit ends what could be redone", () => {
  const back = undo(move(begin(document), 0));

  expect(move(back, 5_000).undone).toEqual([]);
});

test("only so many steps are kept", () => {
  let history = begin(document);
  for (let step = 0; step < MOST_STEPS + 10; step += 1) {
    history = move(history, step * 2_000);
  }

  expect(history.done).toHaveLength(MOST_STEPS);
});

const about = (id: string, node: string) => ({ id, text: "Why?", node });
const commented = { ...document, comments: [about("c1", "a"), about("c2", "b")] };
const take = (history: History, now: number, ids: readonly string[] = ["b"]) =>
  edit(history, (draft) => removeNodes(draft, ids), { label: "Remove", now, merge: "remove" });
/** What somebody says on the server meanwhile, which is no step. */
const say = (history: History, id: string): History => ({
  ...history,
  document: {
    ...history.document,
    comments: [...(history.document.comments ?? []), about(id, "a")],
  },
});
const said = (history: History) => history.document.comments?.map((one) => one.id);

test("undo keeps the comments that were made meanwhile, and brings back those that went", () => {
  const later = say(take(begin(commented), 0), "c3");

  expect(said(later)).toEqual(["c1", "c3"]);
  expect(said(undo(later))?.sort()).toEqual(["c1", "c2", "c3"]);
  expect(undo(later).document.nodes).toHaveLength(2);
  expect(said(redo(say(undo(later), "c4")))).toEqual(["c1", "c3", "c4"]);
});

test("undo brings no comment back twice, and none where there were none", () => {
  const all = take(take(begin(commented), 0), 500, ["a"]);

  expect(all.document.comments ?? []).toEqual([]);
  expect(said(undo(all))?.sort()).toEqual(["c1", "c2"]);
  expect(undo(move(begin(document), 0)).document).not.toHaveProperty("comments");
});
