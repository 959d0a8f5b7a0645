/** Pictures for the pages of the documentation that tell a story. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";

/** Set to `docs/pictures` to make them anew. */
const FOLDER = process.env.PENSTOCK_STORY_PICTURES ?? "";

export async function illustrate(page: Page, name: string): Promise<void> {
  if (!FOLDER) {
    return;
  }
  mkdirSync(FOLDER, { recursive: true });
  await page.waitForFunction(() => document.querySelector("[data-state=loading]") === null);
  await page.waitForTimeout(250);
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: "disabled" });
}
