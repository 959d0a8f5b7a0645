// @vitest-environment happy-dom

import { screen } from "@testing-library/react";
import { act } from "react";
import { expect, it } from "vitest";
import { show, speaking } from "~/testing/shown";
import { Confirming, confirm } from "./Confirm";

speaking();

const question = { title: "Remove it?", text: "It is gone then.", deed: "Remove", danger: true };

async function asked() {
  const { user } = show(<Confirming />);
  let answer = Promise.resolve(false);
  act(() => {
    answer = confirm(question);
  });
  await screen.findByRole("dialog", { name: "Remove it?" });
  return { user, answer };
}

it("is yes by the button that names the deed", async () => {
  const { user, answer } = await asked();
  await user.click(screen.getByRole("button", { name: "Remove" }));
  expect(await answer).toBe(true);
  expect(screen.queryByRole("dialog")).toBe(null);
});

it.each(["Cancel", "Escape"])("is no by %s", async (way) => {
  const { user, answer } = await asked();
  if (way === "Escape") {
    await user.keyboard("{Escape}");
  } else {
    await user.click(screen.getByRole("button", { name: way }));
  }
  expect(await answer).toBe(false);
});
