// @vitest-environment happy-dom

import { afterEach, expect, it, vi } from "vitest";
import { DOCUMENT, openStore } from "~/editing/testing";
import { show, speaking } from "~/testing/shown";
import { usePasting } from "./pasting";
import { usePaste } from "./usePaste";

speaking("canvas");
afterEach(() => {
  usePasting.setState({ preview: null, reading: false });
  vi.unstubAllGlobals();
});

/** Paste what another product made; the way to answer what would become of it. */
async function begin(): Promise<() => void> {
  let answer = () => {};
  const given = new Promise<Response>((done) => {
    answer = () => done(Response.json({ importer: "n8n", workflows: [], nodes: 0, mapped: 0 }));
  });
  vi.stubGlobal("fetch", () => given);
  openStore();
  const text = JSON.stringify({ nodes: [{ type: "x", name: "X" }], connections: {} });
  function Pasting() {
    const { take } = usePaste(() => {});
    return (
      <button type="button" onClick={() => void take(text, { at: [0, 0] })}>
        paste
      </button>
    );
  }
  const { user, getByText } = show(<Pasting />);
  await user.click(getByText("paste"));
  expect(usePasting.getState().reading).toBe(true);
  return answer;
}

const isRead = () => !usePasting.getState().reading;

it("shows what would become of a workflow of another product", async () => {
  (await begin())();
  await expect.poll(isRead).toBe(true);
  expect(usePasting.getState().preview?.importer).toBe("n8n");
});

it("shows nothing of it in a workflow that was opened meanwhile", async () => {
  const answer = await begin();
  openStore(DOCUMENT, "wf_2");
  answer();
  await expect.poll(isRead).toBe(true);
  expect(usePasting.getState().preview).toBeNull();
});
