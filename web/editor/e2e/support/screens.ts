/** Every screen of the editor, and where it is when it has something to show. */

import type { Page } from "playwright-core";
import { SECTIONS } from "~/pages/settings/sections";
import type { Things } from "./filled";
import { pendingOf } from "./stage";

/** What a screen can be in. `full` is what it is with something to show. */
export type State = "empty" | "loading" | "error" | "full";

export interface Screen {
  /** What pictures of it are named after. */
  readonly name: string;
  readonly at: (things: Things) => string;
  readonly states: readonly State[];
  /** Somebody sees it who has not signed in. */
  readonly outside?: boolean;
}

/** Ids that nothing has. */
export const NOTHING: Things = {
  workflow: "wf_none",
  hooked: "wf_none",
  webhook: "wh_none",
  table: "tbl_none",
  template: "tp_none",
  success: "none",
  failure: "none",
  waiting: "none",
};

const LIST: readonly State[] = ["empty", "loading", "error", "full"];
/** It shows one thing, or what is always there. */
const THING: readonly State[] = ["loading", "error", "full"];
/** It asks for nothing that could be missing. */
const PLAIN: readonly State[] = ["full"];

/** Of sections that ask the server for nothing, or show what they know without it. */
const STATES_OF_SECTIONS: Readonly<Record<string, readonly State[]>> = {
  profile: PLAIN,
  appearance: PLAIN,
  keys: PLAIN,
  about: ["loading", "full"],
};

const list = (name: string, at: Screen["at"]): Screen => ({ name, at, states: LIST });
const thing = (name: string, at: Screen["at"]): Screen => ({ name, at, states: THING });
const door = (name: string, at: string): Screen => ({
  name,
  at: () => at,
  states: PLAIN,
  outside: true,
});

export const SCREENS: readonly Screen[] = [
  list("workflows", () => "/workflows"),
  thing("editor", ({ workflow }) => `/workflows/${workflow}`),
  thing("workflow-executions", ({ workflow }) => `/workflows/${workflow}/executions`),
  thing("versions", ({ workflow }) => `/workflows/${workflow}/versions`),
  thing("workflow-webhooks", ({ hooked }) => `/workflows/${hooked}/webhooks`),
  list("executions", () => "/executions"),
  thing("execution", ({ success }) => `/executions/${success}`),
  thing("execution-failed", ({ failure }) => `/executions/${failure}`),
  thing("executions-compared", (all) => `/executions/compare?a=${all.success}&b=${all.failure}`),
  thing("templates", () => "/templates"),
  list("credentials", () => "/credentials"),
  list("variables", () => "/variables"),
  list("tables", () => "/tables"),
  thing("table", ({ table }) => `/tables/${table}`),
  list("approvals", () => "/approvals"),
  list("schedules", () => "/schedules"),
  list("webhooks", () => "/webhooks"),
  thing("webhook", ({ webhook }) => `/webhooks/${webhook}`),
  list("dashboard", () => "/dashboard"),
  list("alerts", () => "/alerts"),
  ...SECTIONS.map(({ id }) => ({
    name: `settings-${id}`,
    at: () => `/settings/${id}`,
    states: STATES_OF_SECTIONS[id] ?? THING,
  })),
  door("sign-in", "/sign-in"),
  door("set-up", "/setup?token=none"),
  { ...door("invitation", "/invitation?token=none"), states: ["error"] },
  door("forgotten", "/forgotten"),
  door("reset", "/reset?token=none"),
];

/** Go to a screen, whatever it shows there. */
export async function begin(page: Page, address: string): Promise<void> {
  await page.goto(address, { waitUntil: "commit" });
  await page.waitForFunction(() => document.querySelector("#root")?.childElementCount);
}

/** Go to a screen, and come back when it shows what it has to show. */
export async function show(page: Page, address: string): Promise<void> {
  await begin(page, address);
  await settled(page);
}

const QUIET_MS = 120;

/** Until nothing is asked for and nothing is loading any more. */
export async function settled(page: Page): Promise<void> {
  const end = Date.now() + 15_000;
  let quietSince = 0;
  while (quietSince === 0 || Date.now() - quietSince < QUIET_MS) {
    if (Date.now() > end) {
      throw new Error(`Still loading: ${pendingOf(page).join(", ") || page.url()}`);
    }
    const busy = pendingOf(page).length > 0 || (await page.$("[data-state=loading]")) !== null;
    quietSince = busy ? 0 : quietSince || Date.now();
    await page.waitForTimeout(20);
  }
}

/** A page takes its theme from the machine of whoever looks. */
export const THEMES = ["light", "dark"] as const;
