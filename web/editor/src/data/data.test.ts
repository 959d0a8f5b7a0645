import { describe, expect, it } from "vitest";
import { inLine, kindOf } from "./kinds";
import { expressionPath, written } from "./paths";
import { columnsOf, found, schemaRows, treeRows } from "./rows";
import { seriesOf } from "./series";
import { itemOf, itemsSource } from "./source";

const NONE: ReadonlySet<string> = new Set();

describe("paths", () => {
  it("are written with dots where a name is a plain word and with brackets elsewhere", () => {
    expect(written(["a", "b c", 0, "d-e", "$f"])).toBe('.a["b c"][0]["d-e"].$f');
  });
  it("lead through another node by its name, whatever quotes it has", () => {
    expect(expressionPath({ node: "" }, ["city"])).toBe("$json.city");
    expect(expressionPath({ node: "It's" }, ["a"])).toBe("$('It\\'s').item.json.a");
  });
});

describe("the tree of an item", () => {
  it("opens two levels and shows what is deeper when it is toggled", () => {
    const value = { a: { b: { c: { d: 1 } } } };
    expect(treeRows(value, NONE).map((row) => row.id)).toEqual([".a", ".a.b", ".a.b.c"]);
    expect(treeRows(value, new Set([".a.b.c"])).at(-1)?.id).toBe(".a.b.c.d");
    expect(treeRows(value, new Set([".a"]))).toHaveLength(1);
  });
  it("keeps a list of thousands closed until somebody opens it", () => {
    const rows = treeRows({ many: Array.from({ length: 5_000 }, (_, index) => index) }, NONE);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.children).toBe(5_000);
  });
});

describe("the schema of items", () => {
  it("has the fields of all items with an example that says something", () => {
    const rows = schemaRows(
      [
        { a: null, b: "" },
        { a: 1, b: "x", c: true },
      ],
      NONE,
    );
    expect(rows.map((row) => [row.name, row.kinds, row.value])).toEqual([
      ["a", ["number"], 1],
      ["b", ["text"], "x"],
      ["c", ["boolean"], true],
    ]);
  });
  it("names every kind that a field was seen with", () => {
    expect(schemaRows([{ a: 1 }, { a: "x" }], NONE)[0]?.kinds).toEqual(["number", "text"]);
  });
  it("shows the first member of a list of objects in the place of all", () => {
    const rows = schemaRows([{ list: [{ x: 1 }, { y: 2 }] }], NONE);
    expect(rows.map((row) => written(row.path))).toEqual([
      ".list",
      ".list[0]",
      ".list[0].x",
      ".list[0].y",
    ]);
  });
});

describe("searching", () => {
  it("keeps the lines that lead to what was found", () => {
    const rows = treeRows({ a: { city: "Rome" }, b: 1 }, NONE);
    expect(found(rows, "rome").map((row) => row.id)).toEqual([".a", ".a.city"]);
  });
});

describe("values", () => {
  it("are told apart, moments from other texts too", () => {
    const kinds = [1, "a", "2026-11-21T10:00:00Z", true, null, [], {}].map(kindOf);
    expect(kinds).toEqual(["number", "text", "time", "boolean", "nothing", "list", "object"]);
    expect(kindOf("2026-99-99")).toBe("text");
  });
  it("fit on a line", () => {
    expect(inLine("a\n  b", 10)).toBe("a b");
    expect(inLine("x".repeat(50), 10)).toHaveLength(10);
  });
  it("have columns in the order in which they come", () => {
    expect(columnsOf([{ b: 1 }, null, { a: 1, b: 2 }])).toEqual(["b", "a"]);
  });
});

describe("what can be drawn", () => {
  it("is a line for each numeric field over the field that holds moments", () => {
    const series = seriesOf([
      { at: "2026-01-02T00:00:00Z", n: 2, word: "b" },
      { at: "2026-01-01T00:00:00Z", n: 1, word: "a" },
    ]);
    expect(series?.over).toBe("at");
    expect(series?.lines).toEqual([{ name: "n", y: [1, 2] }]);
  });
  it("is nothing where there are no numbers", () => {
    expect(seriesOf([{ a: "x" }])).toBeNull();
  });
});

describe("sources", () => {
  it("read a part of items that are there", async () => {
    const source = itemsSource([{ json: { a: 1 } }, { json: { a: 2 } }], "k");
    const part = await source.read(1, 10, "");
    expect(part).toEqual({ total: 2, start: 1, items: [{ json: { a: 2 } }] });
  });
  it("know an item that was too large to be sent", () => {
    expect(itemOf(null)).toBeNull();
    expect(itemOf({ json: { a: 1 }, binary: { f: { id: "b1", size: 3 } } })?.binary?.f?.id).toBe(
      "b1",
    );
  });
});
