/** Python as tokens, as far as names of nodes can stand in it: names, plain strings and signs. */

import type { Token, TokenKind } from "./tokens";

const NAME = /[\p{L}_][\p{L}\p{N}_]*/uy;
const COMMENT = /#[^\n\r]*/y;
const STRING =
  /(?:[rRbBfFuU]{1,2}(?=["']))?(?:"""(?:[^\\]|\\[\s\S])*?"""|'''(?:[^\\]|\\[\s\S])*?'''|"(?:[^"\\\n\r]|\\[\s\S])*"|'(?:[^'\\\n\r]|\\[\s\S])*')/y;
const SPACE = /\s+/y;

const KINDS: readonly (readonly [TokenKind | "space", RegExp])[] = [
  ["space", SPACE],
  ["comment", COMMENT],
  ["string", STRING],
  ["name", NAME],
];

/** The tokens of a source; none where a string in it does not end. */
export function pythonTokens(source: string): Token[] {
  const found: Token[] = [];
  for (let at = 0; at < source.length; ) {
    const [kind, end] = measured(source, at);
    const text = source.slice(at, end);
    if (kind === "bad") {
      return [];
    }
    if (kind === "name" || kind === "punct" || (kind === "string" && isPlain(text))) {
      found.push({ kind, text, start: at, end });
    }
    at = end;
  }
  return found;
}

function measured(source: string, at: number): [TokenKind | "space", number] {
  for (const [kind, pattern] of KINDS) {
    pattern.lastIndex = at;
    if (pattern.test(source)) {
      return [kind, pattern.lastIndex];
    }
  }
  const first = source.charAt(at);
  return [first === '"' || first === "'" ? "bad" : "punct", at + 1];
}

/** One quote on each side and no prefix: its escapes are those of JavaScript. */
function isPlain(literal: string): boolean {
  return /^["']/.test(literal) && !/^("""|''')/.test(literal);
}
