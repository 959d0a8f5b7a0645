/** What is done less often than building and running: groups, sets, searching, code, simulating. */

import type { models } from "@penstock/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { given, hello } from "./support/documents";
import { Editor } from "./support/editor";
import { stage } from "./support/stage";
import { StandIn } from "./support/standIn";
import { word } from "./support/words";

const at = stage();
let editor: Editor;
let shop: StandIn;
let asked = 0;

beforeAll(async () => {
  shop = await StandIn.start(() => {
    asked += 1;
    return { body: {} };
  });
  const owner = await at.owner();
  editor = new Editor(await at.page(owner), owner);
});
afterAll(async () => {
  await shop.stop();
});

async function open(document: models.Document): Promise<void> {
  const { api } = await at.owner();
  await editor.open((await api.addWorkflow({ document: given(document) })).value.id);
}

async function drag(name: string, dx: number, dy: number): Promise<void> {
  const { mouse } = editor.page;
  const box = await editor.node(name).boundingBox();
  const [x, y] = [(box?.x ?? 0) + 60, (box?.y ?? 0) + 20];
  await mouse.move(x, y);
  await mouse.down();
  await mouse.move(x + dx / 2, y + dy / 2, { steps: 4 });
  await mouse.move(x + dx, y + dy, { steps: 4 });
  await mouse.up();
}

const members = (document: models.Document) => document.groups?.map((one) => one.nodes?.toSorted());

test("a node that is dropped into a group belongs to it, and is taken out by ungrouping it", async () => {
  const flow = hello("Grouped");
  await open({
    ...flow,
    groups: [{ id: "g", title: "Greeting", nodes: ["greet", "done"] }],
    layout: { start: [288, 256], greet: [0, 0], done: [576, 0] },
  });
  await editor.page.keyboard.press("Shift+1");
  const [from, to] = [
    await editor.node("Start").boundingBox(),
    await editor.node("Greet").boundingBox(),
  ];
  await drag("Start", 0, (to?.y ?? 0) - (from?.y ?? 0));
  await editor.becomes("it belongs to the group", members, [["done", "greet", "start"]]);

  await editor.choose("Greet");
  await editor.page.keyboard.press("Control+Shift+g");
  await editor.becomes("one node left the group", members, [["done", "start"]]);
  await editor.page.keyboard.press("Control+z");
  await editor.becomes("it is back", members, [["done", "greet", "start"]]);
});

test("pinned items have a name, and get another one", async () => {
  const pinned = { greet: { default: [{ json: {} }], empty: [] } };
  await open({ ...hello("Sets"), fixtures: pinned });
  await editor.choose("Greet", { clickCount: 2 });
  await editor.button("panel.editItems").click();
  const dialog = editor.page.getByRole("dialog", { name: word("panel.editItems") });
  await dialog.getByLabel(word("panel.items.set")).selectOption("empty");
  const name = dialog.getByLabel(word("common.name"), { exact: true });
  await name.fill("default");
  await dialog.getByText(word("panel.items.taken")).waitFor();
  await name.fill("nobody");
  await dialog.getByRole("button", { name: word("panel.items.keep") }).click();
  await editor.becomes(
    "the set is called otherwise",
    (document) => Object.keys(document.fixtures?.greet ?? {}).toSorted(),
    ["default", "nobody"],
  );
});

test("the outline finds what stands in a node, and tells where", async () => {
  await open(hello("Searched"));
  await editor.page.keyboard.press("Shift+l");
  const outline = editor.page.getByRole("complementary", { name: word("canvas.outline") });
  await outline.getByRole("searchbox").fill("json.who");
  await expect.poll(() => outline.getByRole("listitem").count()).toBe(1);
  await outline.getByText("assignments[0].value:").waitFor();
});

test("an outline that was left open has its place before it comes", async () => {
  const { page } = editor;
  const code = /\/assets\/Outline-[^/]+\.js$/;
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(code, async (route) => {
    await held;
    await route.continue();
  });
  const { api } = await at.owner();
  const { value } = await api.addWorkflow({ document: given(hello("Left open")) });
  await page.goto(`/workflows/${value.id}`);
  await editor.node("Start").waitFor();
  const outline = page.getByRole("complementary", { name: word("canvas.outline") });
  const canvas = page.getByRole("region", { name: word("canvas.label", { name: "Left open" }) });
  expect(await outline.count()).toBe(0);
  const before = await canvas.boundingBox();
  release();
  await outline.waitFor();
  expect(await canvas.boundingBox()).toEqual(before);
  await page.unroute(code);
  await page.keyboard.press("Shift+l");
  await outline.waitFor({ state: "detached" });
});

test("a query that goes wrong is marked, and completion is closed before the panel is", async () => {
  const merge = { id: "merge", name: "Merge", type: "penstock/flow.merge" };
  const config = { mode: "sql", query: "select (1" };
  const flow = hello("Queried");
  await open({
    ...flow,
    nodes: [...(flow.nodes ?? []), { ...merge, config }],
    layout: { ...flow.layout, merge: [864, 0] },
  });
  await editor.choose("Merge", { clickCount: 2 });
  await editor.panel.locator(".cm-lint-marker-error").waitFor();
  await editor.panel.locator(".cm-content").first().click();
  await editor.page.keyboard.press("Control+End");
  await editor.page.keyboard.insertText(") as one");
  await expect.poll(() => editor.panel.locator(".cm-lint-marker-error").count()).toBe(0);

  await editor.page.keyboard.type(" sel");
  const offered = editor.page.locator(".cm-tooltip-autocomplete");
  await offered.waitFor();
  await editor.page.keyboard.press("Escape");
  await offered.waitFor({ state: "detached" });
  expect(await editor.panel.isVisible()).toBe(true);
});

test("a simulated run sends nothing, and lists what it would have sent", async () => {
  const flow = hello("Simulated");
  const config = { method: "POST", url: shop.url };
  await open({
    ...flow,
    nodes: [
      ...(flow.nodes ?? []),
      { id: "order", name: "Order", type: "penstock/http.request", config },
    ],
    edges: [...(flow.edges ?? []), { from: ["done", "main"], to: ["order", "main"] }],
    layout: { ...flow.layout, order: [864, 0] },
  });
  await editor.button("running.more").click();
  await editor.page.getByRole("menuitem", { name: word("running.simulate") }).click();
  const dialog = editor.page.getByRole("dialog", { name: word("running.effectsTitle") });
  await dialog.getByText("Order").waitFor();
  expect(asked).toBe(0);
});

test("a schedule tells when it starts next, before it counts", async () => {
  const rules = [{ unit: "cron", cron: "30 * * * *" }];
  await open({
    format: "penstock/1",
    name: "Scheduled",
    nodes: [{ id: "when", name: "When", type: "penstock/flow.schedule", config: { rules } }],
    layout: { when: [0, 0] },
  });
  await editor.choose("When", { clickCount: 2 });
  const next = editor.page.getByRole("region", { name: word("panel.nextMoments") });
  await expect.poll(() => next.getByRole("listitem").count(), { timeout: 8_000 }).toBe(5);
  await next.getByText(/:30/).first().waitFor();
});
