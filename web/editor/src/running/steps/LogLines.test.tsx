// @vitest-environment happy-dom

import { act, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { DOCUMENT } from "~/editing/testing";
import { show, speaking } from "~/testing/shown";
import { editorRun } from "../scope";
import { LogLines } from "./LogLines";

speaking("showing");
afterEach(() => {
  editorRun.begin("");
  vi.unstubAllGlobals();
});

const LINE = {
  ...{ node_id: "a", run_index: 0, seq: 1 },
  line: { at_ms: 1, level: "info", message: "Hello", data: null },
};

it("shows what was written down with the end of a run", async () => {
  let items: readonly unknown[] = [];
  vi.stubGlobal("fetch", async () => Response.json({ items, next_cursor: null }));
  editorRun.begin("ex_1");
  show(<LogLines document={DOCUMENT} />);
  await screen.findByText("No step wrote anything");
  items = [LINE];
  act(() => editorRun.setState({ status: "success" }));
  act(() => editorRun.setState({ complete: true }));
  expect(await screen.findByRole("log")).toBeTruthy();
});
