/** Two people, each in a browser, with the same workflow open. */

import { beforeAll, expect, test } from "vitest";
import { given, hello } from "./support/documents";
import { Editor } from "./support/editor";
import { invited, OWNER } from "./support/owner";
import { stage } from "./support/stage";
import { word } from "./support/words";

const at = stage();
let ada: Editor;
let grace: Editor;
let workflow = "";

beforeAll(async () => {
  const first = await at.owner();
  const second = await invited(at.server, first, "Grace");
  workflow = (await first.api.addWorkflow({ document: given(hello("Shared")) })).value.id;
  ada = new Editor(await at.page(first), first);
  grace = new Editor(await at.page(second), second);
  await ada.open(workflow);
  await grace.open(workflow);
});

test("each sees that somebody else is there", async () => {
  const here = (name: string) => word("canvas.isHere", { name });
  await ada.page.getByRole("img", { name: here("Grace") }).waitFor();
  await grace.page.getByRole("img", { name: here(OWNER.name) }).waitFor();
});

test("what one saves, the other who changed nothing sees by itself", async () => {
  await ada.choose("Done");
  await ada.page.keyboard.press("d");
  await ada.save();
  const off = new RegExp(`^Done, .*${word("canvas.isDisabled")}`);
  await grace.page.getByRole("group", { name: off }).waitFor();
});

test("who saves second is asked, and nothing is overwritten", async () => {
  // The network of one fails for a while, so that both change the same revision.
  await grace.page.context().setOffline(true);
  await grace.choose("Greet");
  await grace.page.keyboard.press("F2");
  await grace.page.keyboard.press("Control+a");
  await grace.page.keyboard.type("Greet warmly");
  await grace.page.keyboard.press("Enter");

  await ada.choose("Start");
  await ada.page.keyboard.press("F2");
  await ada.page.keyboard.press("Control+a");
  await ada.page.keyboard.type("Begin");
  await ada.page.keyboard.press("Enter");
  await ada.save();

  await grace.page.context().setOffline(false);
  await grace.page.getByText(word("canvas.conflictTitle")).first().waitFor();
  const names = (await ada.saved()).nodes?.map((node) => node.name);
  expect(names).toContain("Begin");
  expect(names).not.toContain("Greet warmly");
});

test("keeping mine as a copy loses neither", async () => {
  await grace.button("canvas.keepCopy").click();
  await grace.page.waitForURL((url) => !url.pathname.endsWith(workflow));
  await grace.node("Greet warmly").waitFor();
  const copy = (await grace.saved()).nodes?.map((node) => node.name);
  expect(copy).toContain("Greet warmly");
  const theirs = (await ada.saved()).nodes?.map((node) => node.name);
  expect(theirs).toContain("Begin");
});
