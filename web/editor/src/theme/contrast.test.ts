import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const CSS = readFileSync(fileURLToPath(new URL("tokens.css", import.meta.url)), "utf8");

type Tokens = ReadonlyMap<string, string>;

/** The colours that blocks with this selector set. */
function tokensOf(selector: RegExp): [string, string][] {
  return [...CSS.matchAll(/([^{}]+)\{([^{}]*)\}/g)]
    .filter(([, head = ""]) => head.split(",").some((one) => selector.test(one.trim())))
    .flatMap(([, , body = ""]) =>
      [...body.matchAll(/--penstock-color-([a-z-]+):\s*(#[0-9a-f]{6})/gi)].map(
        ([, name = "", colour = ""]) => [name, colour] as [string, string],
      ),
    );
}

function theme(name: string, high: boolean): Tokens {
  const plain = tokensOf(new RegExp(`^:root\\[data-theme="${name}"\\]$`));
  const more = new RegExp(`^:root\\[data-contrast="high"\\]\\[data-theme="${name}"\\]$`);
  return new Map([...plain, ...(high ? tokensOf(more) : [])]);
}

/** As WCAG 2.2 reckons. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const GROUNDS = ["ground", "surface", "raised", "sunken"] as const;
const STATES = ["good", "bad", "warn", "wait", "accent"] as const;

const TEXTS: readonly (readonly [string, string])[] = [
  ...GROUNDS.flatMap((ground) =>
    ["text", "muted", ...STATES].map((text) => [text, ground] as const),
  ),
  ...STATES.flatMap((state) => [state, "text"].map((text) => [text, `${state}-soft`] as const)),
  ["on-accent", "accent"],
  // Tips are written the other way round.
  ["surface", "text"],
];
const LINES: readonly (readonly [string, string])[] = GROUNDS.flatMap((ground) =>
  ["line-strong", "focus"].map((line) => [line, ground] as const),
);

const THEMES = [
  ["light", false],
  ["dark", false],
  ["light", true],
  ["dark", true],
] as const;

describe.each(THEMES)("%s theme, high contrast %s", (name, high) => {
  const tokens = theme(name, high);
  const ratio = ([one, other]: readonly [string, string]) => {
    const [first, second] = [tokens.get(one), tokens.get(other)];
    return first && second ? contrast(first, second) : 0;
  };

  test.each(TEXTS)("%s can be read on %s", (...pair) => {
    expect(ratio(pair)).toBeGreaterThanOrEqual(high ? 7 : 4.5);
  });

  test.each(LINES)("%s can be seen on %s", (...pair) => {
    expect(ratio(pair)).toBeGreaterThanOrEqual(3);
  });
});

test("both themes have the same colours", () => {
  expect([...theme("dark", false).keys()].sort()).toEqual([...theme("light", false).keys()].sort());
});
