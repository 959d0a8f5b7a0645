/** The files of the screens, each with the words that it says. */

import { type Bundle, learn } from "~/i18n/words";

interface Screens {
  readonly load: () => Promise<Record<string, unknown>>;
  readonly words: readonly Bundle[];
}

export const SCREENS = {
  account: { load: () => import("~/pages/account"), words: ["account", "settings"] },
  alerts: { load: () => import("~/pages/alerts"), words: ["alerts"] },
  approvals: { load: () => import("~/pages/approvals"), words: ["approvals"] },
  credentials: { load: () => import("~/pages/credentials"), words: ["credentials"] },
  dashboard: { load: () => import("~/pages/dashboard"), words: ["dashboard"] },
  editor: {
    load: () => import("~/pages/editor"),
    words: ["canvas", "showing"],
  },
  executions: {
    load: () => import("~/pages/executions"),
    words: ["executions", "canvas", "showing"],
  },
  schedules: { load: () => import("~/pages/schedules"), words: ["schedules"] },
  settings: { load: () => import("~/pages/settings"), words: ["settings", "account"] },
  tables: { load: () => import("~/pages/tables"), words: ["tables"] },
  variables: { load: () => import("~/pages/variables"), words: ["variables"] },
  versions: { load: () => import("~/pages/versions"), words: ["versions"] },
  webhooks: { load: () => import("~/pages/webhooks"), words: ["webhooks", "showing"] },
  workflows: { load: () => import("~/pages/workflows"), words: ["versions"] },
} as const satisfies Record<string, Screens>;

/** The file of a screen, once its words are there too. */
export async function screenFile(name: keyof typeof SCREENS): Promise<Record<string, unknown>> {
  const { load, words } = SCREENS[name];
  const [file] = await Promise.all([load(), learn(...words)]);
  return file;
}
