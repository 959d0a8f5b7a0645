// @vitest-environment happy-dom

import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { cache, ME } from "~/api/queries";
import { filterOf } from "~/pages/credentials/search";
import { show, speaking } from "~/testing/shown";
import { useCredentialEntries } from "./useCredentialEntries";

const went = vi.hoisted(() => vi.fn());
vi.mock("@tanstack/react-router", () => ({ useNavigate: () => went }));
speaking();
afterEach(() => vi.unstubAllGlobals());

function Found() {
  return useCredentialEntries("mail").map(({ id, title, act }) => (
    <button key={id} type="button" onClick={() => act()}>
      {title}
    </button>
  ));
}

it("opens the credential that was chosen", async () => {
  cache.setQueryData(ME, { grants: ["credential:read"], shared: {} });
  const items = [{ credential: { id: "cr_1", name: "Mail", type: "smtp" } }];
  vi.stubGlobal("fetch", async () => Response.json({ items, next_cursor: null }));
  const { user } = show(<Found />);
  await user.click(await screen.findByRole("button", { name: "Mail" }));
  expect(filterOf(went.mock.lastCall?.[0].search).open).toBe("cr_1");
});
