import { Changed, NotValid, type Problem, Unreachable } from "@penstock/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Autosave, SAVED_AFTER_MS } from "./autosave";
import {
  changesInConflict,
  keepMineAsCopy,
  overwrite,
  restoreUnsaved,
  takeTheirs,
} from "./conflict";
import { useEditing } from "./store";
import { about, DOCUMENT, desk, openStore, type Played, rename } from "./testing";
import { keptOf } from "./unsaved";

const addCopy = vi.hoisted(() => vi.fn());
vi.mock("./server", () => ({ addCopy }));

const PROBLEM: Problem = {
  status: 412,
  code: "workflow.changed",
  title: "",
  detail: "",
  hint: "",
  field: "",
  findings: [],
  requestId: "",
};
const changed = new Changed(PROBLEM);
const state = useEditing.getState;
let played: Played;
let autosave: Autosave;

beforeEach(() => {
  vi.useFakeTimers();
  const shelf = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => shelf.get(key) ?? null,
    setItem: (key: string, value: string) => shelf.set(key, value),
    removeItem: (key: string) => shelf.delete(key),
  });
  openStore();
  played = desk();
  autosave = new Autosave(played);
});

afterEach(() => {
  void autosave.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const answer = async (index: number, revision: number) => {
  played.sent[index]?.answer({ etag: String(revision), about: about(revision) });
  await pass(0);
};

test("a draft is saved once, a moment after the last of several changes", async () => {
  rename("One");
  await pass(SAVED_AFTER_MS - 100);
  rename("Two");
  await pass(SAVED_AFTER_MS - 100);
  expect(played.sent).toHaveLength(0);
  await pass(200);

  expect(played.sent.map(({ document, etag }) => [document.name, etag])).toEqual([["Two", "1"]]);
  expect(state().saving).toBe("saving");
  await answer(0, 2);
  expect(state()).toMatchObject({ saving: "saved", etag: "2", failure: null });
});

test("nothing is sent where nothing was changed", async () => {
  state().select(["a"]);
  await autosave.saveNow();
  await pass(5_000);

  expect(played.sent).toHaveLength(0);
});

test("what is changed while a call is on its way is saved after it, to the new revision", async () => {
  rename("One");
  void autosave.saveNow();
  rename("Two");
  void autosave.saveNow();
  await pass(5_000);
  expect(played.sent).toHaveLength(1);

  await answer(0, 2);
  await pass(SAVED_AFTER_MS);
  expect(played.sent.map(({ document, etag }) => [document.name, etag])).toEqual([
    ["One", "1"],
    ["Two", "2"],
  ]);
  await answer(1, 3);
  expect(state().saving).toBe("saved");
});

test("without a connection the text is kept here and sent again, longer each time", async () => {
  rename("One");
  await pass(SAVED_AFTER_MS);
  played.sent[0]?.refuse(new Unreachable("no"));
  await pass(0);
  expect(state().saving).toBe("failed");
  expect(keptOf("wf_1", played.shelf)?.document.name).toBe("One");

  await pass(2_000);
  played.sent[1]?.refuse(new Unreachable("no"));
  await pass(2_000);
  expect(played.sent).toHaveLength(2);
  await pass(2_000);
  expect(played.sent).toHaveLength(3);
  await answer(2, 2);
  expect(state().saving).toBe("saved");
  expect(played.shelf.all.size).toBe(0);
});

test("when the network is back it is sent at once", async () => {
  rename("One");
  await pass(SAVED_AFTER_MS);
  played.sent[0]?.refuse(new Unreachable("no"));
  await pass(0);
  autosave.wake();
  await pass(0);

  expect(played.sent).toHaveLength(2);
});

test("what the server refuses is not sent again before the next change", async () => {
  rename("One");
  await pass(SAVED_AFTER_MS);
  played.sent[0]?.refuse(new NotValid({ ...PROBLEM, status: 422 }));
  await pass(60_000);
  expect(played.sent).toHaveLength(1);
  expect(state().failure).toBeInstanceOf(NotValid);

  rename("Two");
  await pass(SAVED_AFTER_MS);
  expect(played.sent).toHaveLength(2);
});

test("where somebody else was faster nothing is overwritten, and both changes are told", async () => {
  const theirs = { ...DOCUMENT, description: "Theirs" };
  rename("Mine");
  await pass(SAVED_AFTER_MS);
  played.now_ = { document: theirs, etag: "7", about: about(7) };
  played.sent[0]?.refuse(changed);
  await pass(10_000);

  expect(played.sent).toHaveLength(1);
  expect(state()).toMatchObject({ saving: "conflict", etag: "1" });
  expect(keptOf("wf_1", played.shelf)?.document.name).toBe("Mine");
  expect(changesInConflict(state())?.theirs.map((one) => one.id)).toEqual(["description"]);
  expect(changesInConflict(state())?.mine.map((one) => one.id)).toEqual(["name"]);
});

async function conflict(): Promise<void> {
  rename("Mine");
  await pass(SAVED_AFTER_MS);
  const theirs = { ...DOCUMENT, description: "Theirs" };
  played.now_ = { document: theirs, etag: "7", about: about(7) };
  played.sent[0]?.refuse(changed);
  await pass(0);
}

test("what the other one saved is taken, and mine comes back by undoing that", async () => {
  await conflict();
  takeTheirs("Take theirs");
  expect(state()).toMatchObject({ saving: "saved", etag: "7", conflict: null });
  expect(state().history.document).toEqual({ ...DOCUMENT, description: "Theirs" });
  await pass(5_000);
  expect(played.sent).toHaveLength(1);

  state().undo();
  expect(state().history.document.name).toBe("Mine");
  await pass(SAVED_AFTER_MS);
  expect(played.sent[1]?.etag).toBe("7");
});

test("what was said meanwhile stays when mine comes back", async () => {
  rename("Mine");
  await pass(SAVED_AFTER_MS);
  const comments = [{ id: "cm_1", text: "Why?", node: "a" }];
  const theirs = { ...DOCUMENT, description: "Theirs", comments };
  played.now_ = { document: theirs, etag: "7", about: about(7) };
  played.sent[0]?.refuse(changed);
  await pass(0);
  takeTheirs("Take theirs");
  state().undo();

  expect(state().history.document).toMatchObject({ name: "Mine", comments });
});

test("mine is saved over theirs only where that is chosen", async () => {
  await conflict();
  overwrite();
  void autosave.saveNow();
  await pass(0);

  expect(played.sent[1]).toMatchObject({ etag: "7", document: { name: "Mine" } });
  await answer(1, 8);
  expect(state()).toMatchObject({ saving: "saved", etag: "8", conflict: null });
});

test("mine is kept as a copy before theirs is taken, and stays where that fails", async () => {
  await conflict();
  addCopy.mockRejectedValueOnce(new Unreachable("no"));
  await expect(keepMineAsCopy("Copy", "Take theirs")).rejects.toBeInstanceOf(Unreachable);
  expect(state().saving).toBe("conflict");

  addCopy.mockResolvedValueOnce({ id: "wf_2" });
  expect(await keepMineAsCopy("Copy", "Take theirs")).toBe("wf_2");
  expect(addCopy.mock.lastCall?.[0]).toMatchObject({ name: "Mine" });
  expect(state().history.document.description).toBe("Theirs");
});

test("changes made during a conflict are kept and not sent", async () => {
  await conflict();
  rename("More");
  await pass(5_000);

  expect(state().saving).toBe("conflict");
  expect(played.sent).toHaveLength(1);
  expect(keptOf("wf_1", played.shelf)?.document.name).toBe("More");
});

test("our own call whose answer was lost is no conflict", async () => {
  rename("Mine");
  await pass(SAVED_AFTER_MS);
  played.now_ = { document: { ...DOCUMENT, name: "Mine" }, etag: "2", about: about(2) };
  played.sent[0]?.refuse(changed);
  await pass(0);

  expect(state()).toMatchObject({ saving: "saved", etag: "2" });
});

test("what somebody only said in comments is taken in, and mine is saved", async () => {
  const comments = [{ id: "cm_1", text: "Why?", node: "a" }];
  rename("Mine");
  await pass(SAVED_AFTER_MS);
  played.now_ = { document: { ...DOCUMENT, comments }, etag: "2", about: about(2) };
  played.sent[0]?.refuse(changed);
  await pass(10);

  expect(played.sent[1]?.etag).toBe("2");
  expect(played.sent[1]?.document).toMatchObject({ name: "Mine", comments });
  await answer(1, 3);
  expect(state().saving).toBe("saved");
});

test("what is left when the workflow is closed is sent, though another one is open by then", async () => {
  rename("One");
  void autosave.saveNow();
  await pass(0);
  rename("Two");
  const stopped = autosave.stop();
  openStore(DOCUMENT, "wf_2");
  await answer(0, 2);

  expect(played.sent.map(({ document, etag }) => [document.name, etag])).toEqual([
    ["One", "1"],
    ["Two", "2"],
  ]);
  await answer(1, 3);
  await stopped;
  expect(state()).toMatchObject({ workflow: "wf_2", etag: "1", saving: "saved" });
  expect(played.shelf.all.size).toBe(0);
});

test("what was not saved the last time comes back as an edit that can be undone", () => {
  const document = { ...DOCUMENT, name: "Unsaved" };
  useEditing.setState({ unsaved: { document, at: 0, isOlder: false } });
  restoreUnsaved("Restore");

  expect(state()).toMatchObject({ saving: "dirty", unsaved: null });
  expect(state().history.document).toEqual(document);
  state().undo();
  expect(state().history.document).toEqual(DOCUMENT);
});
