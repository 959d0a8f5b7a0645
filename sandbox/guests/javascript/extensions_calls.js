// Calls of our methods are found in the source: `.keys(` becomes `[ǂys](`, the method under a symbol. That is of the
// same length, so that positions in errors stay near. What a method is called on is wrapped, `ǂ(x)[ǂys]()`, because
// `.isEmpty()` and `.isNotEmpty()` also work on null and undefined, and the others say what is missing.
(function (P) {
  "use strict";

  const { DateTime } = globalThis.luxon;
  // Letters of no word; the second where two names differ in their first two letters only.
  const MARKS = ["ǂ", "ǃ"];
  // Functions of these are the language's own.
  const NATIVE = new Set([
    "Math",
    "Object",
    "Number",
    "JSON",
    "Array",
    "String",
    "Date",
    "DateTime",
    "Duration",
    "Interval",
    "Reflect",
    "Promise",
  ]);
  const TYPES = Object.keys(P.methods);
  const names = [...new Set(TYPES.flatMap((type) => Object.keys(P.methods[type])))];
  const short = new Map();
  for (const name of names) {
    const taken = new Set(short.values());
    short.set(
      name,
      MARKS.map((mark) => mark + name.slice(2)).find((each) => !taken.has(each)),
    );
  }
  const QUICK = new RegExp(`\\.\\s*(?:${names.join("|")})\\s*\\(`);

  function hide(target, name, value) {
    Object.defineProperty(target, name, {
      value,
      writable: false,
      enumerable: false,
      configurable: true,
    });
  }

  function typeOf(value) {
    if (typeof value === "string") return "String";
    if (typeof value === "number") return "Number";
    if (typeof value === "boolean") return "Boolean";
    if (Array.isArray(value)) return "Array";
    if (value instanceof Date || DateTime.isDateTime(value)) return "Date";
    return typeof value === "object" ? "Object" : typeof value;
  }

  function refuse(name, type) {
    const types = TYPES.filter((each) => Object.hasOwn(P.methods[each], name)).map(
      (each) => `"${each}"`,
    );
    P.fail(
      `${name}() is only callable on type ${types.join(", ")}; this is of type "${type}"`,
      "Convert the value first, or check that it is what you expect.",
    );
  }

  function refuseNothing(name, value) {
    P.fail(
      `${name} can't be used on ${value} value`,
      `What is before .${name}() is ${value}. Check its name, or write ?.${name}() to leave it out.`,
    );
  }

  // An object's own functions come first, as a class may have a method of such a name.
  function dispatcher(name) {
    return function (...given) {
      const type = typeOf(this);
      const method =
        Object.hasOwn(P.methods, type) && Object.hasOwn(P.methods[type], name)
          ? P.methods[type][name]
          : undefined;
      if (type !== "Object" && method !== undefined) return method.apply(this, given);
      const own = this[name];
      if (typeof own === "function") return own.apply(this, given);
      return method === undefined ? refuse(name, type) : method.apply(this, given);
    };
  }

  const ON_NOTHING = { isEmpty: () => true, isNotEmpty: () => false };
  const [nothing, missing] = [{}, {}];
  for (const name of names) {
    const symbol = Symbol(name);
    hide(globalThis, short.get(name), symbol);
    hide(Object.prototype, symbol, dispatcher(name));
    hide(nothing, symbol, ON_NOTHING[name] ?? (() => refuseNothing(name, "null")));
    hide(missing, symbol, ON_NOTHING[name] ?? (() => refuseNothing(name, "undefined")));
  }
  hide(globalThis, MARKS[0], (value) => value ?? (value === null ? nothing : missing));

  // Tokens: just enough of JavaScript to know what is code, and where an operand begins.

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

  function changes(tokens) {
    const found = [];
    for (let index = 1; index + 1 < tokens.length; index++) {
      const [dot, name, paren] = [tokens[index - 1], tokens[index], tokens[index + 1]];
      if (!short.has(name.text) || paren.text !== "(" || (dot.text !== "." && dot.text !== "?."))
        continue;
      if (NATIVE.has(tokens[index - 2]?.text) && tokens[index - 3]?.text !== ".") continue;
      found.push({
        at: dot.at,
        end: name.at + name.text.length,
        text: `${dot.text === "?." ? "?." : ""}[${short.get(name.text)}]`,
      });
      const start = dot.text === "." ? operandStart(tokens, index - 2) : -1;
      if (start < 0) continue;
      found.push({ at: tokens[start].at, end: tokens[start].at, text: `${MARKS[0]}(` });
      found.push({ at: dot.at, end: dot.at, text: ")" });
    }
    return found;
  }

  /** The source with its calls of our methods made reachable. */
  P.rewriteCalls = (source) => {
    if (!QUICK.test(source)) return source;
    const edits = changes(scan(source)).map((edit, order) => ({ ...edit, order }));
    edits.sort(
      (left, right) => left.at - right.at || left.end - right.end || left.order - right.order,
    );
    let result = "";
    let at = 0;
    for (const edit of edits) {
      result += source.slice(at, edit.at) + edit.text;
      at = edit.end;
    }
    return result + source.slice(at);
  };
})((globalThis.__penstock ??= {}));
