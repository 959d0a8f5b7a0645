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
  const QUICK = new RegExp(`\\$if|(?:${names.join("|")})\\s*[(/]`);
  const BRANCH = `${MARKS[0]}if`;

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
  hide(globalThis, BRANCH, (value) => value);

  const { scan, operandStart, separators } = P.sourceTokens;

  function methodChanges(tokens, index) {
    const [dot, name, paren] = tokens.slice(index - 1, index + 2);
    if (!short.has(name.text) || paren.text !== "(") return [];
    if (dot.text !== "." && dot.text !== "?.") return [];
    if (NATIVE.has(tokens[index - 2]?.text) && tokens[index - 3]?.text !== ".") return [];
    const optional = dot.text === "?." ? "?." : "";
    const end = name.at + name.text.length;
    const found = [{ at: dot.at, end, text: `${optional}[${short.get(name.text)}]` }];
    const start = optional ? -1 : operandStart(tokens, index - 2);
    if (start >= 0) found.push(insertion(tokens[start].at, `${MARKS[0]}(`), insertion(dot.at, ")"));
    return found;
  }

  const insertion = (at, text) => ({ at, end: at, text });

  /** Only the branch that is taken may be evaluated: `$if(a, b, c)` becomes `ǂif((a)?(b):(c))`. */
  function branchChanges(tokens, index) {
    const [name, paren] = [tokens[index], tokens[index + 1]];
    const before = tokens[index - 1]?.text;
    if (name.text !== "$if" || paren?.text !== "(" || before === "." || before === "?.") return [];
    const marks = separators(tokens, index + 1);
    if (marks.length !== 2 && marks.length !== 3) return [];
    if (marks.some((mark) => tokens[mark - 1].text === ",")) return [];
    const [end, ...commas] = [marks.pop(), ...marks].map((mark) => tokens[mark].at);
    const changes = commas.map((at, i) => ({ at, end: at + 1, text: [")?(", "):("][i] }));
    changes.unshift({ at: name.at, end: name.at + 3, text: BRANCH }, insertion(paren.at + 1, "("));
    return [...changes, insertion(end, commas.length === 1 ? "):(undefined)" : ")")];
  }

  function changes(tokens) {
    const found = [];
    for (let index = 0; index + 1 < tokens.length; index++) {
      found.push(...branchChanges(tokens, index));
      if (index > 0) found.push(...methodChanges(tokens, index));
    }
    return found;
  }

  function editsOf(source) {
    if (!QUICK.test(source)) return [];
    const edits = changes(scan(source)).map((edit, order) => ({ ...edit, order }));
    const before = (left, right) =>
      left.at - right.at || left.end - right.end || left.order - right.order;
    return edits.sort(before);
  }

  /** The source with its calls of our methods made reachable. */
  P.rewriteCalls = (source) => {
    let result = "";
    let at = 0;
    for (const edit of editsOf(source)) {
      result += source.slice(at, edit.at) + edit.text;
      at = edit.end;
    }
    return result + source.slice(at);
  };

  function offsetOf(text, line, column) {
    const lines = text.split("\n").slice(0, line - 1);
    return lines.reduce((sum, each) => sum + each.length + 1, column - 1);
  }

  /** [line, column] in the source of a line and column in what rewriteCalls made of it. */
  P.originalPosition = (source, line, column) => {
    let [at, grown] = [offsetOf(P.rewriteCalls(source), line, column), 0];
    for (const edit of editsOf(source)) {
      const start = edit.at + grown;
      if (start >= at) break;
      grown += edit.text.length - (edit.end - edit.at);
    }
    const before = source.slice(0, Math.max(0, at - grown)).split("\n");
    return [before.length, before.at(-1).length + 1];
  };
})((globalThis.__penstock ??= {}));
