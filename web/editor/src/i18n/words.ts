/**
 * Words come with the screens that say them.
 *
 * A bundle is a file of a language's folder; what it exports are parts, by their names. `frame` is
 * there from the beginning, and every screen names the others that it needs (`shell/screens.ts`).
 */

import i18next from "i18next";

export const BUNDLES = [
  "frame",
  "canvas",
  "nodes",
  "showing",
  "account",
  "alerts",
  "approvals",
  "credentials",
  "dashboard",
  "executions",
  "schedules",
  "settings",
  "tables",
  "variables",
  "versions",
  "webhooks",
] as const;
export type Bundle = (typeof BUNDLES)[number];

type Parts = Readonly<Record<string, object>>;

/** Parts that come inside a bundle have no file of their own on the wire. */
const FILES = import.meta.glob<Parts>([
  "./{en,de}/*.ts",
  "!./*/{index,common,shell,tour,workflows,creator,panel,data,running}.ts",
]);

/** What was asked for until now; another language has to have it too. */
const wanted = new Set<Bundle>(["frame"]);

/** Have these words in the language that is spoken, before something says them. */
export async function learn(...bundles: readonly Bundle[]): Promise<void> {
  for (const one of bundles) {
    wanted.add(one);
  }
  await learnIn(i18next.language);
}

/** Have all that was asked for until now in this language. */
export async function learnIn(language: string): Promise<void> {
  await Promise.all([...wanted].map((bundle) => load(language, bundle)));
}

const known = new Map<string, Promise<void>>();

function load(language: string, bundle: Bundle): Promise<void> {
  const path = `./${language}/${bundle}.ts`;
  const before = known.get(path);
  if (before) {
    return before;
  }
  const coming = read(language, path);
  known.set(path, coming);
  // What did not come is asked for again.
  coming.catch(() => known.delete(path));
  return coming;
}

async function read(language: string, path: string): Promise<void> {
  const parts = await FILES[path]?.();
  i18next.addResourceBundle(language, "translation", { ...parts }, true);
}
