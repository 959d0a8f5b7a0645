/** What fits what was typed, the best first; pure. */

export interface Named {
  readonly title: string;
  readonly words?: readonly string[];
}

const ASCII = /^[ -~]*$/;
const BREAK = /[\s\-_./]/;

/** Letters with their marks off, so that "uberblick" finds "Überblick". */
function plain(text: string): string {
  if (ASCII.test(text)) {
    return text.toLowerCase();
  }
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** 0: it does not fit. */
export function score(typed: string, one: Named): number {
  const parts = plain(typed).split(/\s+/).filter(Boolean);
  const title = plain(one.title);
  const words = (one.words ?? []).map(plain);
  let sum = 0;
  for (const part of parts) {
    const best = Math.max(fitOf(part, title), ...words.map((word) => other(part, word)));
    if (best === 0) {
      return 0;
    }
    sum += best;
  }
  return sum / Math.max(parts.length, 1);
}

/** What else is said of it counts where a word of it begins so. */
function other(part: string, word: string): number {
  const points = fitOf(part, word);
  return points >= 6 ? points * 0.6 : 0;
}

function fitOf(part: string, text: string): number {
  const at = text.indexOf(part);
  if (at === 0) {
    return text.length === part.length ? 10 : 8;
  }
  if (at > 0) {
    return BREAK.test(text[at - 1] ?? "") ? 6 : 4;
  }
  return part.length > 1 && isScattered(part, text) ? 1 : 0;
}

/** Whether all letters are there in their order, the first of them at the begin of a word. */
function isScattered(part: string, text: string): boolean {
  let from = beginOf(part[0] ?? "", text);
  for (const letter of part) {
    from = text.indexOf(letter, from) + 1;
    if (from === 0) {
      return false;
    }
  }
  return true;
}

/** Where the first word begins with a letter; behind the end: none does. */
function beginOf(letter: string, text: string): number {
  for (let at = text.indexOf(letter); at >= 0; at = text.indexOf(letter, at + 1)) {
    if (at === 0 || BREAK.test(text[at - 1] ?? "")) {
      return at;
    }
  }
  return text.length;
}

/** Those that fit, the best first; all in their order where nothing is typed. */
export function ranked<T extends Named>(typed: string, all: readonly T[], most: number): T[] {
  if (!typed.trim()) {
    return all.slice(0, most);
  }
  return all
    .map((one) => ({ one, points: score(typed, one) }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points)
    .slice(0, most)
    .map(({ one }) => one);
}
