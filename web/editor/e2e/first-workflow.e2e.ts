/**
 * What `docs/first-workflow.md` tells, by mouse, from the first start on.
 *
 * With PENSTOCK_STORY_PICTURES set to `docs/pictures`, its pictures are made anew.
 */

import { afterAll, beforeAll, expect, test } from "vitest";
import { Editor, naming } from "./support/editor";
import { OWNER, type Person, signInAgain } from "./support/owner";
import { stage } from "./support/stage";
import { StandIn } from "./support/standIn";
import { illustrate } from "./support/story";
import { word } from "./support/words";

const at = stage();
let weather: StandIn;
let slowly = 0;
let editor: Editor;
let owner: Person;

beforeAll(async () => {
  weather = await StandIn.start((asked) => {
    const city = new URL(asked.url ?? "", "http://here").searchParams.get("city") ?? "";
    return { body: { city, temperature: city === "Oslo" ? 4 : 31 }, afterMs: slowly };
  });
});
afterAll(async () => {
  await weather.stop();
});

const PATIENTLY = { timeout: 8_000 };
const call = async (city: string) =>
  await (await fetch(`${at.server.url}/hook/default/advice?city=${city}`)).text();

test("the first start: an account, and a workflow that is there already", async () => {
  const page = await at.page(null);
  await page.goto(await at.server.setUpLink());
  await page.getByLabel(word("account.name"), { exact: true }).fill(OWNER.name);
  await page.getByLabel(word("account.email"), { exact: true }).fill(OWNER.email);
  await page.getByLabel(word("account.password"), { exact: true }).fill(OWNER.password);
  await illustrate(page, "first-workflow-1-account");
  await page.getByRole("button", { name: word("account.setUpDeed") }).click();
  await page.waitForURL(/\/workflows\/wf_/);
  const tour = page.getByRole("dialog", { name: word("tour.run.title") });
  await tour.waitFor();
  await illustrate(page, "first-workflow-2-tour");
  await tour.getByRole("button", { name: word("tour.skip") }).click();
  await tour.waitFor({ state: "detached" });
  owner = await signInAgain(at.server);
  editor = new Editor(page, owner);
});

test("a new workflow begins with its trigger", async () => {
  const { page } = editor;
  await page
    .getByRole("navigation")
    .getByRole("link", { name: word("shell.workflows") })
    .click();
  await page
    .getByRole("button", { name: word("workflows.new") })
    .first()
    .click();
  await page.waitForURL(/\/workflows\/wf_/);
  await page.getByRole("button", { name: word("canvas.addFirst") }).click();
  await illustrate(page, "first-workflow-3-creator");
  await editor.add("webhook", "Webhook");
  await editor.node("Webhook").waitFor();
  await openDetails("Webhook");
  await editor.fill("Path", "advice");
  await editor.pick("Method", "GET");
  await editor.pick("Reply", "With the node Respond");
  await illustrate(page, "first-workflow-4-webhook");
});

test("then it fetches, decides, and answers", async () => {
  await addAfter("Request", "Webhook", "http request", "HTTP request");
  await openDetails("HTTP request");
  await editor.fill("URL", `=${weather.url}/now?city={{ $json.query.city }}`);

  await addAfter("Response", "HTTP request", "if", "If");
  await openDetails("If");
  await editor.panel.getByRole("button", { name: word("panel.conditions.add") }).click();
  await editor.fill(word("panel.conditions.left", { number: 1 }), "={{ $json.temperature }}");
  await editor.pick(word("panel.conditions.type"), word("panel.conditions.types.number"));
  await editor.pick(word("panel.conditions.operation"), word("panel.conditions.operations.gt"));
  await editor.fill(word("panel.conditions.right", { number: 1 }), "25");
  await illustrate(editor.page, "first-workflow-5-if");

  await addAfter("True", "If", "respond", "Respond");
  await answerWith("Respond", "=Take sunglasses to {{ $json.city }}");
  await addAfter("False", "If", "respond", "Respond");
  await answerWith("Respond 2", "=Take a coat to {{ $json.city }}");
  await closeDetails();
  await editor.button("shell.command.zoom_fit").click();
  expect(await editor.nodes.count()).toBe(5);
  expect(await editor.edges.count()).toBe(4);
  await illustrate(editor.page, "first-workflow-6-five-steps");
});

async function addAfter(port: string, node: string, search: string, entry: string) {
  await closeDetails();
  await editor.button("shell.command.zoom_fit").click();
  await editor.button("canvas.addAfter", { port, node }).click();
  await editor.add(search, entry);
}

async function openDetails(name: string) {
  if (!(await editor.panel.isVisible())) {
    await editor.choose(name, { clickCount: 2 });
  }
  await editor.panel.waitFor();
}

async function closeDetails() {
  if (await editor.panel.isVisible()) {
    await editor.button("panel.close").click();
    await editor.panel.waitFor({ state: "detached" });
  }
}

async function answerWith(name: string, text: string) {
  await openDetails(name);
  await editor.pick("Reply with", "Text");
  await editor.fill("Text", text);
}

async function runWith(city: string) {
  const { page } = editor;
  await editor.button("running.run").click();
  await page.getByRole("tab", { name: word("running.itemsTab") }).click();
  const dialog = page.getByRole("dialog");
  await dialog
    .getByLabel(word("running.items"), { exact: true })
    .fill(JSON.stringify([{ query: { city } }]));
  await dialog.getByRole("button", { name: word("running.run"), exact: true }).click();
  await dialog.waitFor({ state: "detached" });
}

test("it runs with an example, and the data of each step can be read", async () => {
  await runWith("Rome");
  await editor.page.getByText(word("running.succeeded")).first().waitFor();
  await editor.choose("HTTP request", { clickCount: 2 });
  const output = editor.panel.getByRole("region", {
    name: word("panel.outputOf", { name: "HTTP request" }),
  });
  await output.getByText("temperature").first().waitFor();
  await output.getByText("31").first().waitFor();
  await illustrate(editor.page, "first-workflow-7-data");
});

test("one step alone is tried", async () => {
  const asked = weather.asked.length;
  await editor.button("panel.testStep").click();
  await expect.poll(() => weather.asked.length).toBe(asked + 1);
});

test("what breaks says why, and how it is mended", async () => {
  const good = `=${weather.url}/now?city={{ $json.query.city }}`;
  await editor.fill("URL", `=${weather.url}/now?city={{ $json.qerry.city }}`);
  await closeDetails();
  await runWith("Rome");
  // What failed is open, with the reason and the way out.
  await editor.panel.waitFor();
  const why = editor.panel.getByRole("alert").first();
  await why.waitFor();
  expect(await why.innerText()).toMatch(/url.*is missing here/s);
  await illustrate(editor.page, "first-workflow-8-mistake");
  await editor.fill("URL", good);
  await closeDetails();
  await runWith("Rome");
  await editor.page.getByText(word("running.succeeded")).last().waitFor();
});

test("published, it answers calls", async () => {
  await publish("The first one");
  await illustrate(editor.page, "first-workflow-9-published");
  await expect.poll(() => call("Rome"), PATIENTLY).toBe("Take sunglasses to Rome");
  expect(await call("Oslo")).toBe("Take a coat to Oslo");
});

/** The link to another view of the workflow. */
const view = (tab: string) =>
  editor.page
    .getByRole("navigation", { name: word("canvas.views") })
    .getByRole("link", { name: word(`canvas.${tab}`) });

async function publish(note: string) {
  const { page } = editor;
  await editor.button("canvas.publish").click();
  const dialog = page.getByRole("dialog", { name: naming("canvas.publishTitle", "number") });
  await dialog.getByLabel(word("canvas.publishNote")).fill(note);
  await dialog.getByRole("button", { name: word("canvas.publish"), exact: true }).click();
  await dialog.waitFor({ state: "detached" });
}

test("a call is seen while it runs, without loading anything again", async () => {
  const { page } = editor;
  await view("tabExecutions").click();
  // The word stands once in the filter, and again with each execution that runs.
  const running = () => page.getByText(word("running.status.running"), { exact: true }).count();
  await expect.poll(running).toBe(1);
  slowly = 5_000;
  const answer = call("Rome");
  await expect.poll(running, { timeout: 4_000 }).toBe(2);
  await illustrate(page, "first-workflow-10-live");
  expect(await answer).toBe("Take sunglasses to Rome");
  slowly = 0;
  await expect.poll(running, { timeout: 8_000 }).toBe(1);
});

test("the version before is one click away", async () => {
  const { page } = editor;
  await page.goBack();
  await editor.node("Respond").waitFor();
  await editor.choose("Respond", { clickCount: 2 });
  await editor.fill("Text", "=Stay at home, {{ $json.city }} is hot");
  await closeDetails();
  await publish("The second one");
  await expect.poll(() => call("Rome"), PATIENTLY).toBe("Stay at home, Rome is hot");
  await view("tabVersions").click();
  await illustrate(page, "first-workflow-11-versions");
  await rollBack();
  await expect.poll(() => call("Rome"), PATIENTLY).toBe("Take sunglasses to Rome");
});

async function rollBack() {
  const { page } = editor;
  await page.getByRole("button", { name: word("versions.menu", { number: 1 }) }).click();
  await page.getByRole("menuitem", { name: word("versions.backDots") }).click();
  const sure = page.getByRole("dialog", { name: word("versions.backTitle", { version: 1 }) });
  await sure.getByRole("button", { name: word("versions.back"), exact: true }).click();
  await sure.waitFor({ state: "detached" });
}
