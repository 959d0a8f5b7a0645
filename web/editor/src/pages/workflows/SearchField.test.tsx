// @vitest-environment happy-dom

import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { show, speaking } from "~/testing/shown";
import { SearchField } from "./SearchField";

speaking();

const field = () => screen.getByRole<HTMLInputElement>("searchbox");

it("tells once what was typed, when somebody pauses", async () => {
  const told: string[] = [];
  const { user } = show(<SearchField value="" onChange={(text) => told.push(text)} />);
  await user.type(field(), "mail");
  expect(field().value).toBe("mail");
  await expect.poll(() => told).toEqual(["mail"]);
});

it("shows what the address says when that changes by itself", async () => {
  const told: string[] = [];
  const tell = (text: string) => told.push(text);
  const { rerender } = show(<SearchField value="mail" onChange={tell} />);
  rerender(<SearchField value="" onChange={tell} />);
  expect(field().value).toBe("");
  expect(told).toEqual([]);
});
