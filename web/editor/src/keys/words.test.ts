import { expect, test } from "vitest";
import { de } from "~/i18n/de";
import { en } from "~/i18n/en";
import { COMMANDS } from "./commands";
import { wordOf } from "./word";

test.each([
  ["English", en],
  ["German", de],
])("every command has a name in %s", (_, words) => {
  const names = new Map(Object.entries(words.shell.command));
  const nameless = COMMANDS.filter(({ id }) => !names.get(wordOf(id).split(".").at(-1) ?? ""));
  expect(nameless.map(({ id }) => id)).toEqual([]);
});

test("every name is that of a command", () => {
  const known = new Set(COMMANDS.map(({ id }) => wordOf(id).split(".").at(-1)));
  expect(Object.keys(en.shell.command).filter((name) => !known.has(name))).toEqual([]);
});
