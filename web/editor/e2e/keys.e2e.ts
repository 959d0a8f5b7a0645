/** Every key of the table does in the browser what the table says it does. */

import { beforeAll, describe, expect, test } from "vitest";
import { COMMANDS } from "~/keys/commands";
import { shown } from "~/keys/match";
import { given, slow } from "./support/documents";
import { Editor } from "./support/editor";
import { EFFECTS, type Ground } from "./support/effects";
import { calledGround, chatty, hooked, keysGround } from "./support/grounds";
import type { Person } from "./support/owner";
import { stage } from "./support/stage";
import { word } from "./support/words";

const at = stage();
const ids = new Map<Ground, string>();
const KEYS = COMMANDS.flatMap(({ id, keys }) => keys.map((key) => [key, id] as const));

let owner: Person;
let called = "";
let editor: Editor;

beforeAll(async () => {
  owner = await at.owner();
  called = await add(calledGround());
  await owner.api.publishWorkflow(called, { activate: true });
  ids.set("slow", await add(slow(60)));
  ids.set("hooked", await add(hooked()));
  ids.set("chatty", await add(chatty()));
  await owner.api.publishWorkflow(ids.get("hooked") ?? "", { activate: true });
  const context = { permissions: ["clipboard-read", "clipboard-write"] };
  editor = new Editor(await at.page(owner, context), owner);
});

async function add(document: Parameters<typeof given>[0]): Promise<string> {
  return (await owner.api.addWorkflow({ document: given(document) })).value.id;
}

/** As the keyboard of the test calls it. */
function pressed(keys: string): string {
  const parts = keys === "+" ? ["+"] : keys.split("+");
  const last = parts.at(-1) ?? "";
  const held = parts.slice(0, -1).map((one) => (one === "Mod" ? "Control" : one));
  return [...held, /^[A-Z]$/.test(last) ? last.toLowerCase() : last].join("+");
}

test("every command that has a key is tried", () => {
  const known = Object.keys(EFFECTS);
  const wanted = COMMANDS.filter(({ keys }) => keys.length > 0).map(({ id }) => id);
  expect(wanted.filter((id) => !known.includes(id))).toEqual([]);
});

describe("the key", () => {
  test.each(KEYS)("%s does %s", async (key, id) => {
    const effect = EFFECTS[id];
    if (!effect) {
      throw new Error(`Nobody wrote down what ${id} does.`);
    }
    const ground = effect.on ?? "plain";
    await editor.open(ids.get(ground) ?? (await add(keysGround(called))));
    await effect.seen({ editor, called, press: () => editor.page.keyboard.press(pressed(key)) });
  });
});

describe("what is told of the keys", () => {
  beforeAll(async () => {
    await editor.open(await add(keysGround(called)));
  });

  test("the sheet lists every key", async () => {
    await editor.page.keyboard.press("?");
    const sheet = editor.page.getByRole("dialog", { name: word("shell.command.sheet") });
    const text = (await sheet.innerText()).replaceAll(/\s+/g, "");
    for (const [key, id] of KEYS) {
      expect(text, id).toContain(shown(key, false).replaceAll(/\s+/g, ""));
      expect(text, id).toContain(nameOf(id).replaceAll(/\s+/g, ""));
    }
    await editor.page.keyboard.press("Escape");
  });

  test("the palette shows what can be done now with its key", async () => {
    await editor.choose("Third");
    for (const id of ["run.all", "disable", "tidy", "panel.logs", "zoom.fit"]) {
      await editor.page.keyboard.press("Control+k");
      const palette = editor.page.getByRole("dialog", { name: word("shell.command.palette") });
      await palette.getByRole("combobox").fill(nameOf(id));
      const keys = COMMANDS.find((one) => one.id === id)?.keys[0] ?? "";
      const option = palette.getByRole("option", { name: nameOf(id) }).first();
      expect((await option.innerText()).replaceAll(/\s+/g, "")).toContain(
        shown(keys, false).replaceAll(/\s+/g, ""),
      );
      await editor.page.keyboard.press("Escape");
    }
  });

  test("a tip names the key of its button", async () => {
    const run = editor.button("running.run");
    expect(await run.getAttribute("title")).toContain(shown("Mod+Enter", false));
  });
});

function nameOf(id: string): string {
  return word(`shell.command.${id.replaceAll(".", "_")}`);
}
