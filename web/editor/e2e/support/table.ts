/** The page of the documentation that shows every screen in every state. */

import type { Screen, State } from "./screens";

const STATES: readonly State[] = ["full", "empty", "loading", "error"];

const HEAD = `# The screens

Every screen of the editor with something to show, with nothing, while it waits for the server, and when the server refuses. A test goes through all of
them, and looks whether a telephone shows them too: \`web/editor/e2e/screens.e2e.ts\`. From \`web/editor\`,

    PENSTOCK_SCREENS_TABLE=../../docs npm run e2e -- e2e/screens.e2e.ts

makes this page anew. With \`PENSTOCK_PICTURES\` set to a folder, \`npm run pictures\` paints them in three sizes and both themes.

A dash: the screen has no such state.
`;

export function tableOf(screens: readonly Screen[], painted: ReadonlySet<string>): string {
  const rows = screens.map((screen) => {
    const cells = STATES.map((state) => {
      const name = `${screen.name}-${state}`;
      return painted.has(name)
        ? `[![${screen.name}, ${state}](pictures/screens/${name}.jpg)](pictures/screens/${name}.jpg)`
        : "–";
    });
    return `| ${screen.name.replaceAll("-", " ")} | ${cells.join(" | ")} |`;
  });
  const columns = ["screen", ...STATES];
  return [
    HEAD,
    `| ${columns.join(" | ")} |`,
    `| ${columns.map(() => "---").join(" | ")} |`,
    ...rows,
    "",
  ].join("\n");
}
