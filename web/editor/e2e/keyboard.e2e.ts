/** The same five steps as in the first workflow, by keyboard alone. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { Editor, naming } from "./support/editor";
import { stage } from "./support/stage";
import { StandIn } from "./support/standIn";
import { word } from "./support/words";

const at = stage();
let weather: StandIn;
let editor: Editor;

beforeAll(async () => {
  weather = await StandIn.start(() => ({ body: { city: "Rome", temperature: 31 } }));
  const owner = await at.owner();
  const page = await at.page(owner);
  editor = new Editor(page, owner);
  await forbidTheMouse();
});
afterAll(async () => {
  await weather.stop();
});

/** Whatever is done with a mouse here is a mistake of the test. */
async function forbidTheMouse(): Promise<void> {
  await editor.page.addInitScript(() => {
    addEventListener("mousedown", () => {
      throw new Error("The mouse was used.");
    });
  });
}

const press = async (...keys: readonly string[]) => {
  for (const key of keys) {
    await editor.page.keyboard.press(key);
  }
};
const type = (text: string) => editor.page.keyboard.type(text);

const MOST_TABS = 120;

/** Tab until what has this name has the focus. */
async function reach(name: string, key = "Tab", exactly = false): Promise<void> {
  for (let step = 0; step < MOST_TABS; step += 1) {
    const on = await focused();
    if (exactly ? on.trim() === name : on.includes(name)) {
      return;
    }
    await press(key);
  }
  throw new Error(`${name} cannot be reached by ${key}; the focus is on ${await focused()}.`);
}

/** What is read aloud for what has the focus. */
async function focused(): Promise<string> {
  return await editor.page.evaluate(() => {
    const on = document.activeElement;
    if (!on || on === document.body) {
      return "";
    }
    const labels = "labels" in on ? (on.labels as NodeListOf<HTMLLabelElement> | null) : [];
    const label = [...(labels ?? [])].map((one) => one.textContent).join(" ");
    const named = on.getAttribute("aria-labelledby")?.split(" ") ?? [];
    const names = named.map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
    const content = on.matches("button, a, [role=option], [role=tab]") ? on.textContent : "";
    return [on.getAttribute("aria-label"), label, names, content].filter(Boolean).join(" ");
  });
}

/** With a node selected: add one behind it, which is selected then. */
async function add(search: string, node: string): Promise<void> {
  await press("n");
  await editor.search.waitFor();
  await type(search);
  await editor.page.getByRole("option").first().waitFor();
  await press("Enter");
  await editor.node(node).waitFor();
}

/** Out of the panel and back to the canvas, with this node selected. */
async function backTo(node: string): Promise<void> {
  // The first closes a list of completions, where there is one.
  for (let times = 0; times < 3 && (await editor.panel.isVisible()); times += 1) {
    await press("Escape");
    await editor.page.waitForTimeout(150);
  }
  await expect.poll(() => editor.selectedNames()).toEqual([node]);
}

async function open(node: string): Promise<void> {
  if (!(await editor.panel.isVisible())) {
    await backTo(node);
    await press("Enter");
  }
  await editor.panel.waitFor();
  await press("Shift+f");
}

/** Fill the field that has the focus; what begins with `=` is an expression. */
async function fill(text: string): Promise<void> {
  await press("Control+a");
  if (!text.startsWith("=")) {
    await type(text);
    return;
  }
  await type("=");
  await editor.page.waitForTimeout(300);
  await editor.page.keyboard.insertText(text.slice(1));
}

/** Choose in the list that has the focus, as typing its first letters does. */
async function choose(text: string): Promise<void> {
  await type(text);
}

test("a workflow of five steps is made without a mouse", async () => {
  const { page } = editor;
  await page.goto("/workflows");
  await page.getByRole("heading", { level: 1 }).waitFor();
  await press("Control+Alt+n");
  await page.waitForURL(/\/workflows\/wf_/);
  await page.getByText(word("canvas.addFirst")).first().waitFor();

  await add("webhook", "Webhook");
  await open("Webhook");
  await reach("Path");
  await fill("advice");
  await reach("Reply");
  await choose("With the node");

  await backTo("Webhook");
  await add("http request", "HTTP request");
  await open("HTTP request");
  await reach("URL");
  await fill(`=${weather.url}/now?city={{ $json.query.city }}`);

  await backTo("HTTP request");
  await add("if", "If");
  await open("If");
  await reach(word("panel.conditions.add"));
  await press("Enter");
  await reach(word("panel.conditions.left", { number: 1 }), "Shift+Tab");
  await fill("={{ $json.temperature }}");
  await reach(word("panel.conditions.type"));
  await choose(word("panel.conditions.types.number"));
  await reach(word("panel.conditions.operation"));
  await choose(word("panel.conditions.operations.gt"));
  await reach(word("panel.conditions.right", { number: 1 }));
  await fill("25");

  await backTo("If");
  await add("respond", "Respond");
  await open("Respond");
  await reach("Reply with");
  await choose("Text");
  await reach("Text");
  await fill("=Sunglasses for {{ $json.city }}");

  await backTo("Respond");
  await press("Control+d");
  await expect.poll(() => editor.nodes.count()).toBe(5);
});

test("a step is joined to another by choosing it from a list", async () => {
  const [copy = ""] = await editor.selectedNames();
  await press("ArrowLeft", "ArrowLeft");
  await expect.poll(() => editor.selectedNames()).toEqual(["If"]);
  await press("e");
  const dialog = editor.page.getByRole("dialog", {
    name: word("canvas.connectTo", { node: "If" }),
  });
  await dialog.waitFor();
  await reach(word("canvas.port"), "Shift+Tab");
  await type("False");
  await reach(word("canvas.findTarget"));
  await type(copy);
  const targets = dialog.getByRole("listbox", { name: word("canvas.targets") });
  await targets.getByRole("option", { name: copy }).waitFor();
  await press("Enter");
  await dialog.waitFor({ state: "detached" });
  await expect.poll(() => editor.edges.count()).toBe(4);
});

test("what was done is said aloud", async () => {
  const said = editor.page.getByRole("status").filter({ hasText: /\S/ });
  await press("Alt+ArrowDown");
  await expect.poll(async () => (await said.allInnerTexts()).join(" ")).toMatch(/\S/);
});

test("it is undone and done again", async () => {
  const before = await editor.edges.count();
  await press("Control+z", "Control+z");
  await expect.poll(() => editor.edges.count()).toBe(before - 1);
  await press("Control+Shift+z", "Control+y");
  await expect.poll(() => editor.edges.count()).toBe(before);
});

test("it runs, and its data is read", async () => {
  await press("Control+Enter");
  const dialog = editor.page.getByRole("dialog");
  await dialog.waitFor();
  await reach(word("running.listenTab"));
  await press("ArrowRight");
  await reach(word("running.items"), "Tab", true);
  await fill('[{"query": {"city": "Rome"}}]');
  await press("Control+Enter");
  await dialog.waitFor({ state: "detached" });
  await editor.page.getByText(word("running.succeeded")).first().waitFor();
  await press("l");
  const logs = editor.page.getByRole("region", { name: word("running.logs") });
  await logs.getByRole("treeitem").filter({ hasText: "HTTP request" }).waitFor();
});

test("it is published from the palette", async () => {
  await press("Control+k");
  await editor.page.getByRole("dialog", { name: word("shell.command.palette") }).waitFor();
  await type(word("shell.command.workflow_publish"));
  await press("Enter");
  const dialog = editor.page.getByRole("dialog", { name: naming("canvas.publishTitle", "number") });
  await dialog.waitFor();
  await reach(word("canvas.publishNote"));
  await type("By keyboard");
  await reach(word("canvas.publish"), "Tab", true);
  await press("Enter");
  await dialog.waitFor({ state: "detached" });
  await expect
    .poll(
      async () =>
        (await fetch(`${at.server.url}/hook/default/advice?city=Rome`, { method: "POST" })).text(),
      {
        timeout: 8_000,
      },
    )
    .toBe("Sunglasses for Rome");
});
