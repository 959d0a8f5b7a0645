// @vitest-environment happy-dom

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { callIn } from "~/api/client";
import { workflowToShow } from "./firstWorkflow";

const recent = (id: string, workspace: string) => ({ id, name: id, workspace });

beforeEach(() => callIn("ws_1"));
afterEach(() => vi.unstubAllGlobals());

/** A server that has these workflows, and makes `wf_new`. */
function serve(...there: readonly string[]) {
  vi.stubGlobal("fetch", async (url: unknown, init: RequestInit) => {
    const id = String(url).split("/").at(-1) ?? "";
    const isThere = init.method === "POST" || there.includes(id);
    const problem = { code: "workflow.missing", title: "Missing" };
    return isThere ? Response.json({ id: "wf_new" }) : Response.json(problem, { status: 404 });
  });
}

it("is the one of this workspace that was open last", async () => {
  serve("wf_1", "wf_2", "wf_3");
  const all = [recent("wf_1", "ws_2"), recent("wf_2", "ws_1"), recent("wf_3", "ws_1")];
  expect(await workflowToShow(all, "First")).toBe("wf_2");
});

it("is made where there is none in this workspace", async () => {
  serve("wf_1");
  expect(await workflowToShow([recent("wf_1", "ws_2")], "First")).toBe("wf_new");
});

it("is made where the last one is gone", async () => {
  serve();
  expect(await workflowToShow([recent("wf_1", "ws_1")], "First")).toBe("wf_new");
});
