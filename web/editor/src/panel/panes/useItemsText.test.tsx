// @vitest-environment happy-dom

import { act, renderHook } from "@testing-library/react";
import { expect, it } from "vitest";
import { itemsSource } from "~/data";
import { useEditing } from "~/editing/store";
import { openStore } from "~/editing/testing";
import { pin } from "~/model/edit/fixtures";
import { useItemsText } from "./useItemsText";

const source = () => itemsSource([{ json: { came: 1 } }], "of the run");

function edited(set = "default") {
  openStore();
  const { edit } = useEditing.getState();
  edit("Pin", (draft) => {
    pin(draft, "a", [{ json: { pinned: 1 } }]);
    pin(draft, "a", [{ json: { pinned: 2 } }], "other");
  });
  const given = { node: "a", set, source: source() };
  return renderHook((props) => useItemsText(props.node, props.set, props.source), {
    initialProps: given,
  });
}

it("keeps what somebody types while a run goes on", () => {
  const { result, rerender } = edited();
  expect(result.current[0]).toContain('"pinned": 1');
  act(() => result.current[1]("mine"));
  rerender({ node: "a", set: "default", source: source() });
  expect(result.current[0]).toBe("mine");
});

it("shows the items of the set that is chosen", () => {
  const { result, rerender } = edited();
  rerender({ node: "a", set: "other", source: source() });
  expect(result.current[0]).toContain('"pinned": 2');
});

it("begins with what the node put out where nothing is pinned", async () => {
  openStore();
  const { result } = renderHook(() => useItemsText("a", "default", source()));
  await expect.poll(() => result.current[0]).toContain('"came": 1');
});
