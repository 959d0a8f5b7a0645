/** How the way to a field is written in an expression. */

import { quoted } from "./strings";

export type Path = readonly (string | number)[];

const IDENTIFIER = /^[A-Za-z_$][A-Za-z0-9_$]*$/;

/** `.a["b c"][0]` */
export function pathText(path: Path): string {
  return path.map(step).join("");
}

function step(key: string | number): string {
  if (typeof key === "number") {
    return `[${key}]`;
  }
  return IDENTIFIER.test(key) ? `.${key}` : `[${quoted(key, '"')}]`;
}

export interface FieldPlace {
  readonly path: Path;
  /** Name of the node whose output it is; left out: it is in the item that comes in. */
  readonly node?: string;
  /** One item for all, in place of the one that belongs to the current item. */
  readonly item?: number;
}

/** `$json.a["b c"][0]`, `$('Fetch').item.json.a` */
export function fieldCode({ path, node, item }: FieldPlace): string {
  if (node === undefined) {
    return `$json${pathText(path)}`;
  }
  const which = item === undefined ? ".item" : `.all()[${item}]`;
  return `$(${quoted(node, "'")})${which}.json${pathText(path)}`;
}

/** The field alone, as the value of a parameter: `={{ $json.a }}`. */
export function fieldExpression(place: FieldPlace): string {
  return `={{ ${fieldCode(place)} }}`;
}

/** A value after a field was dropped on it: what has a text keeps it. */
export function withDropped(value: unknown, code: string): string {
  const alone = `{{ ${code} }}`;
  if (typeof value !== "string" || value.trim() === "" || value === "=") {
    return `=${alone}`;
  }
  const text = value.startsWith("=") ? value : `=${value.replaceAll("{{", "\\{{")}`;
  return `${text}${/\s$/.test(text) ? "" : " "}${alone}`;
}

/** The keys of a path as findings write it: `assignments[0].value`. */
export function parsePath(text: string): Path {
  const found: (string | number)[] = [];
  for (const [, index, text_, word] of text.matchAll(
    /\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[\]]+)/g,
  )) {
    found.push(index === undefined ? unescaped(text_, word) : Number(index));
  }
  return found;
}

function unescaped(text: string | undefined, word: string | undefined): string {
  return text === undefined ? (word ?? "") : text.replace(/\\(.)/g, "$1");
}

/** As findings write it. */
export function fieldPath(path: Path): string {
  return path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`))
    .join("")
    .replace(/^\./, "");
}
