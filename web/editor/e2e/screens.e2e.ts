/**
 * Every screen with nothing to show, while it waits, when it is refused, and full.
 *
 * With PENSTOCK_PICTURES set to a folder, each is painted there in every size and theme. With
 * PENSTOCK_SCREENS_TABLE set to `docs`, its table of screens is made anew.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page, Route } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fill, type Things } from "./support/filled";
import {
  begin,
  NOTHING,
  SCREENS,
  type Screen,
  type State,
  settled,
  THEMES,
} from "./support/screens";
import { stage } from "./support/stage";
import { tableOf } from "./support/table";

const FOLDER = process.env.PENSTOCK_PICTURES ?? "";
const SIZES = [
  [1280, 720],
  [1440, 900],
  [390, 844],
] as const;
const WAIT_MS = 60_000;

const at = stage();
let inside: Page;
let outside: Page;
let things: Things = NOTHING;

beforeAll(async () => {
  inside = await at.page(await at.owner());
  outside = await at.page(null);
});

const pageOf = (screen: Screen) => (screen.outside ? outside : inside);

function those(state: State) {
  return SCREENS.filter((screen) => screen.states.includes(state)).map(
    (screen) => [screen.name, screen] as const,
  );
}

/** One picture of each state, and the table of them, for the documentation. */
const TABLE = process.env.PENSTOCK_SCREENS_TABLE ?? "";
const painted = new Set<string>();

async function tabulate(page: Page, name: string): Promise<void> {
  const folder = join(TABLE, "pictures", "screens");
  mkdirSync(folder, { recursive: true });
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.screenshot({
    path: join(folder, `${name}.jpg`),
    type: "jpeg",
    quality: 55,
    animations: "disabled",
  });
  painted.add(name);
}

afterAll(() => {
  if (TABLE && painted.size > 0) {
    writeFileSync(join(TABLE, "screens.md"), tableOf(SCREENS, painted));
  }
});

/** What this state is known by has to be there, and a telephone shows all of it. */
async function shows(screen: Screen, state: State): Promise<void> {
  const page = pageOf(screen);
  await page.locator(`[data-state=${state}]`).first().waitFor({ state: "visible" });
  await fits(page, screen, state);
}

async function fits(page: Page, screen: Screen, state: State): Promise<void> {
  if (TABLE) {
    await tabulate(page, `${screen.name}-${state}`);
  }
  if (FOLDER) {
    await paint(page, `${screen.name}-${state}`);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  const wide = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  await page.setViewportSize({ width: 1440, height: 900 });
  expect(wide, "wider than a telephone").toBeLessThanOrEqual(0);
}

async function paint(page: Page, name: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  for (const [width, height] of SIZES) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.waitForTimeout(60);
      const file = `${name}-${width}x${height}-${colorScheme}.png`;
      await page.screenshot({ path: join(FOLDER, file), animations: "disabled" });
    }
  }
}

/** Everything that is asked for, but for who is signed in, gets this answer. */
async function answering(
  page: Page,
  answer: (route: Route) => Promise<void>,
  act: () => Promise<void>,
): Promise<void> {
  const all = /\/api\/v1\/(?!me$|me\?|set-up|ways-in)/;
  await page.route(all, answer);
  try {
    await act();
  } finally {
    await page.unrouteAll({ behavior: "ignoreErrors" });
  }
}

describe("with nothing in it", () => {
  test.each(those("empty"))(
    "%s says so, and what to do",
    async (_, screen) => {
      await begin(pageOf(screen), screen.at(things));
      await settled(pageOf(screen));
      await shows(screen, "empty");
    },
    WAIT_MS,
  );
});

describe("with everything in it", () => {
  beforeAll(async () => {
    things = await fill((await at.owner()).api, at.server.url);
  });

  test.each(those("full"))(
    "%s shows it",
    async (_, screen) => {
      const page = pageOf(screen);
      await begin(page, screen.at(things));
      await settled(page);
      expect(await page.locator("[data-state=error]").count(), "refused").toBe(0);
      await fits(page, screen, "full");
    },
    WAIT_MS,
  );

  test.each(those("loading"))(
    "%s shows that it waits",
    async (_, screen) => {
      const page = pageOf(screen);
      const held: Route[] = [];
      await answering(
        page,
        async (route) => {
          held.push(route);
        },
        async () => {
          await begin(page, screen.at(things));
          await shows(screen, "loading");
        },
      );
      await Promise.allSettled(held.map((route) => route.abort()));
    },
    WAIT_MS,
  );

  test.each(those("error"))(
    "%s says what happened when it is refused",
    async (_, screen) => {
      const page = pageOf(screen);
      await answering(
        page,
        async (route) => {
          await route.fulfill({
            status: 500,
            json: BROKEN,
            contentType: "application/problem+json",
          });
        },
        async () => {
          await begin(page, screen.at(things));
          await settled(page);
          await shows(screen, "error");
        },
      );
    },
    WAIT_MS,
  );
});

const BROKEN = {
  type: "/api/docs#errors-server.failed",
  title: "The server failed",
  status: 500,
  code: "server.failed",
  detail: "The database does not answer.",
  hint: "Try again in a minute.",
};
