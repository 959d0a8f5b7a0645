// @vitest-environment happy-dom

import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { useEditing } from "~/editing/store";
import { openStore } from "~/editing/testing";
import { show, speaking } from "~/testing/shown";
import { SavingState } from "./SavingState";

speaking("canvas");

it("says why the text could not be saved", () => {
  openStore();
  useEditing.setState({ saving: "failed", failure: new Error("Too large.") });
  show(<SavingState />);
  expect(screen.getByRole("status").textContent).toContain("Too large.");
});

it("says nothing of an earlier failure once the text is saved", () => {
  openStore();
  useEditing.setState({ saving: "saved", failure: new Error("Too large.") });
  show(<SavingState />);
  expect(screen.getByRole("status").textContent).toBe("Saved");
});
