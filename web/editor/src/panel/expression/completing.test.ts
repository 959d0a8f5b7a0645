import { describe, expect, it } from "vitest";
import { type Completing, propose } from "./completing";

const KNOWN: Completing = {
  json: {
    city: "Rome",
    address: { street: "Via", "zip code": "1" },
    tags: ["a"],
    at: "2026-01-01",
  },
  nodes: ["Fetch", "It's"],
  itemOf: (node) => (node === "It's" ? { total: 3 } : null),
  variables: ["HOME"],
};
const labels = (before: string) => propose(before, KNOWN)?.list.map((one) => one.label) ?? [];

describe("what may come next", () => {
  it("is the fields that the item really has, with the methods of an object", () => {
    expect(labels("$json.").slice(0, 4)).toEqual(["city", "address", "tags", "at"]);
    expect(labels("$json.")).toContain("hasField(");
    expect(labels("1 + $json.address.st")).toContain("street");
  });
  it("is written with brackets where a field is no plain word", () => {
    const found = propose("$json.address.", KNOWN)?.list.find((one) => one.label === "zip code");
    expect(found?.apply).toBe('["zip code"]');
  });
  it("is the methods of what a field holds", () => {
    expect(labels("$json.city.to")).toContain("toTitleCase()");
    expect(labels("$json.tags.")).toContain("pluck(");
    expect(labels("$json.at.")).toContain("toDateTime()");
  });
  it("is the fields of another node, by its name", () => {
    expect(labels("$('It\\'s').item.json.")).toContain("total");
    expect(labels("$('Fetch').")).toContain("first()");
    expect(labels("$('Fetch').first().")).toEqual(["json", "binary"]);
  });
  it("is the names of nodes between the quotes", () => {
    expect(propose("$('Fe", KNOWN)).toMatchObject({ over: 2 });
    expect(propose("$('", KNOWN)?.list.map((one) => one.apply)).toEqual(["Fetch').", "It\\'s')."]);
  });
  it("is names at the beginning, variables behind $vars, units behind dates", () => {
    expect(labels("$")).toContain("$json");
    expect(labels("$vars.")).toEqual(["HOME"]);
    expect(labels("$now.pl")).toContain("plus(");
    expect(labels("$now.plus(1, 'day').")).toContain("format(");
    expect(labels("$workflow.")).toEqual(["id", "name", "active"]);
  });
  it("is nothing behind what nobody knows", () => {
    expect(propose("unknown.", KNOWN)).toBeNull();
    expect(propose("1 + ", KNOWN)).toBeNull();
  });
});
