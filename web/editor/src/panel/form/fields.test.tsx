// @vitest-environment happy-dom

import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fill } from "~/testing/form";
import { speaking } from "~/testing/shown";
import { fieldsOf } from "./fields";

speaking("canvas", "nodes");

const FIELDS = fieldsOf({
  required: ["name"],
  properties: {
    name: { type: "string", title: "Name", "x-ui": { widget: "text", order: 0 } },
    size: { type: "integer", title: "Size", "x-ui": { widget: "integer", order: 1 } },
    anything: { title: "Anything", default: null, "x-ui": { widget: "json", order: 2 } },
    rows: {
      type: "array",
      title: "Rows",
      "x-ui": { widget: "list", order: 3 },
      items: {
        type: "object",
        properties: {
          size: { type: "integer", title: "Size of row", "x-ui": { widget: "integer" } },
        },
      },
    },
  },
});

const field = (name: string) => screen.getByLabelText<HTMLInputElement>(new RegExp(`^${name}`));
const row = (number: number) =>
  within(screen.getByRole("group", { name: new RegExp(`Rows.* ${number}`) }));

describe("a number", () => {
  it("is taken while it is one, and what is none stays to be mended", async () => {
    const { user, config } = fill(FIELDS, { size: 3 });
    await user.type(field("Size"), "4");
    expect(config().size).toBe(34);
    await user.type(field("Size"), "x");
    expect(config().size).toBe(34);
    await user.tab();
    expect(field("Size").value).toBe("34x");
    expect(field("Size").getAttribute("aria-invalid")).toBe("true");
  });

  it("is written as somebody likes to, whatever it looks like afterwards", async () => {
    const { user, config } = fill(FIELDS, { size: 3 });
    await user.type(field("Size"), ".50");
    expect(field("Size").value).toBe("3.50");
    expect(config().size).toBe(3.5);
    await user.tab();
    expect(field("Size").value).toBe("3.5");
  });

  it("that is emptied is what counts without it", async () => {
    const { user, config } = fill(FIELDS, { size: 3 });
    await user.clear(field("Size"));
    expect(config()).toEqual({});
  });

  it("shows what undo brought back, and not what had been typed", async () => {
    const { user, undo } = fill(FIELDS, { size: 3 });
    await user.type(field("Size"), "4x");
    undo();
    await expect.poll(() => field("Size").value).toBe("3");
    expect(field("Size").getAttribute("aria-invalid")).toBe(null);
  });
});

describe("a value of any type", () => {
  it("is what its text says: a number, a truth, or else a text", async () => {
    const { user, config } = fill(FIELDS, {});
    await user.type(field("Anything"), "12");
    expect(config().anything).toBe(12);
    await user.clear(field("Anything"));
    await user.type(field("Anything"), "true");
    expect(config().anything).toBe(true);
    await user.clear(field("Anything"));
    await user.type(field("Anything"), "twelve");
    expect(config().anything).toBe("twelve");
  });

  it("stays a line while an object is written into it, and is one afterwards", async () => {
    const { user, config } = fill(FIELDS, {});
    await user.type(field("Anything"), '{{"a": 1}');
    expect(field("Anything").tagName).toBe("INPUT");
    await user.tab();
    expect(config().anything).toEqual({ a: 1 });
  });
});

describe("the rows of a list", () => {
  const given = { rows: [{ size: 1 }, { size: 2 }] };

  it("are added below, repeated in place, moved and removed", async () => {
    const { user, config } = fill(FIELDS, given);
    await user.click(screen.getByRole("button", { name: "Add to Rows" }));
    expect(config().rows).toEqual([{ size: 1 }, { size: 2 }, {}]);
    await user.click(row(1).getByRole("button", { name: "Duplicate" }));
    expect(config().rows).toEqual([{ size: 1 }, { size: 1 }, { size: 2 }, {}]);
    await user.click(row(3).getByRole("button", { name: "Move up" }));
    expect(config().rows).toEqual([{ size: 1 }, { size: 2 }, { size: 1 }, {}]);
    await user.click(row(4).getByRole("button", { name: /^Remove/ }));
    expect(config().rows).toEqual([{ size: 1 }, { size: 2 }, { size: 1 }]);
  });

  it("cannot leave the list at either end", () => {
    fill(FIELDS, given);
    expect(row(1).getByRole<HTMLButtonElement>("button", { name: "Move up" }).disabled).toBe(true);
    expect(row(2).getByRole<HTMLButtonElement>("button", { name: "Move down" }).disabled).toBe(
      true,
    );
  });

  it("show their own values after one that went wrong is removed", async () => {
    const { user } = fill(FIELDS, given);
    await user.type(row(1).getByLabelText("Size of row"), "x");
    await user.click(row(1).getByRole("button", { name: /^Remove/ }));
    expect(row(1).getByLabelText<HTMLInputElement>("Size of row").value).toBe("2");
  });
});

describe("a field", () => {
  it("becomes an expression that gives what it was, and the same value again", async () => {
    const { user, config } = fill(FIELDS, { size: 3 });
    const kind = within(screen.getByRole("group", { name: /Size/ }));
    await user.click(kind.getByRole("button", { name: "Expression" }));
    expect(config().size).toBe("={{ 3 }}");
    await user.click(kind.getByRole("button", { name: "Fixed" }));
    expect(config().size).toBe(3);
  });

  it("that is not as it was at first goes back to it", async () => {
    const { user, config } = fill(FIELDS, { size: 3 });
    await user.click(screen.getByRole("button", { name: /Reset.*Size|Size.*reset/i }));
    expect(config()).toEqual({});
  });

  it("that nobody may change has no way to", () => {
    fill(FIELDS, { size: 3, rows: [{ size: 1 }] }, true);
    expect(screen.getByLabelText<HTMLInputElement>("Size").readOnly).toBe(true);
    expect(screen.queryAllByRole("button")).toEqual([]);
  });
});
