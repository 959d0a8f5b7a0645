// @vitest-environment happy-dom

import { afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { beginListening, useKeys } from "./keys";

const done: string[] = [];

beforeAll(beginListening);
beforeEach(() => {
  const act = (id: string) => [id, [() => done.push(id)]] as const;
  const ids = ["run.all", "run.to", "run.stop", "undo", "save", "palette", "walk.up"];
  useKeys.setState({ able: new Map(ids.map(act)) });
});
afterEach(() => {
  document.body.replaceChildren();
  done.length = 0;
});

/** Press keys with Ctrl on the first button of some markup; whether the browser was held back. */
function press(markup: string, key: string, more: KeyboardEventInit = {}): boolean {
  document.body.innerHTML = markup;
  const [given, rest] = [
    { key, code: key, ctrlKey: true },
    { bubbles: true, cancelable: true },
  ];
  const event = new KeyboardEvent("keydown", { ...given, ...rest, ...more });
  document.querySelector("button")?.dispatchEvent(event);
  return event.defaultPrevented;
}

const PAGE = "<main><button></button></main>";
const DIALOG = '<div role="dialog" data-state="open"><button></button></div>';
const POPOVER = '<div role="dialog" data-state="open" data-side="bottom"><button></button></div>';
const TOUR = '<div role="dialog"><button></button></div>';

it("runs once, however long the keys are held down", () => {
  press(PAGE, "Enter");
  expect(press(PAGE, "Enter", { repeat: true })).toBe(true);
  expect(done).toEqual(["run.all"]);
});

it("walks on while a key is held down", () => {
  press(PAGE, "ArrowUp", { ctrlKey: false });
  press(PAGE, "ArrowUp", { ctrlKey: false, repeat: true });
  expect(done).toEqual(["walk.up", "walk.up"]);
});

it.each([["Enter"], ["z"]])("does nothing behind a dialog at Ctrl+%s", (key) => {
  press(DIALOG, key);
  expect(done).toEqual([]);
});

it("saves from a dialog too, and is called from everywhere", () => {
  expect(press(DIALOG, "s")).toBe(true);
  press(DIALOG, "k");
  expect(done).toEqual(["save", "palette"]);
});

it.each([
  ["a popover", POPOVER],
  ["the tour", TOUR],
])("runs from %s, which leaves the page usable", (_, markup) => {
  press(markup, "Enter");
  expect(done).toEqual(["run.all"]);
});
