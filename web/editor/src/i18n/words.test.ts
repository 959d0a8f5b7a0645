import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { de } from "./de";
import { en } from "./en";

type Words = { readonly [key: string]: string | Words };

/** Every word by its whole key. */
function flat(words: Words, before = ""): [string, string][] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === "string"
      ? [[before + key, value] as [string, string]]
      : flat(value, `${before}${key}.`),
  );
}

const english = new Map(flat(en));
const german = new Map(flat(de));
const holes = (text: string) => [...text.matchAll(/\{\{\s*(\w+)/g)].map((one) => one[1]).sort();

describe("the two languages", () => {
  test("have the same keys", () => {
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
  });

  test("leave the same holes to be filled", () => {
    const apart = [...english].filter(
      ([key, text]) => String(holes(text)) !== String(holes(german.get(key) ?? "")),
    );
    expect(apart).toEqual([]);
  });

  test("leave a word empty both, or neither does", () => {
    const apart = [...english].filter(([key, text]) => !text !== !german.get(key));
    expect(apart).toEqual([]);
  });
});

const SRC = fileURLToPath(new URL("..", import.meta.url));
const SOURCES = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name) && !/\.test\.|(^|\/)i18n\//.test(name))
  .map((name) => ({ name, text: readFileSync(`${SRC}/${name}`, "utf8") }));

const PLURALS = ["_zero", "_one", "_other"];

function isThere(key: string): boolean {
  return english.has(key) || PLURALS.some((plural) => english.has(key + plural));
}

test("every key that the source asks for is there", () => {
  const missing = SOURCES.flatMap(({ name, text }) =>
    [...text.matchAll(/\bt\(\s*"([\w.-]+)"/g)]
      .map((found) => found[1] ?? "")
      .filter((key) => !isThere(key))
      .map((key) => `${name}: ${key}`),
  );
  expect(missing).toEqual([]);
});

test("every key that the source puts together begins like one that is there", () => {
  const keys = [...english.keys()];
  const missing = SOURCES.flatMap(({ name, text }) =>
    [...text.matchAll(/\bt\(\s*`([\w.-]+)\$\{/g)]
      .map((found) => found[1] ?? "")
      .filter((begin) => !keys.some((key) => key.startsWith(begin)))
      .map((begin) => `${name}: ${begin}`),
  );
  expect(missing).toEqual([]);
});

/** Names and signs that are the same in every language. */
const ALLOWED =
  /^(?:[\d\s\p{P}\p{S}]|Apache-2\.0|https?:\/\/\S*|vault:\S*|JSON|CSV|URL|ID|HTTP|n8n|ms)*$/u;

test("no word that a person reads stands in the source itself", () => {
  const found = SOURCES.filter(({ name }) => name.endsWith(".tsx")).flatMap(({ name, text }) => {
    const bare = text.replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/[^\n]*/g, "");
    const inside = [...bare.matchAll(/<[a-z][\w.]*(?:\s[^<>{}]*)?>([^<>{}=;]+)<\/[a-z]/gi)];
    const named = [
      ...bare.matchAll(/\b(?:aria-label|title|alt|placeholder|label|text)="([^"]+)"/g),
    ];
    return [...inside, ...named]
      .map((one) => (one[1] ?? "").trim())
      .filter((word) => /\p{L}{2}/u.test(word) && !ALLOWED.test(word))
      .map((word) => `${name}: ${word}`);
  });
  expect(found).toEqual([]);
});
