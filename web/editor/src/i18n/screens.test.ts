import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { SCREENS } from "~/shell/screens";
import { en } from "./en";
import { BUNDLES } from "./words";

const SRC = fileURLToPath(new URL("..", import.meta.url));
const IMPORTS = /(?:^|\n)(?:import|export) (?!type\b)[^;]*?from "([^"]+)"|\bimport\("([^"]+)"\)/g;
const SAID = new RegExp(`["\`](${Object.keys(en).join("|")})\\.[\\w$]`, "g");
const LEARNED = /\blearn\(([^)]*)\)/g;

function fileOf(from: string, name: string): string | undefined {
  const path = name.startsWith("~/") ? join(SRC, name.slice(2)) : resolve(dirname(from), name);
  const tries = ["", ".ts", ".tsx", "/index.ts"].map((end) => path + end);
  return /^[~.]/.test(name)
    ? tries.find((one) => /\.tsx?$/.test(one) && existsSync(one))
    : undefined;
}

/** Texts of all files that come with this one, at once or later. */
function texts(start: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const todo = [start];
  for (let path = todo.pop(); path; path = todo.pop()) {
    if (!found.has(path) && !path.includes("/i18n/")) {
      const text = readFileSync(path, "utf8");
      found.set(path, text);
      for (const [, at, later] of text.matchAll(IMPORTS)) {
        todo.push(...[fileOf(path, at ?? later ?? "")].filter((one) => one !== undefined));
      }
    }
  }
  return found;
}

/** Parts by bundle; a part that has none is one itself. */
function partsOf(bundle: string): readonly string[] {
  const text = readFileSync(join(SRC, "i18n/en", `${bundle}.ts`), "utf8");
  const inside = [...text.matchAll(/^export \{ (\w+) \}/gm)].map((one) => one[1] ?? "");
  return inside.length > 0 ? inside : [bundle];
}

/** `file: part` where a word is said whose part nobody has fetched. */
function missing(start: string, words: readonly string[]): readonly string[] {
  const files = texts(start);
  const learned = [...files.values()].flatMap((text) =>
    [...text.matchAll(LEARNED)].flatMap((call) =>
      [...(call[1] ?? "").matchAll(/"(\w+)"/g)].map((one) => one[1] ?? ""),
    ),
  );
  const there = new Set(["frame", ...words, ...learned].flatMap(partsOf));
  return [...files].flatMap(([path, text]) =>
    // The table of commands has names that look like words.
    path.endsWith("keys/commands.ts")
      ? []
      : [...text.matchAll(SAID)]
          .map((one) => one[1] ?? "")
          .filter((part) => !there.has(part) && !text.includes(`useCommand("${part}.`))
          .map((part) => `${path.slice(SRC.length)}: ${part}`),
  );
}

test.each(Object.entries(SCREENS))(
  "the screens of %s have the words that they say",
  (name, screen) => {
    expect(missing(join(SRC, "pages", name, "index.ts"), screen.words)).toEqual([]);
  },
);

test("the frame has the words that it says", () => {
  expect(missing(join(SRC, "shell/Shell.tsx"), [])).toEqual([]);
});

test("every part of the words comes in one bundle", () => {
  expect(BUNDLES.flatMap(partsOf).sort()).toEqual(Object.keys(en).sort());
});
