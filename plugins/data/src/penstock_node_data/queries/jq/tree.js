// The tree of a program.

const CONSTANTS = new Map([["null", null], ["true", true], ["false", false]]);
const BINARY = [
  { ops: ["//"], right: true },
  { ops: ["=", "|=", "+=", "-=", "*=", "/=", "%=", "//="] },
  { ops: ["or"] }, { ops: ["and"] },
  { ops: ["==", "!=", "<", "<=", ">", ">="] },
  { ops: ["+", "-"], left: true }, { ops: ["*", "/", "%"], left: true },
];

function parse(list) {
  let at = 0;
  const peek = (text) => list[at] && (list[at].kind === "op" || list[at].kind === "key") && list[at].text === text;
  const here = () => (list[at] ? `at position ${list[at].start + 1}` : "at the end");
  const fail = (why) => { throw new JqError(`${why} ${here()}`); };
  const take = (text) => (peek(text) ? list[at++] : null);
  const need = (text) => take(text) || fail(`'${text}' is expected`);

  function pipe() {
    if (peek("def")) {
      const def = definition();
      return { op: "def", def, body: pipe() };
    }
    if (take("label")) {
      const name = variable();
      need("|");
      return { op: "label", name, body: pipe() };
    }
    const left = comma();
    if (peek("as")) {
      at += 1;
      const patterns = [pattern()];
      while (take("?//")) patterns.push(pattern());
      need("|");
      return { op: "as", source: left, patterns, body: pipe() };
    }
    return take("|") ? { op: "pipe", left, right: pipe() } : left;
  }
  function definition() {
    need("def");
    const name = word();
    const params = [];
    if (take("(")) {
      do {
        if (list[at] && list[at].kind === "var") params.push({ name: variable(), value: true });
        else params.push({ name: word(), value: false });
      } while (take(";"));
      need(")");
    }
    need(":");
    const body = pipe();
    need(";");
    return { name, params, body };
  }
  function word() {
    const found = list[at];
    if (!found || (found.kind !== "name" && found.kind !== "key")) fail("a name is expected");
    at += 1;
    return found.text;
  }
  function variable() {
    if (!list[at] || list[at].kind !== "var") fail("a variable is expected");
    return list[at++].name;
  }
  function pattern() {
    if (list[at] && list[at].kind === "var") return { op: "var", name: variable() };
    if (take("[")) {
      const parts = [];
      do parts.push(pattern()); while (take(","));
      need("]");
      return { op: "array", parts };
    }
    need("{");
    const parts = [];
    do {
      if (list[at] && list[at].kind === "var") {
        const name = variable();
        const inner = take(":") ? pattern() : null;
        parts.push({ key: literal(name), name, inner });
        continue;
      }
      const key = list[at] && list[at].kind === "string" ? text(null) : take("(") ? closed(pipe()) : literal(word());
      need(":");
      parts.push({ key, name: null, inner: pattern() });
    } while (take(","));
    need("}");
    return { op: "object", parts };
  }
  const closed = (node) => { need(")"); return node; };
  const literal = (value) => ({ op: "literal", value });

  function comma() {
    let left = binary(0);
    while (take(",")) left = { op: "comma", left, right: binary(0) };
    return left;
  }
  function binary(level) {
    if (level === BINARY.length) return unary();
    const { ops, right, left: repeats } = BINARY[level];
    let left = binary(level + 1);
    for (;;) {
      const op = ops.find((text) => peek(text));
      if (!op) return left;
      at += 1;
      left = { op: "binary", name: op, left, right: right ? binary(level) : binary(level + 1) };
      if (!repeats && !["or", "and"].includes(op)) return left;
    }
  }
  function unary() {
    if (take("-")) return { op: "negate", body: unary() };
    const node = postfix();
    // In `1 + .x as [..] | …` the binding belongs to the term.
    if (peek("as")) {
      at += 1;
      const patterns = [pattern()];
      while (take("?//")) patterns.push(pattern());
      need("|");
      return { op: "as", source: node, patterns, body: pipe() };
    }
    return node;
  }
  function postfix() {
    let node = term();
    for (;;) {
      if (list[at] && list[at].kind === "field") node = { op: "index", of: node, key: literal(list[at++].name) };
      else if (peek(".") && list[at + 1] && list[at + 1].kind === "string") {
        at += 1;
        node = { op: "index", of: node, key: text(null) };
      } else if (peek(".") && list[at + 1] && list[at + 1].text === "[") {
        at += 1;
      } else if (take("[")) node = brackets(node);
      else if (take("?")) node = { op: "try", body: node, handler: null };
      else return node;
    }
  }
  function brackets(of) {
    if (take("]")) return { op: "each", of };
    if (take(":")) {
      const to = pipe();
      need("]");
      return { op: "slice", of, from: null, to };
    }
    const key = pipe();
    if (take(":")) {
      if (take("]")) return { op: "slice", of, from: key, to: null };
      const to = pipe();
      need("]");
      return { op: "slice", of, from: key, to };
    }
    need("]");
    return { op: "index", of, key };
  }
  function text(format) {
    const parts = list[at++].parts.map((part) =>
      typeof part === "string" ? literal(part) : { op: "inner", body: parse(part) });
    return parts.length === 1 ? parts[0] : { op: "text", parts, format };
  }
  function term() {
    const found = list[at];
    if (!found) fail("something is missing");
    if (found.kind === "number") { at += 1; return literal(found.value); }
    if (found.kind === "string") return text(null);
    if (found.kind === "format") {
      at += 1;
      return list[at] && list[at].kind === "string" ? text(found.name) : { op: "format", name: found.name };
    }
    if (found.kind === "field") { at += 1; return { op: "index", of: { op: "self" }, key: literal(found.name) }; }
    if (found.kind === "var") { at += 1; return { op: "var", name: found.name }; }
    if (found.kind === "name") return call();
    if (take("(")) return { op: "group", body: closed(pipe()) };
    if (take("..")) return { op: "call", name: "recurse", args: [] };
    if (take(".")) {
      if (list[at] && list[at].kind === "string") return { op: "index", of: { op: "self" }, key: text(null) };
      return { op: "self" };
    }
    if (take("[")) {
      if (take("]")) return { op: "array", body: null };
      const body = pipe();
      need("]");
      return { op: "array", body };
    }
    if (take("{")) return object();
    if (take("if")) return condition();
    if (take("try")) {
      const body = postfix();
      return { op: "try", body, handler: take("catch") ? postfix() : null };
    }
    if (take("reduce")) return fold("reduce");
    if (take("foreach")) return fold("foreach");
    if (peek("def")) {
      const def = definition();
      return { op: "def", def, body: pipe() };
    }
    return fail(`'${found.text}' is not expected`);
  }
  function call() {
    const name = list[at++].text;
    if (CONSTANTS.has(name)) return literal(CONSTANTS.get(name));
    if (name === "break") return { op: "break", name: variable() };
    const args = [];
    if (take("(")) {
      do args.push(pipe()); while (take(";"));
      need(")");
    }
    return { op: "call", name, args };
  }
  function condition() {
    const test = pipe();
    need("then");
    const yes = pipe();
    let no = { op: "self" };
    if (take("elif")) return { op: "if", test, yes, no: condition() };
    if (take("else")) no = pipe();
    need("end");
    return { op: "if", test, yes, no };
  }
  function fold(op) {
    const source = postfix();
    need("as");
    const patterns = [pattern()];
    while (take("?//")) patterns.push(pattern());
    need("(");
    const init = pipe();
    need(";");
    const update = pipe();
    const extract = op === "foreach" && take(";") ? pipe() : null;
    need(")");
    return { op, source, patterns, init, update, extract };
  }
  function object() {
    const parts = [];
    while (!peek("}")) {
      const found = list[at];
      if (!found) fail("'}' is expected");
      let key;
      let value = null;
      if (found.kind === "var") { at += 1; key = literal(found.name); value = { op: "var", name: found.name }; }
      else if (found.kind === "string") key = text(null);
      else if (found.kind === "format") { at += 1; key = list[at] && list[at].kind === "string" ? text(found.name) : { op: "format", name: found.name }; }
      else if (found.kind === "number") { at += 1; key = literal(String(found.value)); }
      else if (take("(")) key = closed(pipe());
      else key = literal(word());
      if (take(":")) value = objectValue();
      else if (!value) value = { op: "index", of: { op: "self" }, key };
      parts.push({ key, value });
      if (!take(",")) break;
    }
    need("}");
    return { op: "object", parts };
  }
  function objectValue() {
    let left = binary(0);
    while (take("|")) left = { op: "pipe", left, right: binary(0) };
    return left;
  }
  const tree = pipe();
  if (at < list.length) fail(`'${list[at].text ?? list[at].name ?? list[at].kind}' is not expected`);
  return tree;
}
