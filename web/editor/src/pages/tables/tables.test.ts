import { describe, expect, it } from "vitest";
import { comparisonsOf, type Kind, read, shown, typed, written } from "./cells";
import { moved } from "./moves";

describe("a cell", () => {
  it.each([
    ["text", "a b"],
    ["number", -1.5],
    ["boolean", false],
    ["date", "2026-03-01"],
    ["json", { a: [1] }],
    ["json", null],
    // A text in there stays one, whatever it says.
    ["json", "12"],
    ["json", "a b"],
  ] as const)("of kind %s is read as it was typed", (kind: Kind, value: unknown) => {
    expect(read(kind, typed(kind, value))).toEqual({ value });
  });

  it("is empty where nothing is typed, whatever the column takes", () => {
    for (const kind of ["text", "number", "boolean", "date", "json"] as const) {
      expect(read(kind, " ")).toEqual({ value: null });
    }
  });

  it("takes a comma for the point of a number, and refuses words", () => {
    expect(read("number", "1,5")).toEqual({ value: 1.5 });
    expect(read("number", "one")).toEqual({ wrong: "number" });
    expect(read("date", "soon")).toEqual({ wrong: "date" });
    expect(read("json", "{a:1}")).toEqual({ wrong: "json" });
  });

  it("with a day is that day in every time zone", () => {
    expect(shown("date", "2026-03-01", "en-GB")).toBe("1 Mar 2026");
  });

  it("with a time without a zone is that time here", () => {
    const here = new Date("2026-03-01T09:30").toISOString();
    expect(read("date", "2026-03-01 09:30")).toEqual({ value: here });
    expect(read("date", "2026-03-01T09:30")).toEqual({ value: here });
  });

  it.each(["2026-03-01", "2026-03-01T09:30:00Z", "2026-03-01T09:30:00+02:00", "2026"])(
    "with %s is sent as it was typed",
    (text) => {
      expect(read("date", text)).toEqual({ value: text });
    },
  );

  it("with a number has all its digits and no groups", () => {
    expect(shown("number", 1234567.125, "en")).toBe("1234567.125");
    expect(shown("number", 0.5, "de")).toBe("0,5");
  });
});

describe("a filter", () => {
  it("is sent as the server takes it", () => {
    expect(written({ column: "a", comparison: "ge", value: "2" })).toBe("a:ge:2");
    expect(written({ column: "a", comparison: "empty", value: "" })).toBe("a:empty");
    expect(written({ column: "a", comparison: "full", value: "" })).toBe("a:empty:false");
  });

  it("without a value is not sent yet", () => {
    expect(written({ column: "a", comparison: "eq", value: "" })).toBeNull();
  });

  it("of JSON only asks whether there is something", () => {
    expect(comparisonsOf("json")).toEqual(["empty", "full"]);
    expect(comparisonsOf("text")[0]).toBe("contains");
  });
});

describe("the keys of a grid", () => {
  const size = { rows: 10, columns: 3 };
  const from = { row: 0, column: 2 };

  it("stay inside of it", () => {
    expect(moved("ArrowUp", from, size, false)).toEqual(from);
    expect(moved("ArrowRight", from, size, false)).toEqual(from);
    expect(moved("PageDown", from, size, false)).toEqual({ row: 9, column: 2 });
  });

  it("lead to the ends of a row, and of all", () => {
    expect(moved("Home", from, size, false)).toEqual({ row: 0, column: 0 });
    expect(moved("End", { row: 3, column: 0 }, size, false)).toEqual({ row: 3, column: 2 });
    expect(moved("End", { row: 3, column: 0 }, size, true)).toEqual({ row: 9, column: 2 });
  });

  it("leave all other keys alone", () => {
    expect(moved("x", from, size, false)).toBeNull();
  });
});
