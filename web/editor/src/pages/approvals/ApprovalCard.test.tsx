// @vitest-environment happy-dom

import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { cache, ME } from "~/api/queries";
import { show, speaking } from "~/testing/shown";
import { ApprovalCard } from "./ApprovalCard";
import type { Asked } from "./useApprovals";

vi.mock("@tanstack/react-router", () => ({ Link: () => null }));
speaking("approvals");
afterEach(() => vi.unstubAllGlobals());

const ASKED = {
  execution_id: "ex_1",
  node_id: "n",
  run_index: 0,
  workflow_id: "wf_1",
  workflow_name: "Flow",
  since_ms: 0,
  until_ms: 0,
  asks: {},
} as unknown as Asked;

it.each([
  ["wf_1", true],
  ["wf_2", false],
])("is decided by whom %s is shared with: %s", (workflow, may) => {
  vi.stubGlobal("fetch", async () => Response.json({ items: [], total: 0 }));
  cache.setQueryData(ME, { grants: [], shared: { [workflow]: ["execution:run"] } });
  show(<ApprovalCard asked={ASKED} />);
  expect(screen.queryByRole("button", { name: "Approve" }) !== null).toBe(may);
});
