/** How hard a password is to guess, roughly; pure. The server says what it takes. */

export const LEVELS = ["short", "weak", "fair", "good"] as const;
export type Level = (typeof LEVELS)[number];

/** The shortest that the server takes. */
export const SHORTEST = 10;

const COMMON = /pass ?wor[dt]|penstock|qwert|asdf|12345|letmein|iloveyou|admin|welcome/gi;

/** Bits that a guesser has to find, with what everybody writes taken out. */
function bits(password: string): number {
  const rare = password.replace(COMMON, "x").replace(/(.)\1{2,}/gu, "$1");
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}\s]/u];
  const alphabet = kinds.filter((kind) => kind.test(rare)).length;
  const words = new Set(
    rare
      .toLowerCase()
      .split(/[\s\-_.]+/)
      .filter((word) => word.length > 2),
  );
  const letters = new Set(rare).size;
  const perLetter = [1, 2, 2.6, 3.1, 3.5][alphabet] ?? 3.5;
  // Several words in a row are worth more than their letters.
  return Math.min([...rare].length, letters * 2.2) * perLetter + Math.max(0, words.size - 1) * 6;
}

export function strengthOf(password: string): Level {
  if ([...password].length < SHORTEST) {
    return "short";
  }
  const found = bits(password);
  return found < 24 ? "weak" : found < 42 ? "fair" : "good";
}
