// The tokens of a source: just enough of JavaScript to know what is code, and where an operand begins.
(function (P) {
  "use strict";

  const TOKEN =
    /\s+|\/\/[^\n]*|\/\*[^]*?\*\/|"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*'|[\p{ID_Start}$_#][\p{ID_Continue}$\u200c\u200d]*|(?:0[xXbBoO][\da-fA-F_]+|\d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?\d+)?)n?|\.\.\.|\?\.(?!\d)|[^]/uy;
  const REGEX = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/uy;
  const TEMPLATE = /(?:[^`\\$]|\\[^]|\$(?!\{))*(`|\$\{|$)/uy;
  const BLANK = /^(?:\s|\/[/*])/;
  const VALUE_END = /^[\p{ID_Continue}$"'`)\]}]|^\/.+\/\w*$/u;
  const KEYWORDS = new Set([
    "return",
    "typeof",
    "instanceof",
    "in",
    "of",
    "new",
    "delete",
    "void",
    "throw",
    "case",
    "do",
    "else",
    "await",
    "yield",
  ]);
  const OPENERS = { ")": "(", "]": "[", "}": "{" };

  const endsValue = (token) =>
    token !== undefined &&
    VALUE_END.test(token.text) &&
    !KEYWORDS.has(token.text) &&
    token.kind !== "open";

  function sticky(pattern, source, at) {
    pattern.lastIndex = at;
    return pattern.exec(source);
  }

  /** The tokens that matter; closing ones know the index of what they close. */
  function scan(source) {
    const tokens = [];
    const stack = [];
    let at = 0;
    const push = (text, kind, match) => tokens.push({ text, kind, match, at });
    const template = (kind, opener) => {
      const found = sticky(TEMPLATE, source, at + 1);
      const open = found[1] === "${";
      push(open ? "${" : "`", open ? "open" : kind, opener);
      if (open) stack.push({ index: tokens.length - 1, opener: opener ?? tokens.length - 1 });
      at += 1 + found[0].length;
    };
    while (at < source.length) {
      const previous = tokens[tokens.length - 1];
      const char = source[at];
      if (char === "`") {
        template("value", undefined);
        continue;
      }
      if (char === "}" && tokens[stack.at(-1)?.index]?.text === "${") {
        template("value", stack.pop().opener);
        continue;
      }
      const literal =
        char === "/" && !endsValue(previous) && !/^\/[/*]/.test(source.slice(at, at + 2))
          ? sticky(REGEX, source, at)
          : null;
      const text = (literal ?? sticky(TOKEN, source, at))[0];
      if (!BLANK.test(text) || literal) bracket(text, tokens, stack, push, literal);
      at += text.length;
    }
    return tokens;
  }

  function bracket(text, tokens, stack, push, literal) {
    if (!literal && (text === "(" || text === "[" || text === "{")) {
      stack.push({ index: tokens.length });
      push(text, "open");
    } else if (!literal && Object.hasOwn(OPENERS, text)) push(text, "close", stack.pop()?.index);
    else push(text, literal ? "value" : "plain");
  }

  /**
   * The index of the token at which the operand ending at `end` begins, or -1 if it must not be wrapped: that is
   * unclear, or it has a `?.`, which ends the whole chain.
   */
  function operandStart(tokens, end) {
    let index = end;
    for (;;) {
      const token = tokens[index];
      if (!endsValue(token)) return -1;
      if (token.match !== undefined) index = token.match;
      else if (token.kind === "close") return -1;
      const before = tokens[index - 1];
      if (before === undefined) return index;
      if (before.text === "?.") return -1;
      if (before.text === ".") index -= 2;
      else if (token.kind === "close" && token.text !== "}" && endsValue(before)) index -= 1;
      else return before.text === "new" ? index - 1 : index;
      if (index < 0) return -1;
    }
  }

  /** Where the tokens are that separate the arguments of a call, then the one that ends it. */
  function separators(tokens, open) {
    const found = [];
    let depth = 0;
    for (let index = open; index < tokens.length; index++) {
      const token = tokens[index];
      if (token.match !== undefined) depth -= 1;
      if (token.kind === "open") depth += 1;
      if (depth === 0) return [...found, index];
      if (depth === 1 && token.text === ",") found.push(index);
      if (depth === 1 && token.text === "...") return [];
    }
    return [];
  }

  P.sourceTokens = { scan, operandStart, separators };
})((globalThis.__penstock ??= {}));
