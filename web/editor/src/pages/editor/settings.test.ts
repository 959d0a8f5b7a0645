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

  test.each([
    ["priority", "high", "number"],
    ["priority", "12", "range"],
    ["priority", "9", ""],
    ["max_parallel", "5000", "range"],
    ["max_parallel", "1000", ""],
    ["retention_days", "1.5", "whole"],
    ["retention_days", "1e3", ""],
    ["retention_executions", "99999999999999999999", "whole"],
    ["concurrency.limit", "0", "range"],
    ["timeout_s", "0", "above"],
    ["timeout_s", "0.5", ""],
  ])("that are numbers are taken as the server takes them: %s with %j", (path, text, fault) => {
    const setting = PARTS.flatMap((part) => part.settings).find((one) => one.path === path);
    expect(setting && faultOf(setting, text)).toBe(fault);
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
