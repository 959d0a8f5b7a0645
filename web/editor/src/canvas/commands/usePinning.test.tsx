// @vitest-environment happy-dom

import { act } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { useEditing } from "~/editing/store";
import { DOCUMENT, openStore } from "~/editing/testing";
import { carryOut } from "~/keys/keys";
import { isPinned } from "~/model/edit/fixtures";
import { editorRun } from "~/running/scope";
import { show, speaking } from "~/testing/shown";
import { usePinning } from "./usePinning";

speaking("canvas");
afterEach(() => {
  editorRun.begin("");
  vi.unstubAllGlobals();
});

function Pinning() {
  usePinning(true);
  return null;
}

/** Ask for the items of a node; the way to answer. */
function begin(): () => void {
  let answer = () => {};
  const items = { items: [{ json: { n: 1 } }], total: 1 };
  const given = new Promise<Response>((done) => {
    answer = () => done(Response.json(items));
  });
  vi.stubGlobal("fetch", () => given);
  openStore();
  show(<Pinning />);
  act(() => useEditing.getState().select(["a"]));
  editorRun.begin("ex_1");
  editorRun.follow([{ kind: "step.finished", execution: "ex_1", node_id: "a", status: "ok" }]);
  act(() => carryOut("pin"));
  return answer;
}

const pinned = () => isPinned(useEditing.getState().history.document, "a");

it("pins what a node gave last", async () => {
  begin()();
  await expect.poll(pinned).toBe(true);
});

it("pins nothing in a workflow that was opened meanwhile", async () => {
  const answer = begin();
  openStore(DOCUMENT, "wf_2");
  answer();
  await new Promise((done) => setTimeout(done, 30));
  expect(pinned()).toBe(false);
});
