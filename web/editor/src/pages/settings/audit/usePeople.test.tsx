// @vitest-environment happy-dom

import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { cache, ME } from "~/api/queries";
import { show, speaking } from "~/testing/shown";
import { usePeople } from "./usePeople";

speaking();
afterEach(() => vi.unstubAllGlobals());

function People() {
  return usePeople().people.map(({ id, name }) => <p key={id}>{name}</p>);
}

it.each([
  [["member:read", "organization:read"], ["false"]],
  [
    ["member:read", "organization:admin"],
    ["false", "true"],
  ],
])("with %j asks for what is not refused", async (grants, wanted) => {
  cache.setQueryData(ME, { grants, shared: {} });
  const asked: (string | null)[] = [];
  vi.stubGlobal("fetch", async (url: unknown) => {
    asked.push(new URL(String(url)).searchParams.get("organization"));
    const items = [{ user: "us_1", name: "Ada", email: "" }];
    return Response.json({ items, next_cursor: null });
  });
  show(<People />);
  await screen.findByText("Ada");
  expect(asked).toEqual(wanted);
});
