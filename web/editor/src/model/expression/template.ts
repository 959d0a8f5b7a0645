/**
 * Templates: strings that start with `=`, with `{{ … }}` in the text that follows.
 *
 * The rules are those of the server:
 *
 * - `}}` inside of a string, a comment, a regular expression or nested braces ends no expression.
 * - An expression that cannot be read that way ends at the first `}}`; one without any is text.
 * - `\{{` is the text `{{`.
 * - A template that is one expression and nothing else yields its value; any other yields text.
 */

import { Scanner } from "./tokens";

export interface TextPart {
  readonly kind: "text";
  readonly text: string;
}

/** The inside of one `{{ … }}`; `start` is its offset in the whole string. */
export interface CodePart {
  readonly kind: "code";
  readonly text: string;
  readonly start: number;
}

export type Part = TextPart | CodePart;

export function isExpression(value: unknown): value is string {
  return typeof value === "string" && value.startsWith("=");
}

/** Split a string that starts with `=`. */
export function partsOf(text: string): readonly Part[] {
  const parts: Part[] = [];
  for (const part of split(text)) {
    const last = parts.at(-1);
    if (part.kind === "text" && part.text === "") {
      continue;
    }
    if (part.kind === "text" && last?.kind === "text") {
      parts[parts.length - 1] = { kind: "text", text: last.text + part.text };
    } else {
      parts.push(part);
    }
  }
  return parts;
}

/** Whether it is one expression alone, whose value keeps its type. */
export function isTyped(text: string): boolean {
  const parts = partsOf(text);
  return parts.length === 1 && parts[0]?.kind === "code";
}

export function codesOf(text: string): readonly CodePart[] {
  return partsOf(text).filter((part) => part.kind === "code");
}

/** A fixed text as a template that yields it. */
export function asTemplate(fixed: string): string {
  return `=${fixed.replaceAll("{{", "\\{{")}`;
}

/** The fixed value that a template yields; undefined: it has to be worked out. */
export function asFixed(template: string): unknown {
  const parts = partsOf(template);
  if (parts.every((part) => part.kind === "text")) {
    return parts.map((part) => part.text).join("");
  }
  const [only] = parts;
  return parts.length === 1 && only ? literal(only.text) : undefined;
}

function literal(code: string): unknown {
  try {
    return JSON.parse(code);
  } catch {
    return undefined;
  }
}

function* split(text: string): Generator<Part> {
  let at = 1;
  let careful = true;
  for (let opening = text.indexOf("{{", at); opening >= 0; opening = text.indexOf("{{", at)) {
    if (opening > at && text[opening - 1] === "\\") {
      yield { kind: "text", text: `${text.slice(at, opening - 1)}{{` };
      at = opening + 2;
      continue;
    }
    let end = careful ? endOf(text, opening + 2) : -1;
    if (end < 0) {
      // From here on the plain search: reading to the end again and again would be quadratic.
      careful = false;
      end = text.indexOf("}}", opening + 2);
    }
    if (end < 0) {
      break;
    }
    yield { kind: "text", text: text.slice(at, opening) };
    yield { kind: "code", text: text.slice(opening + 2, end), start: opening + 2 };
    at = end + 2;
  }
  yield { kind: "text", text: text.slice(at) };
}

function endOf(text: string, start: number): number {
  const scanner = new Scanner(text, start);
  for (let token = scanner.next(); token; token = scanner.next()) {
    if (token.kind === "bad") {
      return -1;
    }
    if (token.kind === "punct" && token.text === "}" && scanner.depth < 0) {
      return text.startsWith("}}", token.start) ? token.start : -1;
    }
  }
  return -1;
}
