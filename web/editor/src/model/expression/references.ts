/**
 * Where expressions and code name other nodes.
 *
 * The forms: `$('X')`, `$items('X')`, `$node['X']`, `$node.X`; in Python `_('X')`, `_items('X')`,
 * `_node['X']`. A name inside of a text, a comment or a regular expression is no reference, and one
 * that is computed cannot be found.
 */

import { pythonTokens } from "./python";
import { quoted, stringValue } from "./strings";
import { codesOf, isExpression } from "./template";
import { type Token, tokensOf } from "./tokens";

export type Language = "javascript" | "python";
/** Config key to the language of the code in it. */
export type Languages = Readonly<Record<string, Language>>;

export interface Reference {
  readonly name: string;
  /** What stands from `start` to `end`: a literal with its quotes, or `.X`. */
  readonly literal: string;
  readonly start: number;
  readonly end: number;
}

const CALLS = new Set(["$", "$items", "_", "_items"]);
const OBJECTS = new Set(["$node", "_node"]);
const IDENTIFIER = /^[A-Za-z_$][A-Za-z0-9_$]*$/;

/** The references in one string: code in a language, or a template. */
export function referencesIn(text: string, language?: Language): readonly Reference[] {
  if (language) {
    return codeReferences(text, language);
  }
  if (!isExpression(text)) {
    return [];
  }
  return codesOf(text).flatMap((code) =>
    codeReferences(code.text, "javascript").map((one) => ({
      ...one,
      start: one.start + code.start,
      end: one.end + code.start,
    })),
  );
}

/** The text with every reference to the old name turned into one to the new name. */
export function rewritten(
  text: string,
  before: string,
  after: string,
  language?: Language,
): string {
  let result = text;
  for (const one of [...referencesIn(text, language)].reverse()) {
    if (one.name === before) {
      result = result.slice(0, one.start) + written(one, after) + result.slice(one.end);
    }
  }
  return result;
}

/** A value of a config with every string in it rewritten; the same value where nothing changed. */
export function mapStrings(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === "string") {
    return map(value);
  }
  if (Array.isArray(value)) {
    const members = value.map((member) => mapStrings(member, map));
    return members.some((member, index) => member !== value[index]) ? members : value;
  }
  if (typeof value === "object" && value !== null) {
    const pairs = Object.entries(value).map(([key, one]) => [key, one, mapStrings(one, map)]);
    const changed = pairs.some(([, before, after]) => before !== after);
    return changed ? Object.fromEntries(pairs.map(([key, , after]) => [key, after])) : value;
  }
  return value;
}

/** The names of nodes that a config uses. */
export function namesUsed(
  config: Readonly<Record<string, unknown>> | undefined,
  languages: Languages,
): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [key, value] of Object.entries(config ?? {})) {
    mapStrings(value, (text) => {
      for (const one of referencesIn(text, languages[key])) {
        found.add(one.name);
      }
      return text;
    });
  }
  return found;
}

function codeReferences(source: string, language: Language): Reference[] {
  if (language === "python") {
    return source.includes("_") ? found(pythonTokens(source)) : [];
  }
  return source.includes("$")
    ? found(tokensOf(source).filter((token) => token.kind !== "comment"))
    : [];
}

function found(tokens: readonly Token[]): Reference[] {
  return tokens.flatMap((word, index) => {
    const before = tokens[index - 1]?.text;
    if (word.kind !== "name" || before === "." || before === "?.") {
      return [];
    }
    const one = referenceAt(tokens, index, word);
    return one ? [one] : [];
  });
}

function referenceAt(tokens: readonly Token[], index: number, word: Token): Reference | undefined {
  const opening = tokens[index + 1];
  const inner = tokens[index + 2];
  const closing = tokens[index + 3]?.text;
  if (!opening || !inner) {
    return undefined;
  }
  if (opening.text === "." && word.text === "$node" && inner.kind === "name") {
    const literal = `.${inner.text}`;
    return { name: inner.text, literal, start: opening.start, end: inner.end };
  }
  const called = opening.text === "(" && CALLS.has(word.text);
  const indexed = opening.text === "[" && OBJECTS.has(word.text);
  const closed = called ? closing === ")" || closing === "," : closing === "]";
  if (!(called || indexed) || !closed || !isConstant(inner)) {
    return undefined;
  }
  const { text: literal, start, end } = inner;
  return { name: stringValue(literal), literal, start, end };
}

function isConstant(token: Token): boolean {
  return token.kind === "string" || (token.kind === "template" && token.text.endsWith("`"));
}

function written(reference: Reference, name: string): string {
  if (reference.literal.startsWith(".")) {
    return IDENTIFIER.test(name) ? `.${name}` : `[${quoted(name, '"')}]`;
  }
  return quoted(name, reference.literal.charAt(0));
}
