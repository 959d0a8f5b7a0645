import { beforeEach, expect, test, vi } from "vitest";
import type { Document } from "~/model/document";
import { moveBy } from "~/model/edit/nodes";
import type { after } from "~/model/edit/testing";
import { catchUp, isNews } from "./follow";
import { useEditing } from "./store";
import { about, DOCUMENT, openStore, rename } from "./testing";
import { ASKED_AFTER_MS, isOnlyDrawn, keepValidated } from "./validation";

const state = useEditing.getState;
const store = {
  state,
  set: useEditing.setState,
  subscribe: (told: () => void) => useEditing.subscribe(told),
};

function reading(document: Document, revision: number) {
  const etag = String(revision);
  const read = { document, etag, about: about(revision), ports: {}, findings: [] };
  const told = vi.fn();
  return { ...store, read: () => Promise.resolve(read), told };
}

beforeEach(() => openStore());

test("our own saving is no news, that of others is", () => {
  const saved = (revision: number) => ({ id: "1", kind: "workflow.saved", detail: { revision } });

  expect(isNews([saved(1)], "1")).toBe(false);
  expect(isNews([saved(2)], "1")).toBe(true);
  expect(isNews([{ id: "2", kind: "missed" }], "1")).toBe(true);
  expect(isNews([{ id: "3", kind: "step.started" }], "1")).toBe(false);
  expect(isNews([{ id: "4", kind: "workflow.published" }], "1")).toBe(true);
});

test("what somebody else saved is shown where nothing was changed here", async () => {
  state().select(["a", "b"]);
  const { nodes } = DOCUMENT;
  const theirs = { ...DOCUMENT, nodes: (nodes ?? []).slice(0, 1), edges: [] };
  const following = reading(theirs, 2);
  await catchUp(following, "us_2");

  expect(state().history.document).toEqual(theirs);
  expect(state()).toMatchObject({ etag: "2", saving: "saved" });
  expect([...state().selected]).toEqual(["a"]);
  expect(following.told).toHaveBeenCalledWith("us_2");
});

test("what was changed here stays, and only what is known about it is taken in", async () => {
  rename("Mine");
  await catchUp(reading({ ...DOCUMENT, description: "Theirs" }, 2));

  expect(state().history.document.name).toBe("Mine");
  expect(state()).toMatchObject({ etag: "1", saving: "dirty" });
  expect(state().about?.revision).toBe(2);
});

test("an older text that comes late is not shown over a newer one", async () => {
  await catchUp(reading({ ...DOCUMENT, name: "Third" }, 3));
  const late = reading({ ...DOCUMENT, name: "Second" }, 2);
  await catchUp(late, "us_2");

  expect(state().history.document.name).toBe("Third");
  expect(state()).toMatchObject({ etag: "3", about: { revision: 3 } });
  expect(late.told).not.toHaveBeenCalled();
});

test("what there is to choose between is what the other one has saved by now", async () => {
  rename("Mine");
  const theirs = { ...DOCUMENT, name: "Second" };
  const conflict = { theirs, etag: "2", about: about(2) };
  useEditing.setState({ saving: "conflict", conflict });
  await catchUp(reading({ ...DOCUMENT, name: "Third" }, 3));

  expect(state().conflict).toMatchObject({ theirs: { name: "Third" }, etag: "3" });
  expect(state()).toMatchObject({ saving: "conflict", etag: "1", about: { revision: 3 } });
  await catchUp(reading(theirs, 2));
  expect(state().conflict).toMatchObject({ theirs: { name: "Third" }, etag: "3" });
  expect(state().history.document.name).toBe("Mine");
});

test("a lock that somebody takes keeps us out, and lets us in again when it ends", async () => {
  const held = { ...reading(DOCUMENT, 1), reason: () => "locked" as const };
  await catchUp(held);
  expect(state()).toMatchObject({ readOnly: true, readOnlyFor: "locked" });

  await catchUp({ ...held, reason: () => "" as const });
  expect(state()).toMatchObject({ readOnly: false, readOnlyFor: "" });
});

test("comments are taken in, and what can be undone stays", async () => {
  rename("Mine");
  useEditing.setState({ saving: "saved", saved: state().history.document });
  const comments = [{ id: "cm_1", text: "Why?", node: "a" }];
  await catchUp(reading({ ...DOCUMENT, name: "Mine", comments }, 2));

  expect(state().history.document.comments).toEqual(comments);
  expect(state().etag).toBe("2");
  state().undo();
  expect(state().history.document).toEqual({ ...DOCUMENT, comments });
});

test("moving asks for no validation, a value does, once for several changes", async () => {
  vi.useFakeTimers();
  const validate = vi.fn(() =>
    Promise.resolve({ findings: [], ports: { a: { inputs: [], outputs: [] } } }),
  );
  const end = keepValidated({ ...store, validate });
  const edit = (recipe: Parameters<typeof after>[1]) => state().edit("", recipe);

  edit((draft) => moveBy(draft, ["a"], [16, 0]));
  await vi.advanceTimersByTimeAsync(ASKED_AFTER_MS);
  expect(validate).not.toHaveBeenCalled();

  for (const version of [2, 3, 4]) {
    edit((draft) => Object.assign(draft.nodes?.[0] ?? {}, { version }));
    await vi.advanceTimersByTimeAsync(ASKED_AFTER_MS / 2);
  }
  await vi.advanceTimersByTimeAsync(ASKED_AFTER_MS);
  expect(validate).toHaveBeenCalledTimes(1);
  expect(Object.keys(state().ports)).toEqual(["a"]);
  end();
  vi.useRealTimers();
});

test("an answer that came too late counts for nothing", async () => {
  vi.useFakeTimers();
  const answers: ((code: string) => void)[] = [];
  const validate = () =>
    new Promise<{ findings: { code: string; message: string }[]; ports: object }>((resolve) => {
      answers.push((code) => resolve({ findings: [{ code, message: "" }], ports: {} }));
    });
  const end = keepValidated({ ...store, validate: validate as never });
  for (const version of [2, 3]) {
    state().edit("", (draft) => Object.assign(draft.nodes?.[0] ?? {}, { version }));
    await vi.advanceTimersByTimeAsync(ASKED_AFTER_MS);
  }
  answers[1]?.("second");
  answers[0]?.("first");
  await vi.advanceTimersByTimeAsync(0);

  expect(state().findings.map((one) => one.code)).toEqual(["second"]);
  end();
  vi.useRealTimers();
});

test("notes, groups, places and names are only drawn", () => {
  expect(isOnlyDrawn(DOCUMENT, { ...DOCUMENT, name: "x", layout: {}, notes: [] })).toBe(true);
  expect(isOnlyDrawn(DOCUMENT, { ...DOCUMENT, settings: { order: "legacy" } })).toBe(false);
});
