/** Keyboards for tests: what each place gives, alone and with Shift. */

import { type Pressed, parse } from "./match";

export interface Layout {
  readonly name: string;
  readonly mac: boolean;
  readonly places: Readonly<Record<string, readonly [string, string]>>;
  /** What a place gives with Alt, where that is another sign. */
  readonly alt?: Readonly<Record<string, string>>;
}

function letters(swapped: Readonly<Record<string, string>> = {}) {
  return Object.fromEntries(
    [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].map((letter) => {
      const given = swapped[letter] ?? letter;
      return [`Key${letter}`, [given.toLowerCase(), given] as const];
    }),
  );
}

function digits(plain: string, shifted: string) {
  return Object.fromEntries(
    [..."1234567890"].map((digit, at) => [
      `Digit${digit}`,
      [plain[at] ?? "", shifted[at] ?? ""] as const,
    ]),
  );
}

const US = {
  ...letters(),
  ...digits("1234567890", "!@#$%^&*()"),
  Minus: ["-", "_"],
  Equal: ["=", "+"],
  Comma: [",", "<"],
  Period: [".", ">"],
  Slash: ["/", "?"],
  Backquote: ["`", "~"],
} as const;

const GERMAN = {
  ...letters({ Y: "Z", Z: "Y" }),
  ...digits("1234567890", '!"§$%&/()='),
  Minus: ["ß", "?"],
  Equal: ["Dead", "Dead"],
  BracketRight: ["+", "*"],
  Comma: [",", ";"],
  Period: [".", ":"],
  Slash: ["-", "_"],
  Backquote: ["Dead", "°"],
} as const;

const FRENCH = {
  ...letters({ A: "Q", Q: "A", Z: "W", W: "Z" }),
  ...digits("&é\"'(-è_çà", "1234567890"),
  KeyM: [",", "?"],
  Semicolon: ["m", "M"],
  Comma: [";", "."],
  Minus: [")", "°"],
  Equal: ["=", "+"],
  // The sign itself lies behind AltGr; where it lies elsewhere gives this.
  Backquote: ["Dead", "Dead"],
} as const;

const RUSSIAN = {
  ...Object.fromEntries(
    [..."QWERTYUIOPASDFGHJKLZXCVBNM"].map((letter, at) => {
      const given = "йцукенгшщзфывапролдячсмить"[at] ?? "";
      return [`Key${letter}`, [given, given.toUpperCase()] as const];
    }),
  ),
  ...digits("1234567890", '!"№;%:?*()'),
  Minus: ["-", "_"],
  Equal: ["=", "+"],
  Slash: [".", ","],
  Backquote: ["Dead", "Dead"],
} as const;

const MAC_ALT = {
  KeyX: "≈",
  KeyG: "©",
  KeyT: "ˇ",
  KeyU: "Dead",
  KeyN: "Dead",
  KeyI: "Dead",
} as const;

export const LAYOUTS: readonly Layout[] = [
  { name: "US, Linux", mac: false, places: US },
  { name: "US, Mac", mac: true, places: US, alt: MAC_ALT },
  { name: "German, Linux", mac: false, places: GERMAN },
  { name: "German, Mac", mac: true, places: GERMAN, alt: MAC_ALT },
  { name: "French, Linux", mac: false, places: FRENCH },
  { name: "Russian, Linux", mac: false, places: RUSSIAN },
];

/** Press what the table says on a keyboard, as a person would who reads it. */
export function press(keys: string, layout: Layout): Pressed {
  const chord = parse(keys);
  const found = find(chord.key, layout);
  const mod = chord.mod || (chord.control && !layout.mac);
  const alt = chord.alt ? layout.alt?.[found.code] : undefined;
  return {
    code: found.code,
    key: alt ?? (chord.shift || found.shift ? found.shifted : found.plain),
    ctrlKey: layout.mac ? chord.control : mod,
    metaKey: layout.mac ? mod : false,
    altKey: chord.alt,
    shiftKey: chord.shift || found.shift,
  };
}

function find(key: string, layout: Layout) {
  const named = { Space: " " } as const;
  if (key.length > 1) {
    const plain = key in named ? " " : key;
    return { code: key, plain, shifted: plain, shift: false };
  }
  const places = Object.entries(layout.places);
  const given = (at: 0 | 1) => places.find(([, both]) => both[at].toUpperCase() === key);
  // A letter is pressed where it is written, else where it lies; a digit where it lies.
  const lies = `${/\d/.test(key) ? "Digit" : "Key"}${key}`;
  const plain = given(0) ?? places.find(([code]) => code === lies);
  const [code, both] = plain ?? given(1) ?? ["Backquote", ["Dead", "Dead"] as const];
  return { code, plain: both[0], shifted: both[1], shift: !plain && given(1) !== undefined };
}
