import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { fill, type Things } from "./support/filled";
import { NOTHING, SCREENS, show, THEMES } from "./support/screens";
import { stage, troublesOf } from "./support/stage";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const BAD = ["serious", "critical"];

const at = stage();
let things: Things | undefined;

interface Found {
  readonly rule: string;
  readonly impact: string;
  readonly where: readonly string[];
}

/** What somebody who cannot see, or cannot use a mouse, would be stopped by. */
async function findings(page: Page): Promise<readonly Found[]> {
  // By the debugger, as the policy of the page lets no script in.
  await page.evaluate(await source());
  return await page.evaluate(
    async ([rules, bad]) => {
      const { axe } = window as unknown as { axe: typeof import("axe-core") };
      const told = await axe.run(document, {
        runOnly: { type: "tag", values: [...rules] },
        resultTypes: ["violations"],
      });
      return told.violations
        .filter(({ impact }) => bad.includes(impact ?? ""))
        .map(({ id, impact, nodes }) => ({
          rule: id,
          impact: impact ?? "",
          where: nodes.slice(0, 5).map((node) => `${node.target.join(" ")} ${node.html}`),
        }));
    },
    [RULES, BAD] as const,
  );
}

let text: Promise<string> | undefined;
function source(): Promise<string> {
  text ??= import("node:fs/promises").then((files) => files.readFile(AXE, "utf8"));
  return text;
}

let inside: Page;
let outside: Page;

beforeAll(async () => {
  const owner = await at.owner();
  things = await fill(owner.api, at.server.url);
  inside = await at.page(owner);
  outside = await at.page(null);
});

test.each(SCREENS.map((screen) => [screen.name, screen] as const))(
  "nothing on %s stops anybody, in either theme",
  async (_, screen) => {
    const page = screen.outside ? outside : inside;
    await show(page, screen.at(things ?? NOTHING));
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme });
      expect(await findings(page), colorScheme).toEqual([]);
    }
    expect(troublesOf(page)).toEqual([]);
  },
);
