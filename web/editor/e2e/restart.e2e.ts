/** The server is killed while somebody edits and something runs, and starts again. */

import { beforeAll, expect, test } from "vitest";
import { given, hello, slow } from "./support/documents";
import { Editor } from "./support/editor";
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

test("what is changed while the server is away is saved when it is back", async () => {
  await editor.open(await add(hello("Survives")));
  await at.server.kill();
  await editor.choose("Greet");
  await editor.page.keyboard.press("d");
  await editor.choose("Done");
  await editor.page.keyboard.press("Alt+Shift+ArrowDown");
  await editor.saving("failed").waitFor();
  await at.server.restart();
  await expect
    .poll(async () => disabledOf(await editor.saved()), { timeout: 40_000, interval: 300 })
    .toEqual(["greet"]);
  expect((await editor.saved()).layout?.done?.[1]).toBe(160);
  await editor.saving("saved").waitFor();
});

function disabledOf(document: {
  nodes?: readonly { id: string; settings?: unknown }[] | undefined;
}) {
  return (document.nodes ?? []).filter((node) => node.settings).map((node) => node.id);
}

test("a run that the crash cut off ends, and the page sees it end", async () => {
  await editor.open(await add(slow(6)));
  await editor.choose("Start");
  const execution = await editor.run();
  await editor.button("running.stop").waitFor();
  await at.server.kill();
  await at.server.restart();
  await editor.button("running.run").waitFor({ timeout: 45_000 });
  const { api } = await at.owner();
  expect((await api.showExecution(execution)).execution.status).toBe("success");
  await editor.logs.getByText(word("running.status.success")).first().waitFor();
});
