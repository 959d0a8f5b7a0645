import { readFileSync } from "node:fs";
import { produce } from "immer";
import { describe, expect, test } from "vitest";
import { canonicalDocument } from "../canonical";
import type { Document, DocumentDraft } from "../document";
import type { Languages } from "../expression";
import { nameFault, newId, renamedConfig, renameNode, uniqueName } from "./names";

interface Case {
  readonly name: string;
  readonly document: Document;
  readonly node: string;
  readonly new_name: string;
  readonly languages?: Languages;
  readonly expected?: Document;
  readonly error?: string;
}

const CASES: readonly Case[] = JSON.parse(
  readFileSync(new URL("../../../../../tests/vectors/rename.json", import.meta.url), "utf8"),
);

function renamed(one: Case): readonly [Document, string | undefined] {
  let fault: string | undefined;
  const document = produce(one.document, (draft) => {
    fault = renameNode(draft as DocumentDraft, one.node, one.new_name, () => one.languages ?? {});
  });
  return [document, fault];
}

describe("renaming is as the server does it", () => {
  test.each(CASES.map((one) => [one.name, one] as const))("%s", (_, one) => {
    const [document, fault] = renamed(one);

    if (one.expected) {
      expect(canonicalDocument(document)).toBe(canonicalDocument(one.expected));
      expect(fault).toBeUndefined();
    } else {
      expect(document).toBe(one.document);
      expect(fault === "gone" ? "document.unknown_node" : "document.bad_name").toBe(one.error);
      expect(fault).toBeDefined();
    }
  });
});

const WITH_IF: Document = {
  format: "penstock/1",
  name: "x",
  nodes: [
    { id: "a", name: "If", type: "acme/kit.if" },
    { id: "b", name: "If 2", type: "acme/kit.if" },
  ],
};

test("a name that is taken gets the next number", () => {
  expect(uniqueName(WITH_IF, "If")).toBe("If 3");
  expect(uniqueName(WITH_IF, "If 2")).toBe("If 3");
  expect(uniqueName(WITH_IF, "Fetch")).toBe("Fetch");
  expect(uniqueName(WITH_IF, " \n ")).toBe("Node");
});

test("a name is refused with the reason", () => {
  expect(nameFault(WITH_IF, "a", "If 2")).toBe("taken");
  expect(nameFault(WITH_IF, "a", "If")).toBeUndefined();
  expect(nameFault(WITH_IF, "a", "x".repeat(201))).toBe("long");
  expect(nameFault(WITH_IF, "a", "x\ny")).toBe("control");
});

test("a new id says what it is of and is one that the server takes", () => {
  const ids = new Set(Array.from({ length: 200 }, () => newId(WITH_IF, "penstock/http.request")));

  expect(ids.size).toBe(200);
  for (const id of ids) {
    expect(id).toMatch(/^request-[a-z0-9]{5}$/);
  }
});

test("two nodes can change names with each other", () => {
  const config = { x: "={{ $('A').item.json.a + $('B').item.json.b }}" };
  const names = new Map([
    ["A", "B"],
    ["B", "A"],
  ]);

  expect(renamedConfig(config, names, {})).toEqual({
    x: "={{ $('B').item.json.a + $('A').item.json.b }}",
  });
});

test("a config that names none of them stays the same object", () => {
  const config = { x: "={{ $('C').item }}", rows: [{ v: 1 }] };

  expect(renamedConfig(config, new Map([["A", "B"]]), {})).toBe(config);
});
