// @vitest-environment happy-dom

import { screen } from "@testing-library/react";
import { useState } from "react";
import { expect, it } from "vitest";
import { show, speaking } from "~/testing/shown";
import { Tabs } from "./Tabs";

speaking();

/** Two tabs with a field in each, of which the first stays. */
function Two() {
  const [chosen, setChosen] = useState("one");
  const tabs = [
    { id: "one", title: "One", body: () => <input aria-label="first" />, stays: true },
    { id: "two", title: "Two", body: () => <input aria-label="second" /> },
  ];
  return <Tabs label="Both" tabs={tabs} chosen={chosen} onChoose={setChosen} />;
}

const field = (name: string) => screen.queryByLabelText<HTMLInputElement>(name);

it("keeps what was entered in a tab that stays, and hides it meanwhile", async () => {
  const { user } = show(<Two />);
  await user.type(screen.getByLabelText("first"), "kept");
  await user.click(screen.getByRole("tab", { name: "Two" }));
  expect(field("first")?.closest("[hidden]")).not.toBe(null);
  await user.type(screen.getByLabelText("second"), "gone");
  await user.click(screen.getByRole("tab", { name: "One" }));
  expect(field("first")?.value).toBe("kept");
  expect(field("first")?.closest("[hidden]")).toBe(null);
  expect(field("second")).toBe(null);
});
