/**
 * Everything that has a key, in one table: the handlers, the palette, the tips, the menus and the
 * sheet are made from it, so they cannot disagree.
 *
 * The rules:
 *
 * - `Mod` is Ctrl, and ⌘ on a Mac.
 * - What is a single letter acts where nothing is typed, and only `where` it says.
 * - What reads stays where nothing may be changed; `edits` marks the rest.
 * - What has no key stands here too: the palette offers it, and people can give it one.
 */

export type Where = "anywhere" | "canvas" | "editor" | "panel";
export const SECTIONS = [
  "general",
  "workflow",
  "run",
  "add",
  "edit",
  "select",
  "view",
  "panels",
] as const;
export type Section = (typeof SECTIONS)[number];

export interface Command {
  readonly id: string;
  readonly section: Section;
  readonly keys: readonly string[];
  readonly where: Where;
  readonly edits?: boolean;
}

function of(
  section: Section,
  where: Where,
  table: Readonly<Record<string, string>>,
  edits = false,
): Command[] {
  return Object.entries(table).map(([id, keys]) => ({
    id,
    section,
    where,
    keys: keys.split("  ").filter(Boolean),
    edits,
  }));
}

/** Keys of one command are separated by two spaces. */
export const COMMANDS: readonly Command[] = [
  ...of("general", "anywhere", {
    palette: "Mod+K  Mod+Shift+P  F1",
    sheet: "?",
    settings: "Mod+,",
    "workflow.new": "Mod+Alt+N",
    "workflow.open": "Mod+O",
    tour: "",
    "sign.out": "",
  }),
  ...of("general", "editor", { save: "Mod+S", undo: "Mod+Z", redo: "Mod+Shift+Z  Mod+Y" }, true),
  ...of("workflow", "editor", {
    "workflow.publish": "",
    "workflow.activate": "",
    "workflow.settings": "",
    "workflow.findings": "",
    "workflow.versions": "",
    "workflow.executions": "",
    "workflow.duplicate": "",
    "workflow.download": "",
    "workflow.import": "",
    "workflow.template": "",
    "workflow.archive": "",
  }),
  ...of("run", "editor", {
    "run.all": "Mod+Enter",
    "run.to": "Mod+Shift+Enter",
    "run.stop": "Mod+Alt+Enter",
  }),
  ...of("add", "canvas", { creator: "N  A", note: "Shift+S", connect: "E", replace: "R" }, true),
  ...of(
    "edit",
    "canvas",
    {
      rename: "F2  Space",
      disable: "D",
      pin: "P",
      duplicate: "Mod+D",
      cut: "Mod+X",
      paste: "Mod+V",
      delete: "Delete  Backspace",
      tidy: "Shift+Alt+T",
      group: "Mod+G",
      ungroup: "Mod+Shift+G",
      extract: "Alt+X",
      "move.up": "Alt+ArrowUp",
      "move.down": "Alt+ArrowDown",
      "move.left": "Alt+ArrowLeft",
      "move.right": "Alt+ArrowRight",
      "move.far.up": "Alt+Shift+ArrowUp",
      "move.far.down": "Alt+Shift+ArrowDown",
      "move.far.left": "Alt+Shift+ArrowLeft",
      "move.far.right": "Alt+Shift+ArrowRight",
    },
    true,
  ),
  ...of("edit", "canvas", { copy: "Mod+C" }),
  // Before what Escape does on the canvas: what was opened last closes first.
  ...of("panels", "panel", { "panel.close": "Escape" }),
  ...of("select", "canvas", {
    "open.node": "Enter",
    "select.all": "Mod+A",
    "walk.up": "ArrowUp",
    "walk.down": "ArrowDown",
    "walk.left": "ArrowLeft",
    "walk.right": "ArrowRight",
    "select.upstream": "Shift+ArrowLeft",
    "select.downstream": "Shift+ArrowRight",
    "select.edge": "Shift+E",
    "open.subworkflow": "Mod+Shift+O",
    escape: "Escape",
  }),
  ...of("view", "canvas", {
    "zoom.in": "+  =",
    "zoom.out": "-  _",
    "zoom.reset": "0",
    "zoom.fit": "1  Shift+1",
    "zoom.selection": "Shift+2  .",
    "zoom.focus": "Z",
    minimap: "M",
    outline: "Shift+L",
    "groups.expand": "Alt+G",
    "groups.collapse": "Shift+Alt+G",
  }),
  ...of("panels", "canvas", {
    "panel.focus": "Shift+F",
    "panel.chat": "C",
    "url.test": "Shift+Alt+U",
    "url.production": "Alt+U",
  }),
  ...of("panels", "editor", {
    "panel.logs": "L  Control+`",
    "logs.input": "I",
    "logs.output": "O",
  }),
];

export const COMMAND_BY_ID: ReadonlyMap<string, Command> = new Map(
  COMMANDS.map((command) => [command.id, command]),
);
