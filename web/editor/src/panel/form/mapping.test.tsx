// @vitest-environment happy-dom

import { act, cleanup, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fill } from "~/testing/form";
import { speaking } from "~/testing/shown";
import { fieldsOf } from "./fields";
import { useMapping } from "./mapping";

speaking("canvas", "nodes");

const FIELDS = fieldsOf({
  properties: {
    name: { type: "string", title: "Name", "x-ui": { widget: "text" } },
    when: { title: "When", "x-ui": { widget: "conditions" } },
  },
});
const insert = () => act(() => useMapping.getState().insert?.("$json.a"));

describe("a path that is picked", () => {
  it("goes behind what was just typed", async () => {
    const { user, config } = fill(FIELDS, { name: "Dear " });
    await user.type(screen.getByLabelText("Name"), "Ada");
    insert();
    expect(config().name).toBe("=Dear Ada {{ $json.a }}");
  });

  it("goes behind what was just typed into a comparison", async () => {
    const { user, config } = fill(FIELDS, {});
    const [first] = screen.getAllByPlaceholderText<HTMLInputElement>(/./);
    await user.type(first as HTMLInputElement, "Ada");
    insert();
    expect(JSON.stringify(config().when)).toContain("=Ada {{ $json.a }}");
  });

  it("goes nowhere once its field is gone", async () => {
    const { user, config } = fill(FIELDS, { name: "" });
    await user.click(screen.getByLabelText("Name"));
    expect(useMapping.getState()).toMatchObject({ title: "Name" });
    cleanup();
    expect(useMapping.getState()).toEqual({ insert: null, title: "" });
    expect(config()).toEqual({ name: "" });
  });
});
