/** What each command does, as it is seen in the browser; the table of keys is held against it. */

import type { models } from "@penstock/client";
import { expect } from "vitest";
import type { Editor } from "./editor";
import { word } from "./words";

type Document = models.Document;

export interface Trial {
  readonly editor: Editor;
  /** Press the key that is tried. */
  readonly press: () => Promise<void>;
  /** Id of the workflow that a node of this one runs. */
  readonly called: string;
}

/** Which workflow is open: plain steps, a webhook, one that takes long, or a chat. */
export type Ground = "plain" | "hooked" | "slow" | "chatty";

export interface Effect {
  readonly on?: Ground;
  readonly seen: (trial: Trial) => Promise<void>;
}

const place = (document: Document, id: string) => document.layout?.[id] ?? [];
const ids = (document: Document) => (document.nodes ?? []).map((node) => node.id).sort();

/** With a node selected, the key changes the document so that `look` gives `value`. */
function changes(
  node: string,
  what: string,
  look: (document: Document) => unknown,
  value: unknown,
): Effect {
  return {
    seen: async ({ editor, press }) => {
      await editor.choose(node);
      await press();
      await editor.becomes(what, look, value);
    },
  };
}

function moves(across: number, down: number): Effect {
  return changes("Third", "it moved", (document) => place(document, "third"), [864 + across, down]);
}

/** From one node, the selection goes to others. */
function selects(from: string, ...to: readonly string[]): Effect {
  return {
    seen: async ({ editor, press }) => {
      await editor.choose(from);
      await press();
      await expect.poll(() => editor.selectedNames()).toEqual([...to].sort());
    },
  };
}

function zooms(look: (before: number, after: number) => boolean, before = ""): Effect {
  return {
    seen: async ({ editor, press }) => {
      await editor.choose("Third");
      if (before) {
        await editor.page.keyboard.press(before);
        await editor.page.keyboard.press(before);
      }
      const from = await editor.zoom();
      await press();
      await expect.poll(async () => look(from, await editor.zoom())).toBe(true);
    },
  };
}

/** The key makes the page ask the server for something. */
function asks(method: string, path: RegExp, on: Ground = "plain", node = "Third"): Effect {
  return {
    on,
    seen: async ({ editor, press }) => {
      await editor.choose(node);
      const asked = editor.page.waitForRequest(
        (request) => request.method() === method && path.test(new URL(request.url()).pathname),
      );
      await press();
      await asked;
    },
  };
}

/** The key shows something, and again takes it away. */
function turns(role: Parameters<Editor["page"]["getByRole"]>[0], key: string): Effect {
  return {
    seen: async ({ editor, press }) => {
      const thing = editor.page.getByRole(role, { name: word(key) });
      await editor.choose("Third");
      const was = await thing.isVisible();
      await press();
      await expect.poll(() => thing.isVisible()).toBe(!was);
      await press();
      await expect.poll(() => thing.isVisible()).toBe(was);
    },
  };
}

function goes(to: RegExp, node = "Third"): Effect {
  return {
    seen: async ({ editor, press }) => {
      await editor.choose(node);
      const before = editor.page.url();
      await press();
      await editor.page.waitForURL((url) => url.href !== before && to.test(url.pathname));
    },
  };
}

function dialog(
  key: string,
  node = "Third",
  values: Readonly<Record<string, unknown>> = {},
): Effect {
  return {
    seen: async ({ editor, press }) => {
      await editor.choose(node);
      await press();
      await editor.page.getByRole("dialog", { name: word(key, values) }).waitFor();
    },
  };
}

const copied = (editor: Editor) => editor.page.evaluate(() => navigator.clipboard.readText());

function copies(pattern: RegExp, on: Ground): Effect {
  return {
    on,
    seen: async ({ editor, press }) => {
      await editor.choose(on === "hooked" ? "Webhook" : "Third");
      await press();
      await expect.poll(() => copied(editor)).toMatch(pattern);
    },
  };
}

const opensCreator: Effect = {
  seen: async ({ editor, press }) => {
    await editor.choose("Third");
    await press();
    await editor.search.waitFor();
  },
};

const removes = changes("Second", "it is gone, and its neighbours are joined", joined, [
  ["first", "lower"],
  ["first", "third"],
  ["start", "first"],
  ["third", "call"],
]);

function joined(document: Document): readonly (readonly (string | undefined)[])[] {
  return (document.edges ?? []).map((edge) => [edge.from[0], edge.to[0]]).sort();
}

const PLAIN = ["call", "first", "lower", "second", "start", "third"];

/** By id of the command. */
export const EFFECTS: Readonly<Record<string, Effect>> = {
  palette: dialog("shell.command.palette"),
  sheet: dialog("shell.command.sheet"),
  settings: goes(/^\/settings/),
  "workflow.new": goes(/^\/workflows\/wf_/),
  "workflow.open": dialog("shell.command.workflow_open"),
  save: {
    seen: async ({ editor, press }) => {
      await editor.choose("Third");
      await editor.page.keyboard.press("d");
      const begun = Date.now();
      const asked = editor.page.waitForRequest((request) => request.method() === "PUT");
      await press();
      await asked;
      expect(Date.now() - begun, "at once, and not by itself later").toBeLessThan(600);
    },
  },
  undo: {
    seen: async ({ editor, press }) => {
      await editor.choose("Third");
      await editor.page.keyboard.press("Delete");
      await editor.node("Third").waitFor({ state: "detached" });
      await press();
      await editor.node("Third").waitFor();
    },
  },
  redo: {
    seen: async ({ editor, press }) => {
      await editor.choose("Third");
      await editor.page.keyboard.press("Delete");
      await editor.page.keyboard.press("Control+z");
      await editor.node("Third").waitFor();
      await press();
      await editor.node("Third").waitFor({ state: "detached" });
    },
  },
  "run.all": asks("POST", /\/draft\/executions$/),
  "run.to": {
    seen: async ({ editor, press }) => {
      await editor.choose("Second");
      const asked = editor.page.waitForRequest((one) => /\/draft\/executions$/.test(one.url()));
      await press();
      expect((await asked).postDataJSON()).toMatchObject({ to: "second" });
    },
  },
  "run.stop": {
    on: "slow",
    seen: async ({ editor, press }) => {
      await editor.choose("Wait");
      await editor.run();
      await editor.button("running.stop").waitFor();
      const asked = editor.page.waitForRequest(/\/executions\/[^/]+\/cancel$/);
      await press();
      await asked;
    },
  },
  creator: opensCreator,
  note: {
    seen: async ({ editor, press }) => {
      await editor.choose("Third");
      await press();
      await editor.page.keyboard.press("Escape");
      await editor.becomes("there is a note", (document) => document.notes?.length, 1);
    },
  },
  connect: dialog("canvas.connectTo", "Third", { node: "Third" }),
  replace: opensCreator,
  rename: {
    seen: async ({ editor, press }) => {
      await editor.choose("Third");
      await press();
      await editor.page.keyboard.press("Control+a");
      await editor.page.keyboard.type("Renamed");
      await editor.page.keyboard.press("Enter");
      await editor.node("Renamed").waitFor();
    },
  },
  disable: changes(
    "Third",
    "it is off",
    (all) => all.nodes?.find((one) => one.id === "third")?.settings?.disabled,
    true,
  ),
  pin: {
    seen: async ({ editor, press }) => {
      await editor.choose("First");
      await editor.run();
      await ended(editor);
      await press();
      await editor.becomes("its data is pinned", (all) => Object.keys(all.fixtures ?? {}), [
        "first",
      ]);
    },
  },
  duplicate: changes("Third", "there are two", (all) => ids(all).length, PLAIN.length + 1),
  copy: {
    seen: async ({ editor, press }) => {
      await editor.choose("Third");
      await press();
      await expect.poll(() => copied(editor)).toContain('"Third"');
    },
  },
  cut: {
    seen: async ({ editor, press }) => {
      await editor.choose("Third");
      await press();
      await editor.node("Third").waitFor({ state: "detached" });
      expect(await copied(editor)).toContain('"Third"');
    },
  },
  paste: {
    seen: async ({ editor, press }) => {
      await editor.choose("Third");
      await editor.page.keyboard.press("Control+c");
      await press();
      await editor.becomes("there are two", (all) => ids(all).length, PLAIN.length + 1);
    },
  },
  delete: removes,
  tidy: {
    seen: async ({ editor, press }) => {
      await editor.choose("Third");
      await editor.page.keyboard.press("Alt+Shift+ArrowDown");
      await editor.page.keyboard.press("Escape");
      await press();
      await editor.becomes("all stand in line", (all) => place(all, "third")[1], 0);
    },
  },
  group: changes("Third", "it is in a group", (all) => all.groups?.map((one) => one.nodes), [
    ["third"],
  ]),
  ungroup: {
    seen: async ({ editor, press }) => {
      await grouped(editor);
      await press();
      await editor.becomes("the group is gone", (all) => all.groups?.length ?? 0, 0);
    },
  },
  extract: dialog("canvas.extractTitle", "Second"),
  "move.up": moves(0, -16),
  "move.down": moves(0, 16),
  "move.left": moves(-16, 0),
  "move.right": moves(16, 0),
  "move.far.up": moves(0, -160),
  "move.far.down": moves(0, 160),
  "move.far.left": moves(-160, 0),
  "move.far.right": moves(160, 0),
  "open.node": {
    seen: async ({ editor, press }) => {
      await editor.choose("Third");
      await press();
      await editor.panel.waitFor();
    },
  },
  "select.all": selects("Third", "Call", "First", "Lower", "Second", "Start", "Third"),
  "walk.left": selects("Third", "Second"),
  "walk.right": selects("Second", "Third"),
  "walk.up": selects("Lower", "Second"),
  "walk.down": selects("Second", "Lower"),
  "select.upstream": selects("Second", "First", "Second", "Start"),
  "select.downstream": selects("Second", "Call", "Second", "Third"),
  "select.edge": {
    seen: async ({ editor, press }) => {
      await editor.choose("Second");
      await press();
      await editor.page.locator(".react-flow__edge.selected").waitFor();
    },
  },
  "open.subworkflow": {
    seen: async ({ editor, press, called }) => {
      await editor.choose("Call");
      await press();
      await editor.page.waitForURL((url) => url.pathname === `/workflows/${called}`);
    },
  },
  escape: selects("Third"),
  "zoom.in": zooms((before, after) => after > before, "-"),
  "zoom.out": zooms((before, after) => after < before),
  "zoom.reset": zooms((_, after) => after === 1, "-"),
  "zoom.fit": zooms((before, after) => after > before, "-"),
  "zoom.selection": zooms((before, after) => after > before, "-"),
  "zoom.focus": zooms((before, after) => after > before, "-"),
  minimap: turns("img", "canvas.minimap"),
  outline: turns("complementary", "canvas.outline"),
  "groups.collapse": {
    seen: async ({ editor, press }) => {
      await grouped(editor);
      await press();
      await editor.node("Third").waitFor({ state: "detached" });
    },
  },
  "groups.expand": {
    seen: async ({ editor, press }) => {
      await grouped(editor);
      await editor.page.keyboard.press("Shift+Alt+g");
      await editor.node("Third").waitFor({ state: "detached" });
      await press();
      await editor.node("Third").waitFor();
    },
  },
  "panel.focus": {
    seen: async ({ editor, press }) => {
      await editor.choose("Third");
      await editor.page.keyboard.press("Enter");
      await editor.panel.waitFor();
      await editor.choose("Third");
      await press();
      await expect.poll(() => editor.isFocusInPanel()).toBe(true);
    },
  },
  "panel.chat": {
    on: "chatty",
    seen: async ({ editor, press }) => {
      await editor.choose("Chat");
      await press();
      await editor.page.getByLabel(word("canvas.chatMessage")).waitFor();
    },
  },
  "url.test": copies(/^http.*test/, "hooked"),
  "url.production": copies(/^http.*\/hook\/default\/keys/, "hooked"),
  "panel.logs": {
    seen: async ({ editor, press }) => {
      const logs = editor.button("running.logs");
      await editor.choose("Third");
      const was = await logs.getAttribute("aria-expanded");
      await press();
      await expect.poll(() => logs.getAttribute("aria-expanded")).not.toBe(was);
      await press();
      await expect.poll(() => logs.getAttribute("aria-expanded")).toBe(was);
    },
  },
  "logs.input": opensLogs("input"),
  "logs.output": opensLogs("output"),
  "panel.close": {
    seen: async ({ editor, press }) => {
      await editor.choose("Third");
      await editor.page.keyboard.press("Enter");
      await editor.panel.waitFor();
      await press();
      await editor.panel.waitFor({ state: "detached" });
    },
  },
};

async function ended(editor: Editor): Promise<void> {
  const over = new RegExp(`${word("running.status.success")}|${word("running.status.error")}`);
  await editor.logs.getByText(over).first().waitFor();
}

function opensLogs(side: "input" | "output"): Effect {
  return {
    seen: async ({ editor, press }) => {
      await editor.choose("Third");
      await editor.run();
      await ended(editor);
      await press();
      await editor.logs.getByRole("treeitem").filter({ hasText: "Third" }).click();
      const tab = editor.logs.getByRole("tab", { name: word(`running.side.${side}`) });
      await expect.poll(() => tab.getAttribute("aria-selected")).toBe("true");
    },
  };
}

/** Put a node into a group, which is selected then. */
async function grouped(editor: Editor): Promise<void> {
  await editor.choose("Third");
  await editor.page.keyboard.press("Control+g");
  await editor.becomes("it is in a group", (all) => all.groups?.length, 1);
  await editor.page.keyboard.press("Enter");
}
