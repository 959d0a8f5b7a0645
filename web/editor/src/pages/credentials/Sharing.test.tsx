// @vitest-environment happy-dom

import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { cache, ME } from "~/api/queries";
import { show, speaking } from "~/testing/shown";
import { Sharing } from "./Sharing";

speaking("credentials");
afterEach(() => vi.unstubAllGlobals());

const ADA = { user: "us_1", name: "Ada", email: "ada@example.com" };
const BEN = { user: "us_2", name: "Ben", email: "ben@example.com" };

/** A server that shows the organization as a whole to nobody but its admins. */
function serve(grants: readonly string[]) {
  cache.setQueryData(ME, { grants, shared: {} });
  vi.stubGlobal("fetch", async (input: unknown) => {
    const url = new URL(String(input));
    const isAll = url.searchParams.get("organization") === "true";
    if (isAll && !grants.includes("organization:admin")) {
      return Response.json({ code: "access.denied", title: "Refused" }, { status: 403 });
    }
    const members = isAll ? [BEN] : [ADA];
    return Response.json({
      items: url.pathname.endsWith("/members") ? members : [],
      next_cursor: null,
    });
  });
}

const names = () => screen.getAllByRole("option").map((one) => one.textContent);

it("is for everybody who may see the people of the workspace", async () => {
  serve(["credential:write", "member:read", "organization:read"]);
  show(<Sharing kind="credential" id="cr_1" />);
  await screen.findByRole("button", { name: "Share" });
  expect(names()).toContain("Ada · ada@example.com");
});

it("offers the people of the organization to its admins", async () => {
  serve(["credential:write", "member:read", "organization:read", "organization:admin"]);
  show(<Sharing kind="credential" id="cr_1" />);
  await screen.findByRole("button", { name: "Share" });
  expect(names()).toContain("Ben · ben@example.com");
});
