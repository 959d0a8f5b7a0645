// @vitest-environment happy-dom

import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { show, speaking } from "~/testing/shown";
import { ImportDialog } from "./ImportDialog";

vi.mock("@tanstack/react-router", async (real) => ({
  ...(await real<object>()),
  useNavigate: () => () => undefined,
}));
speaking();
afterEach(() => vi.unstubAllGlobals());

it("still has the text that was pasted when the server refuses it", async () => {
  const problem = { code: "document.not_json", title: "No workflow" };
  vi.stubGlobal("fetch", async () => Response.json(problem, { status: 422 }));
  const { user } = show(<ImportDialog folder="" onClose={() => undefined} />);
  await user.click(screen.getByRole("textbox"));
  await user.paste("not quite");
  await user.click(screen.getByRole("button", { name: "Preview" }));
  expect((await screen.findByRole("alert")).textContent).toContain("No workflow");
  expect(screen.getByRole<HTMLTextAreaElement>("textbox").value).toBe("not quite");
});
