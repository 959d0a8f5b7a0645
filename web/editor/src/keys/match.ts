/** Whether a key press is the one that a table names; pure, so that it is tested without a browser. */

export interface Pressed {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

interface Chord {
  readonly key: string;
  readonly mod: boolean;
  readonly control: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
}

/** Signs that need Shift on some keyboards and not on others. */
const SIGNS = new Set(["?", "+", "=", "-", "_", ".", ",", "`", "0"]);

/** Where signs lie that some layouts only give together with the next letter. */
const CODES: Readonly<Record<string, string>> = { "`": "Backquote" };

export function parse(keys: string): Chord {
  // The plus sign itself is a key: "Mod++".
  const parts = keys === "+" ? ["+"] : keys.replace(/\+\+$/, "+plus").split("+");
  const last = parts.at(-1) ?? "";
  const held = new Set(parts.slice(0, -1));
  return {
    key: last === "plus" ? "+" : last,
    mod: held.has("Mod"),
    control: held.has("Control"),
    alt: held.has("Alt"),
    shift: held.has("Shift"),
  };
}

export function isPressed(keys: string, pressed: Pressed, mac: boolean): boolean {
  const chord = parse(keys);
  const mod = mac ? pressed.metaKey : pressed.ctrlKey;
  const other = mac ? pressed.ctrlKey : pressed.metaKey;
  const control = chord.control && !mac ? mod : other;
  const wantsMod = chord.mod || (chord.control && !mac);
  if (mod !== wantsMod || control !== chord.control) {
    return false;
  }
  if (pressed.altKey !== chord.alt) {
    return false;
  }
  const anyShift = SIGNS.has(chord.key) && !chord.shift;
  return (anyShift || pressed.shiftKey === chord.shift) && isKey(chord.key, pressed);
}

function isKey(wanted: string, pressed: Pressed): boolean {
  if (wanted === "Space") {
    return pressed.code === "Space";
  }
  if (wanted.length > 1) {
    return pressed.key === wanted;
  }
  if (pressed.key.toLowerCase() === wanted.toLowerCase()) {
    return true;
  }
  if (/[a-z]/i.test(wanted)) {
    return !saysItself(pressed) && pressed.code === `Key${wanted.toUpperCase()}`;
  }
  if (/\d/.test(wanted)) {
    // The row of digits gives signs on some layouts; a sign that is a key is that key.
    return !SIGNS.has(pressed.key) && pressed.code === `Digit${wanted}`;
  }
  return pressed.key === "Dead" && pressed.code === CODES[wanted];
}

/**
 * Whether what a key gives is what was meant: on a Latin layout it is. With Alt, or in another
 * script, a key gives some other sign, and where it lies counts.
 */
function saysItself(pressed: Pressed): boolean {
  const latin = /^[!-~]$/.test(pressed.key);
  return latin && (!pressed.altKey || /^[a-z]$/i.test(pressed.key));
}

const MODIFIERS = new Set(["Control", "Meta", "Alt", "Shift", "AltGraph", "CapsLock", "Dead"]);

/** What the table would write for a key press; null: it cannot be one. */
export function written(pressed: Pressed, mac: boolean): string | null {
  const key = nameOf(pressed);
  if (!key || (!mac && pressed.metaKey)) {
    return null;
  }
  const mod = mac ? pressed.metaKey : pressed.ctrlKey;
  const held = [
    mod ? "Mod" : "",
    mac && pressed.ctrlKey ? "Control" : "",
    pressed.altKey ? "Alt" : "",
    pressed.shiftKey && !SIGNS.has(key) ? "Shift" : "",
  ].filter(Boolean);
  return [...held, key].join("+");
}

function nameOf(pressed: Pressed): string {
  if (MODIFIERS.has(pressed.key) && pressed.key !== "Dead") {
    return "";
  }
  if (pressed.code === "Space") {
    return "Space";
  }
  if (/^[a-z]$/i.test(pressed.key)) {
    return pressed.key.toUpperCase();
  }
  const place = /^(?:Key|Digit)(.)$/.exec(pressed.code)?.[1];
  if (place && !SIGNS.has(pressed.key)) {
    return place;
  }
  return pressed.key === "Dead" || pressed.key === "Unidentified" ? "" : pressed.key;
}

const SIGNS_MAC: Readonly<Record<string, string>> = {
  Mod: "⌘",
  Control: "⌃",
  Alt: "⌥",
  Shift: "⇧",
  Enter: "↵",
};
const ARROWS: Readonly<Record<string, string>> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
};

/** What the keys of keyboards are called; in English without being told. */
export type KeyNames = (key: string) => string;
const ENGLISH: Readonly<Record<string, string>> = {
  Mod: "Ctrl",
  Control: "Ctrl",
  Escape: "Esc",
  Delete: "Del",
};

/** As people read it: `Ctrl+Shift+P`, `Strg+Umschalt+P`, `⌘⇧P`. */
export function shown(
  keys: string,
  mac: boolean,
  named: KeyNames = (key) => ENGLISH[key] ?? key,
): string {
  const { key, mod, control, alt, shift } = parse(keys);
  const held = [
    mod ? "Mod" : "",
    control ? "Control" : "",
    alt ? "Alt" : "",
    shift ? "Shift" : "",
  ].filter(Boolean);
  const words = [...held, key].map(
    (word) => (mac ? SIGNS_MAC[word] : undefined) ?? ARROWS[word] ?? named(word),
  );
  return words.join(mac ? "" : "+");
}
