/**
 * Ids and names of nodes. Ids never change and are not used twice; names are for people and for
 * expressions, and follow when they change.
 */

import { type Config, type Document, type Node, nodesOf } from "../document";
import { type Languages, mapStrings, rewritten } from "../expression/references";
import { type DocumentDraft, nodeIn } from "./draft";

/** Which keys of a node's config hold code, and in which language. */
export type LanguagesOf = (node: Node) => Languages;

const LONGEST = 200;
const LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";

export type BadName = "empty" | "long" | "control" | "taken";

/** What keeps a node from being called so. */
export function nameFault(document: Document, id: string, name: string): BadName | undefined {
  if (!name.trim()) {
    return "empty";
  }
  if (name.length > LONGEST) {
    return "long";
  }
  if ([...name].some((letter) => letter < " ")) {
    return "control";
  }
  return nodesOf(document).some((node) => node.name === name && node.id !== id)
    ? "taken"
    : undefined;
}

/** A name like this one that no node has: `If`, `If 2`, `If 3`. */
export function uniqueName(
  document: Document,
  wanted: string,
  also: ReadonlySet<string> = new Set(),
): string {
  const clean =
    wanted
      .replace(/[^\P{Cc}]/gu, " ")
      .trim()
      .slice(0, LONGEST - 6) || "Node";
  const taken = new Set(nodesOf(document).map((node) => node.name));
  if (!taken.has(clean) && !also.has(clean)) {
    return clean;
  }
  const numbered = /^(.*\S) (\d{1,4})$/.exec(clean);
  const base = numbered?.[1] ?? clean;
  for (let number = Number(numbered?.[2] ?? 1) + 1; ; number += 1) {
    const name = `${base} ${number}`;
    if (!taken.has(name) && !also.has(name)) {
      return name;
    }
  }
}

/** An id that nothing in the document has: a word to recognise it by and some letters. */
export function newId(document: Document, hint = "n"): string {
  const word = hint
    .replace(/^.*[./]/, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 24);
  const taken = new Set(
    [...nodesOf(document), ...(document.notes ?? []), ...(document.groups ?? [])].map(
      (part) => part.id,
    ),
  );
  for (;;) {
    const id = `${word || "n"}-${letters(5)}`;
    if (!taken.has(id)) {
      return id;
    }
  }
}

function letters(count: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(count));
  return Array.from(bytes, (byte) => LETTERS.charAt(byte % LETTERS.length)).join("");
}

/**
 * Give a node another name, and rewrite the expressions and the code that name it. Where it cannot be
 * called so, nothing changes and the reason is given back.
 */
export function renameNode(
  draft: DocumentDraft,
  id: string,
  name: string,
  languages: LanguagesOf,
): BadName | "gone" | undefined {
  const node = nodeIn(draft, id);
  if (!node) {
    return "gone";
  }
  const fault = nameFault(draft, id, name);
  if (fault) {
    return fault;
  }
  const before = node.name;
  if (before !== name) {
    node.name = name;
    followNames(draft, new Map([[before, name]]), languages);
  }
  return undefined;
}

/** Rewrite what names nodes, in some nodes or in all. */
export function followNames(
  draft: DocumentDraft,
  names: ReadonlyMap<string, string>,
  languages: LanguagesOf,
  inside?: ReadonlySet<string>,
): void {
  for (const node of draft.nodes ?? []) {
    if (node.config && (!inside || inside.has(node.id))) {
      const config = renamedConfig(node.config, names, languages(node));
      if (config !== node.config) {
        node.config = { ...config };
      }
    }
  }
}

/** A config in which nodes go by their new names; the same one where it names none of them. */
export function renamedConfig(
  config: Config,
  names: ReadonlyMap<string, string>,
  languages: Languages,
): Config {
  // Through names that nobody has, so that two nodes can change names with each other.
  const steps = [...names].map(([before, after], index) => ({
    before,
    after,
    via: `\u0001${index}`,
  }));
  let changed = false;
  const pairs = Object.entries(config).map(([key, value]) => {
    const result = mapStrings(value, (text) => {
      let now = text;
      if (steps.length === 1 && steps[0]) {
        return rewritten(now, steps[0].before, steps[0].after, languages[key]);
      }
      for (const one of steps) {
        now = rewritten(now, one.before, one.via, languages[key]);
      }
      if (now === text) {
        return text;
      }
      for (const one of steps) {
        now = rewritten(now, one.via, one.after, languages[key]);
      }
      return now;
    });
    changed ||= result !== value;
    return [key, result] as const;
  });
  return changed ? Object.fromEntries(pairs) : config;
}
