import { describe, expect, test } from "vitest";
import type { Document, DocumentDraft } from "~/model/document";
import { initialsOf } from "./initials";
import { faultOf, PARTS, valuesOf, writeValues } from "./settings";

const DOCUMENT: Document = {
  format: "penstock/1",
  name: "A",
  description: "Why",
  settings: {
    timezone: "Europe/Berlin",
    max_parallel: 4,
    compensate: true,
    concurrency: { limit: 2, overflow: "drop" },
    tags: ["gpu", "eu"],
  },
};

function written(values: Readonly<Record<string, string>>): DocumentDraft {
  const draft = structuredClone(DOCUMENT) as DocumentDraft;
  writeValues(draft, values);
  return draft;
}

describe("the settings of a workflow", () => {
  test("come back from the form as they went in", () => {
    expect(written(valuesOf(DOCUMENT))).toEqual(DOCUMENT);
  });

  test("that are the usual ones are not written down", () => {
    const values = { ...valuesOf(DOCUMENT), max_parallel: "8", timezone: "", compensate: "" };
    const { settings } = written(values);
    expect(settings).toEqual({ concurrency: { limit: 2, overflow: "drop" }, tags: ["gpu", "eu"] });
  });

  test("leave nothing behind when all of them are emptied", () => {
    const draft = written({});
    expect(draft).not.toHaveProperty("settings");
    expect(draft).not.toHaveProperty("description");
  });

  test("say nothing about what is beyond a limit where there is no limit", () => {
    const values = { ...valuesOf(DOCUMENT), "concurrency.limit": "" };
    expect(written(values).settings).not.toHaveProperty("concurrency");
  });

  test("that are numbers are checked", () => {
    const priority = PARTS.flatMap((part) => part.settings).find((one) => one.path === "priority");
    expect(priority && faultOf(priority, "12")).toBe("range");
    expect(priority && faultOf(priority, "high")).toBe("number");
    expect(priority && faultOf(priority, "9")).toBe("");
  });
});

test.each([
  ["Ada Lovelace", "AL"],
  ["ada@example.com", "AC"],
  ["Ada", "A"],
  ["", "?"],
])("the initials of %j are %s", (name, letters) => {
  expect(initialsOf(name)).toBe(letters);
});
