/** The one text of a document, made for reading differences; `docs/workflow-format.md` describes it. */

import type { Document } from "./document";
import { plain } from "./plain";

const WIDTH = 100;
const EDGE = new Set(["from", "to", "kind", "back"]);
const SORTED = ["nodes", "notes", "groups", "comments"];

export function canonicalDocument(document: Document): string {
  const value = plain(document);
  for (const key of SORTED) {
    const list = value[key];
    if (Array.isArray(list)) {
      value[key] = [...list].sort((a, b) => byCodePoint(String(a.id), String(b.id)));
    }
  }
  if (Array.isArray(value.edges)) {
    value.edges = [...value.edges].sort(
      (a, b) => byCodePoint(a.from[0], b.from[0]) || byCodePoint(a.from[1], b.from[1]),
    );
  }
  return canonicalText(value);
}

/** The text of a JSON value. */
export function canonicalText(value: unknown): string {
  return `${write(value, "")}\n`;
}

/** As Python sorts: not by the halves of characters beyond the basic plane. */
export function byCodePoint(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const away = (left[index]?.codePointAt(0) ?? 0) - (right[index]?.codePointAt(0) ?? 0);
    if (away !== 0) {
      return away;
    }
  }
  return left.length - right.length;
}

function write(value: unknown, indent: string): string {
  if (Array.isArray(value)) {
    return value.length > 0 ? array(value, indent) : "[]";
  }
  return isObject(value) && Object.keys(value).length > 0 ? object(value, indent) : inline(value);
}

function object(value: Readonly<Record<string, unknown>>, indent: string): string {
  const keys = Object.keys(value).sort(byCodePoint);
  if (keys.every((key) => EDGE.has(key)) && "from" in value && "to" in value) {
    return inline(value);
  }
  const inner = `${indent}  `;
  const lines = keys.map((key) => `${inner}${JSON.stringify(key)}: ${write(value[key], inner)}`);
  return `{\n${lines.join(",\n")}\n${indent}}`;
}

function array(value: readonly unknown[], indent: string): string {
  if (value.every((member) => typeof member !== "object" || member === null)) {
    const line = inline(value);
    if ([...line].length + indent.length <= WIDTH) {
      return line;
    }
  }
  const inner = `${indent}  `;
  return `[\n${value.map((member) => inner + write(member, inner)).join(",\n")}\n${indent}]`;
}

function inline(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(inline).join(", ")}]`;
  }
  if (isObject(value)) {
    const members = Object.keys(value)
      .sort(byCodePoint)
      .map((key) => `${JSON.stringify(key)}: ${inline(value[key])}`);
    return `{${members.join(", ")}}`;
  }
  return JSON.stringify(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
