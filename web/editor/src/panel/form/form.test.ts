import { describe, expect, it } from "vitest";
import { conditionsOf, NEW_CONDITION, writtenConditions } from "./conditions";
import { fieldsOf } from "./fields";
import { OPERATIONS, operationFor, TYPES, typed } from "./operators";
import { isDefault, isShown, type Scope } from "./shown";

const SCHEMA = {
  type: "object",
  required: ["url"],
  properties: {
    body: {
      enum: ["none", "json"],
      default: "none",
      "x-ui": { widget: "options", order: 2, titles: ["None", "JSON"] },
    },
    url: { title: "URL", type: "string", "x-ui": { widget: "text", order: 1 } },
    json_body: { default: {}, "x-ui": { widget: "json", order: 3, showIf: { body: ["json"] } } },
    rows: {
      type: "array",
      items: {
        type: "object",
        properties: {
          when: { type: "string", "x-ui": { widget: "text", showIf: { body: ["json"] } } },
        },
      },
      "x-ui": { widget: "list", order: 4 },
    },
    code: {
      type: "string",
      "x-ui": { widget: "code", order: 5, language: "python", noExpression: true },
    },
  },
};
const fields = fieldsOf(SCHEMA);
const field = (name: string) => {
  const found = fields.find((one) => one.name === name);
  if (!found) {
    throw new Error(name);
  }
  return found;
};

describe("fields of a schema", () => {
  it("come in the order of their hints", () => {
    expect(fields.map((one) => one.name)).toEqual(["url", "body", "json_body", "rows", "code"]);
  });
  it("say what is required, what is chosen from, and what takes an expression", () => {
    expect(field("url").required).toBe(true);
    expect(field("body").choices).toEqual([
      { value: "none", title: "None" },
      { value: "json", title: "JSON" },
    ]);
    expect(field("code").expression).toBe(false);
    expect(field("json_body").title).toBe("Json body");
  });
  it("have a widget where there are no hints", () => {
    const plain = fieldsOf({
      properties: { a: { type: ["integer", "null"] }, b: { enum: [1] }, c: { type: "object" } },
    });
    expect(plain.map((one) => one.widget)).toEqual(["integer", "options", "json"]);
  });
});

describe("what is shown", () => {
  const shows = (values: Record<string, unknown>, name: string) =>
    isShown({ fields, values }, field(name));
  it("follows the value of another field, or its default", () => {
    expect(shows({}, "json_body")).toBe(false);
    expect(shows({ body: "json" }, "json_body")).toBe(true);
  });
  it("is everything that an expression may decide", () => {
    expect(shows({ body: "={{ $json.kind }}" }, "json_body")).toBe(true);
  });
  it("looks further out for the field that decides", () => {
    const outer: Scope = { fields, values: { body: "json" } };
    const inner = field("rows").fields;
    const when = inner[0];
    expect(when && isShown({ fields: inner, values: {}, outer }, when)).toBe(true);
    expect(
      when && isShown({ fields: inner, values: {}, outer: { fields, values: {} } }, when),
    ).toBe(false);
  });
  it("knows a value that says no more than the default", () => {
    expect(isDefault(field("body"), "none")).toBe(true);
    expect(isDefault(field("json_body"), { a: 1 })).toBe(false);
  });
});

describe("conditions", () => {
  it("are read however incomplete they are", () => {
    expect(conditionsOf(null).conditions).toEqual([]);
    expect(conditionsOf({ conditions: [{}] }).conditions[0]?.operator).toEqual({
      type: "string",
      operation: "equals",
    });
  });
  it("are written without what is a default", () => {
    const written = writtenConditions(
      conditionsOf({ combinator: "and", conditions: [NEW_CONDITION] }),
    );
    expect(Object.keys(written)).toEqual(["conditions"]);
  });
  it("keep the operation where the new type has it too", () => {
    expect(operationFor("number", "equals")).toBe("equals");
    expect(operationFor("number", "startsWith")).toBe("equals");
    expect(operationFor("boolean", "regex")).toBe("true");
  });
  it("have operations for every type", () => {
    expect(TYPES.every((type) => OPERATIONS[type].length > 0)).toBe(true);
  });
  it("compare with numbers where a number is wanted", () => {
    expect(typed("20", "number", "gt")).toBe(20);
    expect(typed("20", "array", "lengthGt")).toBe(20);
    expect(typed("20", "string", "equals")).toBe("20");
    expect(typed("true", "boolean", "equals")).toBe(true);
    expect(typed("", "number", "gt")).toBe("");
  });
});
