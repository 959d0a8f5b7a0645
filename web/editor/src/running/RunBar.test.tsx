// @vitest-environment happy-dom

import { act, cleanup } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { cache, ME } from "~/api/queries";
import { openStore } from "~/editing/testing";
import { canDo, carryOut } from "~/keys/keys";
import { show, speaking } from "~/testing/shown";
import { useAsking } from "./asking";
import { RunBar } from "./RunBar";
import { editorRun } from "./scope";

speaking("canvas");
beforeEach(() => {
  vi.stubGlobal("WebSocket", class {});
  cache.setQueryData(ME, { grants: ["workflow:run"], shared: {} });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  useAsking.setState({ starting: false });
  editorRun.begin("");
});

it("runs nothing by key while a run begins or goes on", async () => {
  const asked: string[] = [];
  vi.stubGlobal("fetch", (url: unknown, init: RequestInit) => {
    if (init.method === "POST") {
      asked.push(new URL(String(url)).pathname);
      return new Promise(() => {});
    }
    return Promise.resolve(Response.json({ items: [], next_cursor: null }));
  });
  openStore();
  show(<RunBar />);
  act(() => carryOut("run.all"));
  act(() => carryOut("run.all"));
  expect(asked).toHaveLength(1);
  act(() => {
    useAsking.setState({ starting: false });
    editorRun.setState({ status: "running" });
  });
  expect(canDo("run.all")).toBe(false);
  act(() => editorRun.setState({ status: "success" }));
  expect(canDo("run.all")).toBe(true);
});
