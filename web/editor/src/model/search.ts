/**
 * Searching as one types: in what can be added, and in a document.
 *
 * The rules:
 *
 * - Every word of the query has to be found; in which order does not matter.
 * - A whole word is better than the beginning of one, that better than a part of one, and that better
 *   than letters in order with others between. A title counts more than another word for it, that more
 *   than an action, that more than a description.
 */

import { type Document, nodesOf } from "./document";

export interface Entry {
  readonly id: string;
  readonly title: string;
  readonly aliases?: readonly string[];
  /** What it can do: titles of its operations. */
  readonly actions?: readonly string[];
  readonly description?: string;
}

export interface Hit<T> {
  readonly entry: T;
  readonly score: number;
  /** Where the query stands in the title, to be marked. */
  readonly ranges: readonly (readonly [number, number])[];
}

/** A text that is searched, with what would cost time at each key press. */
interface Field {
  readonly text: string;
  readonly weight: number;
  readonly initials: string;
  /** Which letters are in it, as bits. */
  readonly letters: number;
}

interface Prepared<T> {
  readonly entry: T;
  readonly title: string;
  readonly fields: readonly Field[];
}

/** Entries made ready once, so that each key press costs little. */
export class Index<T extends Entry> {
  readonly #prepared: readonly Prepared<T>[];

  constructor(entries: readonly T[]) {
    this.#prepared = entries.map((entry) => ({
      entry,
      title: folded(entry.title),
      fields: [
        field(entry.title, 1),
        ...(entry.aliases ?? []).map((alias) => field(alias, 0.85)),
        ...(entry.actions ?? []).map((action) => field(action, 0.7)),
        field(entry.description ?? "", 0.35),
      ],
    }));
  }

  /** The best first; `boost` moves some up (1 is neutral). An empty query finds all, as they are. */
  search(query: string, boost: (entry: T) => number = () => 1): readonly Hit<T>[] {
    const words = folded(query).split(/\s+/).filter(Boolean);
    const hits: Hit<T>[] = [];
    for (const { entry, title, fields } of this.#prepared) {
      const found = words.length === 0 ? 1 : scoreOf(words, fields);
      if (found > 0) {
        const ranges = title.length === entry.title.length ? rangesIn(title, words) : [];
        hits.push({ entry, score: found * boost(entry), ranges });
      }
    }
    return hits.sort((a, b) => b.score - a.score || compareTitles(a.entry, b.entry, words));
  }
}

function compareTitles(a: Entry, b: Entry, words: readonly string[]): number {
  return words.length === 0 ? 0 : a.title.length - b.title.length || (a.title < b.title ? -1 : 1);
}

function field(text: string, weight: number): Field {
  const small = folded(text);
  return { text: small, weight, initials: initialsOf(small), letters: lettersOf(small) };
}

function scoreOf(words: readonly string[], fields: readonly Field[]): number {
  let sum = 0;
  for (const word of words) {
    const letters = lettersOf(word);
    let best = 0;
    for (const one of fields) {
      // A letter of the word that is nowhere in the text: nothing else needs to be looked at.
      if (best < one.weight && (letters & ~one.letters) === 0) {
        best = Math.max(best, one.weight * fieldScore(word, one));
      }
    }
    if (best === 0) {
      return 0;
    }
    sum += best;
  }
  return sum / words.length;
}

function fieldScore(word: string, { text, weight, initials }: Field): number {
  const found = wordScore(word, text);
  if (found > 0 || word.length < 2) {
    return found;
  }
  if (initials.startsWith(word)) {
    return 0.6;
  }
  // Scattered letters in a long text mean nothing.
  return weight >= 0.7 ? inOrder(word, text) : 0;
}

/** How well a word fits a text that it stands in, from 0 to 1; both are folded. */
export function wordScore(word: string, text: string): number {
  if (text === word) {
    return text ? 1 : 0;
  }
  let best = 0;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const starts = at === 0 || isGap(text.charCodeAt(at - 1));
    const ends = at + word.length === text.length || isGap(text.charCodeAt(at + word.length));
    const early = 0.05 / (1 + at);
    best = Math.max(best, (starts ? (ends ? 0.9 : 0.75) : 0.45) + early);
    if (starts && ends) {
      break;
    }
  }
  return best;
}

function isGap(code: number): boolean {
  return !((code >= 48 && code <= 57) || (code >= 97 && code <= 122) || code > 127);
}

/** `hr` of "HTTP request". */
function initialsOf(text: string): string {
  return text
    .split(/[^\p{L}\p{N}]+/u)
    .map((part) => part.charAt(0))
    .join("");
}

function lettersOf(text: string): number {
  let found = 0;
  for (let index = 0; index < text.length; index += 1) {
    found |= 1 << (text.charCodeAt(index) & 31);
  }
  return found;
}

/** Letters in order; the fewer gaps, the better, and none where they lie far apart. */
function inOrder(word: string, text: string): number {
  let at = text.indexOf(word.charAt(0));
  if (at < 0) {
    return 0;
  }
  const first = at;
  for (let index = 1; index < word.length; index += 1) {
    at = text.indexOf(word.charAt(index), at + 1);
    if (at < 0) {
      return 0;
    }
  }
  const spread = at - first + 1 - word.length;
  return spread > word.length ? 0 : 0.3 * (word.length / (word.length + spread));
}

/** Small letters without marks, each as long as it was. */
export function folded(text: string): string {
  return text.toLowerCase().replace(/[\u00c0-\u024f]/g, (one) => {
    const base = one.normalize("NFD").charAt(0);
    return base || one;
  });
}

function rangesIn(title: string, words: readonly string[]): readonly (readonly [number, number])[] {
  return words
    .map((word) => [title.indexOf(word), word.length] as const)
    .filter(([at]) => at >= 0)
    .map(([at, length]) => [at, at + length] as const)
    .sort((a, b) => a[0] - b[0]);
}

/** Something in a document that was found. */
export interface Found {
  readonly kind: "node" | "note";
  readonly id: string;
  /** Of a node: where in it; `name`, `type`, or the path in its config. */
  readonly field: string;
  readonly text: string;
}

/** Where a text stands in a document: names, types and values of nodes, and notes. */
export function searchDocument(document: Document, query: string, most = 200): readonly Found[] {
  const wanted = folded(query.trim());
  const found: Found[] = [];
  const isIn = (text: string) => wanted !== "" && folded(text).includes(wanted);
  const look = (kind: Found["kind"], id: string, field: string, text: string) => {
    if (found.length < most && isIn(text)) {
      found.push({ kind, id, field, text });
    }
  };
  for (const node of nodesOf(document)) {
    look("node", node.id, "name", node.name);
    look("node", node.id, "type", node.type);
    for (const [path, text] of textsIn(node.config ?? {}, "")) {
      look("node", node.id, path, text);
    }
  }
  for (const note of document.notes ?? []) {
    look("note", note.id, "text", note.text ?? "");
  }
  return found;
}

function* textsIn(value: unknown, path: string): Generator<readonly [string, string]> {
  if (typeof value === "string") {
    yield [path, value];
  } else if (typeof value === "number" || typeof value === "boolean") {
    yield [path, String(value)];
  } else if (Array.isArray(value)) {
    for (const [index, member] of value.entries()) {
      yield* textsIn(member, `${path}[${index}]`);
    }
  } else if (typeof value === "object" && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      yield* textsIn(member, path ? `${path}.${key}` : key);
    }
  }
}
