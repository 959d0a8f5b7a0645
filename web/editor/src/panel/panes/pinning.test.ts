import { describe, expect, it } from "vitest";
import { itemsSource } from "~/data/source";
import { itemsFrom, itemsText, MOST_PINNED, readToPin } from "./pinning";

describe("items that somebody wrote", () => {
  it("are objects, each the data of an item or an item", () => {
    expect(itemsFrom('[{"a":1},{"json":{"b":2}}]').items).toEqual([
      { json: { a: 1 } },
      { json: { b: 2 } },
    ]);
  });
  it("may be one object alone", () => {
    expect(itemsFrom('{"a":1}').items).toEqual([{ json: { a: 1 } }]);
  });
  it("are refused with the reason where they are anything else", () => {
    expect(itemsFrom("{").wrong).toBe("json");
    expect(itemsFrom("3").wrong).toBe("list");
    expect(itemsFrom("[{},3]")).toMatchObject({ wrong: "object", said: "1" });
  });
  it("come back as they were", () => {
    const items = [{ json: { a: 1 } }];
    expect(itemsFrom(itemsText(items)).items).toEqual(items);
  });
});

describe("pinning", () => {
  it("keeps the first items and says how many were left", async () => {
    const many = Array.from({ length: MOST_PINNED + 5 }, (_, n) => ({ json: { n } }));
    const { items, left } = await readToPin(itemsSource(many, "k"));
    expect([items.length, left]).toEqual([MOST_PINNED, 5]);
  });
});
