// @vitest-environment happy-dom

import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { cache, ME } from "~/api/queries";
import { show, speaking } from "~/testing/shown";
import { Templates } from "./Templates";

const went = vi.hoisted(() => vi.fn());
vi.mock("@tanstack/react-router", async (real) => ({
  ...(await real<object>()),
  useNavigate: () => went,
  useSearch: () => ({ template: "tp_2" }),
}));
speaking();
afterEach(() => vi.unstubAllGlobals());

it("opens the template that the address names, and forgets it when it is closed", async () => {
  cache.setQueryData(ME, { grants: [], shared: {} });
  const items = ["tp_1", "tp_2"].map((id) => ({ id, name: id, description: "", author: "" }));
  vi.stubGlobal("fetch", async () => Response.json({ items, next_cursor: null, document: {} }));
  const { user } = show(<Templates />);
  expect(await screen.findByRole("dialog", { name: "tp_2" })).toBeTruthy();
  await user.keyboard("{Escape}");
  expect(went.mock.lastCall?.[0]).toMatchObject({ to: "/templates", search: {} });
});
