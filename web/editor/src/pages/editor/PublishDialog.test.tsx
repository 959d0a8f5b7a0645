// @vitest-environment happy-dom

import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { type Saving, useEditing } from "~/editing/store";
import { about, openStore } from "~/editing/testing";
import { show, speaking } from "~/testing/shown";
import { PublishDialog } from "./PublishDialog";

speaking("canvas");
afterEach(() => vi.unstubAllGlobals());

/** Publish a text that is saved like that; what was asked of the server, and how often it closed. */
async function publish(saving: Saving) {
  const sent: string[] = [];
  vi.stubGlobal("fetch", async (url: unknown, init: RequestInit) => {
    sent.push(`${init.method} ${new URL(String(url)).pathname}`);
    return Response.json({ number: 1, workflow: about(1) });
  });
  openStore();
  useEditing.setState({ saving, failure: new Error("Too many days.") });
  const close = vi.fn();
  const { user } = show(<PublishDialog onClose={close} />);
  await user.click(screen.getByRole("button", { name: "Publish" }));
  return { sent, close };
}

it("publishes the text that the server has where it is the one on the screen", async () => {
  const { sent, close } = await publish("saved");
  expect(sent[0]).toMatch(/^POST .*wf_1/);
  expect(close).toHaveBeenCalledOnce();
});

it.each([
  ["conflict", "Somebody else saved first"],
  ["failed", "Too many days."],
  ["dirty", "again in a moment"],
] as const)("publishes nothing while saving is %s, and says why", async (saving, why) => {
  const { sent, close } = await publish(saving);
  expect(sent).toEqual([]);
  expect(close).not.toHaveBeenCalled();
  expect(screen.getByRole("alert").textContent).toContain(why);
});
