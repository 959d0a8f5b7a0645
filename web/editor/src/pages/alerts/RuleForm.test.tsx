// @vitest-environment happy-dom

import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import type { models } from "~/api/client";
import { cache, ME } from "~/api/queries";
import { show, speaking } from "~/testing/shown";
import { RuleForm } from "./RuleForm";

speaking("alerts");
afterEach(() => vi.unstubAllGlobals());

const RULE = {
  id: "al_1",
  revision: 1,
  name: "Slow",
  kind: "queue_age",
  threshold: 60,
  window_s: 900,
  cooldown_s: 3_600,
  least: 5,
  workflow_id: "",
  channel: "email",
  target: "ada@example.com",
  disabled: false,
} as unknown as models.AlertsRule;

it("is saved over what was seen when it was opened, and over nothing newer", async () => {
  cache.setQueryData(ME, { grants: [], shared: {} });
  const seen: (string | null)[] = [];
  vi.stubGlobal("fetch", async (_: unknown, init: RequestInit) => {
    seen.push(new Headers(init.headers).get("if-match"));
    return Response.json({ items: [], next_cursor: null });
  });
  const { user, rerender } = show(<RuleForm rule={RULE} onClose={() => undefined} />);
  rerender(<RuleForm rule={{ ...RULE, revision: 2, threshold: 90 }} onClose={() => undefined} />);
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(seen.filter(Boolean)).toEqual(['"1"']);
});
