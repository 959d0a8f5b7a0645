// @vitest-environment happy-dom

import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fill } from "~/testing/form";
import { speaking } from "~/testing/shown";
import { fieldsOf } from "../form/fields";

speaking("canvas", "nodes");

describe("a comparison", () => {
  const fields = fieldsOf({
    properties: { when: { title: "When", "x-ui": { widget: "conditions" } } },
  });
  const given = (right: unknown, type = "string") => ({
    when: {
      conditions: [{ left: "={{ $json.a }}", operator: { type, operation: "equals" }, right }],
    },
  });
  const kind = () => screen.getByLabelText("Type of the value");

  it("has a number to compare with once it is of numbers, and a text again", async () => {
    const { user, config } = fill(fields, given("5"));
    await user.selectOptions(kind(), "number");
    expect(config()).toEqual(given(5, "number"));
    await user.selectOptions(kind(), "string");
    expect(config()).toEqual(given("5"));
  });

  it("keeps an expression, whatever it is of", async () => {
    const { user, config } = fill(fields, given("={{ 5 }}"));
    await user.selectOptions(kind(), "number");
    expect(config()).toEqual(given("={{ 5 }}", "number"));
  });

  it("that asks for no second value has none", async () => {
    const { user, config } = fill(fields, given("5"));
    await user.selectOptions(screen.getByLabelText("What is asked of it"), "exists");
    expect(config()).toEqual({
      when: {
        conditions: [{ left: "={{ $json.a }}", operator: { type: "string", operation: "exists" } }],
      },
    });
  });
});

describe("one of several", () => {
  const fields = fieldsOf({
    properties: {
      way: { title: "Way", enum: ["a", "b"], default: "a", "x-ui": { widget: "options" } },
    },
  });

  it("is shown though it is none of them", () => {
    fill(fields, { way: "old" });
    const choice = screen.getByLabelText<HTMLSelectElement>("Way");
    expect(choice.selectedOptions[0]?.textContent).toBe("old");
  });
});

describe("any of several", () => {
  const fields = fieldsOf({
    properties: {
      ways: {
        title: "Ways",
        type: "array",
        items: { enum: ["a", "b"] },
        "x-ui": { widget: "multi-options" },
      },
    },
  });

  it("are what is ticked, and what is there no more can be taken out", async () => {
    const { user, config } = fill(fields, { ways: ["a", "old"] });
    const ways = within(screen.getByRole("group", { name: "Ways" }));
    await user.click(ways.getByLabelText("b"));
    await user.click(ways.getByLabelText("old"));
    expect(config()).toEqual({ ways: ["a", "b"] });
  });
});

describe("options that are added one by one", () => {
  const fields = fieldsOf({
    properties: {
      options: {
        type: "object",
        title: "Options",
        "x-ui": { widget: "collection" },
        properties: {
          tries: { type: "integer", title: "Tries", default: 3, "x-ui": { widget: "integer" } },
          agent: { type: "string", title: "Agent", "x-ui": { widget: "text" } },
        },
      },
    },
  });

  it("begin with what counts without them, and are taken away again", async () => {
    const { user, config } = fill(fields, {});
    await user.click(screen.getByRole("button", { name: "Add option" }));
    await user.click(await screen.findByRole("menuitem", { name: "Tries" }));
    expect(config()).toEqual({ options: { tries: 3 } });
    await user.click(screen.getByRole("button", { name: "Remove Tries" }));
    expect(config()).toEqual({ options: {} });
  });
});

describe("a default with parts", () => {
  const hour = { type: "integer", title: "Hour", "x-ui": { widget: "integer", order: 0 } };
  const minute = { type: "integer", title: "Minute", "x-ui": { widget: "integer", order: 1 } };
  const time = { type: "object", properties: { hour, minute } };
  const initial = { hour: 9, minute: 0 };
  const minuteField = () => screen.getByLabelText<HTMLInputElement>("Minute");

  it("stays in the row of which one field is changed, and in the rows beside it", async () => {
    const rules = {
      ...{ type: "array", items: time, default: [initial, { hour: 12 }] },
      "x-ui": { widget: "list" },
    };
    const { user, config } = fill(fieldsOf({ properties: { rules } }), {});
    const first = within(screen.getByRole("group", { name: /^Rules.* 1$/ }));
    await user.type(first.getByLabelText("Minute"), "3");
    await user.type(first.getByLabelText("Minute"), "0");
    expect(config()).toEqual({ rules: [{ hour: 9, minute: 30 }, { hour: 12 }] });
    expect(initial).toEqual({ hour: 9, minute: 0 });
  });

  it.each(["collection", "fixed-collection"])("stays in a %s", async (widget) => {
    const at = { ...time, default: initial, "x-ui": { widget } };
    const { user, config } = fill(fieldsOf({ properties: { at } }), {});
    await user.type(minuteField(), "5");
    expect(config()).toEqual({ at: { hour: 9, minute: 5 } });
  });

  it("stays where it is further in", async () => {
    const at = { ...time, default: initial, "x-ui": { widget: "fixed-collection" } };
    const rules = {
      ...{ type: "array", default: [{ name: "a" }], "x-ui": { widget: "list" } },
      items: { type: "object", properties: { at } },
    };
    const { user, config } = fill(fieldsOf({ properties: { rules } }), {});
    await user.type(minuteField(), "5");
    expect(config()).toEqual({ rules: [{ name: "a", at: { hour: 9, minute: 5 } }] });
  });

  it("goes without the option that is taken away", async () => {
    const at = { ...time, default: initial, "x-ui": { widget: "collection" } };
    const { user, config } = fill(fieldsOf({ properties: { at } }), {});
    await user.click(screen.getByRole("button", { name: "Remove Minute" }));
    expect(config()).toEqual({ at: { hour: 9 } });
  });
});
