/**
 * JavaScript as tokens, in one pass: enough to know which names a source reads, and no parser.
 *
 * Strings, comments, template literals and regular expressions are told apart, so that a name inside
 * of a text is never taken for a name. What JavaScript would reject has tokens too.
 */

export type TokenKind =
  | "name"
  | "number"
  | "string"
  | "template"
  | "regex"
  | "punct"
  | "comment"
  | "bad";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const SPACE = /[\s\ufeff]+/y;
const NAME = /#?(?:[\p{L}\p{Nl}_]|\$)[\p{L}\p{N}\p{M}_$\u200c\u200d]*/uy;
const NUMBER = /0[xXoObB]\w*|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?n?/y;
const COMMENT = /\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\//y;
const STRING = /"(?:[^"\\\n\r]|\\[\s\S])*"|'(?:[^'\\\n\r]|\\[\s\S])*'/y;
const REGEX = /\/(?:[^/\\[\n\r]|\\[^\n\r]|\[(?:[^\]\\\n\r]|\\[^\n\r])*\])+\/[\w$]*/y;
const TEMPLATE = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/y;
const PUNCT =
  /\.\.\.|=>|\?\?=|\?\.(?!\d)|\?\?|&&=?|\|\|=?|\+\+|--|\*\*=?|[=!]==?|<<=?|>>>?=?|[-+*/%&|^<>]=|[!-[\]-~]/y;
const LINE = /[^\n\r]*/y;

/** After these words a slash begins a regular expression. */
const BEFORE_VALUE = new Set(
  "return typeof instanceof in of new delete void throw do else case yield await".split(" "),
);
const BEFORE_CONDITION = new Set(["if", "while", "for", "with"]);
const NO_VALUE_AFTER = new Set([")", "]", "}", "++", "--"]);

const PLAIN: readonly (readonly [TokenKind, RegExp])[] = [
  ["name", NAME],
  ["number", NUMBER],
  ["punct", PUNCT],
];

/** Reads one token at a time; `depth` counts the braces that are open. */
export class Scanner {
  depth = 0;
  #at: number;
  #valueNext = true;
  /** Depth at which each open `${` ends. */
  readonly #templates: number[] = [];
  /** Per open parenthesis: does `if` or so stand before it? */
  readonly #conditions: boolean[] = [];
  #last = "";

  constructor(
    private readonly source: string,
    start = 0,
  ) {
    this.#at = start;
  }

  /** The next token; undefined at the end. */
  next(): Token | undefined {
    this.#at = endOf(SPACE, this.source, this.#at) ?? this.#at;
    if (this.#at >= this.source.length) {
      return undefined;
    }
    const start = this.#at;
    const [kind, end] = this.#measured(this.source.charAt(start));
    const token = { kind, text: this.source.slice(start, end), start, end };
    this.#at = end;
    if (kind !== "comment") {
      this.#note(token);
    }
    return token;
  }

  #measured(first: string): [TokenKind, number] {
    if (first === '"' || first === "'") {
      return this.#matched("string", STRING);
    }
    if (first === "`" || (first === "}" && this.#templates.at(-1) === this.depth)) {
      return this.#matched("template", TEMPLATE, 1);
    }
    if (first === "/") {
      return this.#slash();
    }
    for (const [kind, pattern] of PLAIN) {
      const end = endOf(pattern, this.source, this.#at);
      if (end !== undefined) {
        return [kind, end];
      }
    }
    return ["bad", this.#at + 1];
  }

  #slash(): [TokenKind, number] {
    const second = this.source.charAt(this.#at + 1);
    if (second === "/" || second === "*") {
      return this.#matched("comment", COMMENT);
    }
    return this.#valueNext ? this.#matched("regex", REGEX) : this.#matched("punct", PUNCT);
  }

  #matched(kind: TokenKind, pattern: RegExp, skip = 0): [TokenKind, number] {
    const end = endOf(pattern, this.source, this.#at + skip);
    if (end !== undefined) {
      return [kind, end];
    }
    if (kind === "template" || kind === "comment") {
      return ["bad", this.source.length];
    }
    return ["bad", Math.max(endOf(LINE, this.source, this.#at) ?? 0, this.#at + 1)];
  }

  #note({ kind, text }: Token): void {
    if (kind === "punct") {
      this.#notePunct(text);
    } else if (kind === "template") {
      this.#noteTemplate(text);
    } else {
      const isMember = this.#last === "." || this.#last === "?.";
      this.#valueNext = kind === "name" && BEFORE_VALUE.has(text) && !isMember;
    }
    this.#last = text;
  }

  #notePunct(text: string): void {
    this.#valueNext = !NO_VALUE_AFTER.has(text);
    if (text === "{") {
      this.depth += 1;
    } else if (text === "}") {
      this.depth -= 1;
    } else if (text === "(") {
      this.#conditions.push(BEFORE_CONDITION.has(this.#last));
    } else if (text === ")") {
      this.#valueNext = this.#conditions.pop() ?? this.#valueNext;
    }
  }

  #noteTemplate(text: string): void {
    if (text.startsWith("}")) {
      this.#templates.pop();
    }
    this.#valueNext = text.endsWith("${");
    if (this.#valueNext) {
      this.#templates.push(this.depth);
    }
  }
}

/** All tokens of a source, comments included. */
export function tokensOf(source: string): Token[] {
  const scanner = new Scanner(source);
  const found: Token[] = [];
  for (let token = scanner.next(); token; token = scanner.next()) {
    found.push(token);
  }
  return found;
}

function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
