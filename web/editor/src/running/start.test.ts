// @vitest-environment happy-dom

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ask } from "~/canvas/chat/talking";
import { DOCUMENT, openStore } from "~/editing/testing";
import { useAsking } from "./asking";
import { editorRun } from "./scope";
import { run, showNone } from "./start";

const NEVER = new Promise<Response>(() => {});
let answer: (execution: string) => void = () => {};

beforeEach(() => {
  const begun = new Promise<Response>((done) => {
    answer = (execution) => done(Response.json({ execution, output: null, error: null }));
  });
  vi.stubGlobal("WebSocket", class {});
  vi.stubGlobal("fetch", (_: unknown, init: RequestInit) =>
    init.method === "POST" ? begun : NEVER,
  );
  openStore();
});
afterEach(() => {
  showNone();
  useAsking.setState({ begun: "" });
  vi.unstubAllGlobals();
});

const BEGIN = [
  ["a run", () => run({ start: "a" })],
  ["what a chat began", () => ask("a", "Hello", "1")],
] as const;

it.each(BEGIN)("%s is shown in its workflow", async (_, begin) => {
  const done = begin();
  answer("ex_1");
  await done;
  expect(editorRun.getState().execution).toBe("ex_1");
});

it.each(BEGIN)("%s is not shown in a workflow that was opened meanwhile", async (_, begin) => {
  const done = begin();
  openStore(DOCUMENT, "wf_2");
  answer("ex_1");
  await done;
  expect(editorRun.getState().execution).toBe("");
  expect(useAsking.getState()).toMatchObject({ starting: false, begun: "" });
});

it.each(BEGIN)("%s is not shown once the editor was left", async (_, begin) => {
  const done = begin();
  showNone();
  answer("ex_1");
  await done;
  expect(editorRun.getState().execution).toBe("");
});
