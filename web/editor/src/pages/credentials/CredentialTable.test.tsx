// @vitest-environment happy-dom

import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import type { models } from "~/api/client";
import { cache, ME } from "~/api/queries";
import { show, speaking } from "~/testing/shown";
import { CredentialTable } from "./CredentialTable";

speaking("credentials");

const credential = (id: string) =>
  ({
    credential: { id, name: id, type: "a", hosts: [], public: {}, used_ms: null },
  }) as unknown as models.CredentialShown;

it("offers for each credential what one may do with it, shared ones among them", async () => {
  cache.setQueryData(ME, { grants: [], shared: { cr_1: ["credential:use"] } });
  const { user } = show(
    <CredentialTable
      found={[credential("cr_1"), credential("cr_2")]}
      types={[]}
      onOpen={() => undefined}
    />,
  );
  const test = () => screen.queryByRole("menuitem", { name: "Test" });
  await user.click(screen.getByRole("button", { name: /cr_1/, expanded: false }));
  expect(test()).not.toBe(null);
  await user.keyboard("{Escape}");
  await user.click(screen.getByRole("button", { name: /cr_2/, expanded: false }));
  expect(test()).toBe(null);
});
