/** The page is loaded again while something is going on. */

import { beforeAll, expect, test } from "vitest";
import { given, hello, slow } from "./support/documents";
import { Editor } from "./support/editor";
import { settled } from "./support/screens";
import { stage } from "./support/stage";
import { word } from "./support/words";

const at = stage();
let editor: Editor;

beforeAll(async () => {
  const owner = await at.owner();
  editor = new Editor(await at.page(owner), owner);
});

async function add(document: Parameters<typeof given>[0]): Promise<string> {
  const { api } = await at.owner();
  return (await api.addWorkflow({ document: given(document) })).value.id;
}

test("a change that was not saved yet is still there", async () => {
  await editor.open(await add(hello("Reloaded")));
  // Nothing that is changed gets through, as on a train.
  await editor.page.route(/\/workflows\/wf_[^/]+$/, async (route) => {
    await (route.request().method() === "PUT" ? route.abort() : route.continue());
  });
  await editor.choose("Greet");
  await editor.page.keyboard.press("Alt+Shift+ArrowDown");
  await editor.page.keyboard.press("d");
  await editor.page.waitForTimeout(500);
  expect((await editor.saved()).nodes?.find((one) => one.id === "greet")?.settings).toBeUndefined();

  editor.page.on("dialog", (dialog) => dialog.accept());
  await editor.page.unrouteAll({ behavior: "ignoreErrors" });
  await editor.page.reload();
  await editor.nodes.first().waitFor();
  await settled(editor.page);
  const offered = editor.button("canvas.restore");
  if (await offered.isVisible()) {
    await offered.click();
  }
  await editor.becomes(
    "it is saved in the end",
    (document) => document.nodes?.find((one) => one.id === "greet")?.settings?.disabled,
    true,
  );
});

test("what was selected does not count, and what was saved does", async () => {
  await editor.open(await add(hello("Saved")));
  await editor.choose("Done");
  await editor.page.keyboard.press("d");
  await editor.save();
  await editor.page.reload();
  await editor.node("Done").waitFor();
  expect(await editor.selectedNames()).toEqual([]);
});

test("a run goes on, and is shown again", async () => {
  await editor.open(await add(slow(4)));
  await editor.choose("Start");
  await editor.run();
  await editor.button("running.stop").waitFor();
  await editor.page.reload();
  await editor.button("running.stop").waitFor();
  await editor.button("running.run").waitFor();
  await editor.logs.getByText(word("running.status.success")).first().waitFor();
});
