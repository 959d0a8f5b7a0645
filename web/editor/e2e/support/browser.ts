/** A real Chromium: this machine's own where it has one, else the one of the locked packages. */

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import packaged from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

export async function startBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: ownChromium() ?? (await packaged.executablePath()),
    // Who is root, as in most containers, has no sandbox; pages here come from our own server.
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--font-render-hinting=none",
      "--force-color-profile=srgb",
    ],
    headless: true,
  });
}

function ownChromium(): string | undefined {
  const chosen = process.env.PENSTOCK_CHROMIUM;
  if (chosen) {
    return chosen;
  }
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const places = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return places.find(canRun);
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
