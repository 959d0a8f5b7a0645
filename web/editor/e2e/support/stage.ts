/** One server and one browser for the stories of a file. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Page,
  Request,
} from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import { startBrowser } from "./browser";
import { own, type Person } from "./owner";
import { Server } from "./server";

/** Where pictures of what went wrong are put. */
const WRONG = process.env.PENSTOCK_E2E_PICTURES ?? "";
const PATIENCE_MS = 15_000;

export interface Stage {
  readonly server: Server;
  readonly browser: Browser;
  /** The owner; made when first asked for, so that a story of the first start has none. */
  owner(): Promise<Person>;
  /** A page of somebody; without a person, of nobody yet. */
  page(person: Person | null, options?: BrowserContextOptions): Promise<Page>;
}

/** What a page did that it should not have done. */
const troubles = new WeakMap<Page, string[]>();

/** Errors of scripts and broken rules of the content security policy, of a page. */
export function troublesOf(page: Page): readonly string[] {
  return troubles.get(page) ?? [];
}

const pending = new WeakMap<Page, Set<Request>>();

/** What a page has asked for and was not answered yet. */
export function pendingOf(page: Page): readonly string[] {
  return [...(pending.get(page) ?? [])].map((request) => request.url());
}

export function stage(): Stage {
  let server: Server | undefined;
  let browser: Browser | undefined;
  let owner: Promise<Person> | undefined;
  const open: BrowserContext[] = [];

  beforeAll(async () => {
    [server, browser] = await Promise.all([Server.start(), startBrowser()]);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") {
      const pages = open.flatMap((context) => context.pages());
      await Promise.all(pages.map((page, index) => picture(page, `${task.name}-${index}`)));
    }
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const made: Stage = {
    get server() {
      return there(server);
    },
    get browser() {
      return there(browser);
    },
    owner() {
      owner ??= own(made.server);
      return owner;
    },
    async page(person, options = {}) {
      const context = await made.browser.newContext({
        baseURL: made.server.url,
        viewport: { width: 1440, height: 900 },
        locale: "en-GB",
        timezoneId: "UTC",
        reducedMotion: "reduce",
        ...options,
      });
      open.push(context);
      context.setDefaultTimeout(PATIENCE_MS);
      await person?.signIn(context);
      const page = await context.newPage();
      watch(page);
      return page;
    },
  };
  return made;
}

function there<T>(value: T | undefined): T {
  if (value === undefined) {
    throw new Error("The stage is not set before the tests begin.");
  }
  return value;
}

function watch(page: Page): void {
  const found: string[] = [];
  troubles.set(page, found);
  const asked = new Set<Request>();
  pending.set(page, asked);
  page.on("request", (request) => asked.add(request));
  page.on("requestfinished", (request) => asked.delete(request));
  page.on("requestfailed", (request) => asked.delete(request));
  page.on("pageerror", (error) => found.push(`script: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) {
      found.push(`console: ${message.text()}`);
    }
  });
}

async function picture(page: Page, name: string): Promise<void> {
  if (!WRONG || page.isClosed()) {
    return;
  }
  mkdirSync(WRONG, { recursive: true });
  const file = `${name.replaceAll(/[^\w]+/g, "-").slice(0, 80)}.png`;
  await page.screenshot({ path: join(WRONG, file) }).catch(() => undefined);
}
