import { describe, expect, test } from "vitest";
import { COMMANDS, type Command } from "./commands";
import { LAYOUTS, type Layout, press } from "./layouts";
import { isPressed, type Pressed, shown, written } from "./match";

const ROWS = COMMANDS.flatMap((command) => command.keys.map((keys) => [command.id, keys] as const));

function heardBy(pressed: Pressed, layout: Layout, panel: boolean): Command[] {
  return COMMANDS.filter(
    (command) =>
      (command.where === "panel") === panel &&
      command.keys.some((keys) => isPressed(keys, pressed, layout.mac)),
  );
}

describe.each(LAYOUTS)("on a keyboard: $name", (layout) => {
  test.each(ROWS)("%s is carried out by %s, and nothing else is", (id, keys) => {
    const panel = id === "panel.close";
    expect(heardBy(press(keys, layout), layout, panel).map((one) => one.id)).toEqual([id]);
  });

  test("what is written down for a press is heard when it is pressed again", () => {
    for (const [, keys] of ROWS) {
      const pressed = press(keys, layout);
      const said = written(pressed, layout.mac);
      if (pressed.key !== "Dead") {
        expect(said && isPressed(said, pressed, layout.mac), keys).toBe(true);
      }
    }
  });
});

const BARE = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false } as const;

test("a sign on a Latin keyboard is never taken for the letter of another layout", () => {
  expect(isPressed("M", { ...BARE, key: ",", code: "KeyM" }, false)).toBe(false);
});

test("more keys held than the table says is another press", () => {
  const held = { ...BARE, key: "k", code: "KeyK", ctrlKey: true } as const;
  expect(isPressed("Mod+K", held, false)).toBe(true);
  expect(isPressed("Mod+K", { ...held, shiftKey: true }, false)).toBe(false);
  expect(isPressed("Mod+K", { ...held, altKey: true }, false)).toBe(false);
  expect(isPressed("Mod+K", { ...held, metaKey: true }, false)).toBe(false);
});

test("a modifier alone is nothing that can be chosen", () => {
  expect(written({ ...BARE, key: "Shift", code: "ShiftLeft", shiftKey: true }, false)).toBeNull();
});

test.each([
  ["Mod+Shift+P", false, "Ctrl+Shift+P"],
  ["Mod+Shift+P", true, "⌘⇧P"],
  ["Control+`", true, "⌃`"],
  ["+", false, "+"],
  ["Alt+ArrowUp", false, "Alt+↑"],
])("%s (Mac: %s) reads %s", (keys, mac, words) => {
  expect(shown(keys, mac)).toBe(words);
});
