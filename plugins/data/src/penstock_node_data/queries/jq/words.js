// The words of a program.

const KEYWORDS = new Set(["def", "if", "then", "elif", "else", "end", "as", "reduce", "foreach", "try",
  "catch", "label", "and", "or", "__loc__"]);
const OPERATORS = ["?//=", "?//", "//=", "|=", "+=", "-=", "*=", "/=", "%=", "==", "!=", "<=", ">=", "//",
  "..", "|", ",", "=", "<", ">", "+", "-", "*", "/", "%", "(", ")", "[", "]", "{", "}", ":", ";", ".", "?"];

function words(text) {
  const found = [];
  let at = 0;
  const fail = (why) => { throw new JqError(`${why} at position ${at + 1}`); };
  function string() {
    const parts = [];
    let plain = "";
    for (at += 1; ; ) {
      if (at >= text.length) fail("a text has no end");
      const sign = text[at];
      if (sign === '"') { at += 1; break; }
      if (sign !== "\\") { plain += sign; at += 1; continue; }
      const next = text[at + 1];
      at += 2;
      if (next === "(") {
        const inner = [];
        let depth = 1;
        while (depth > 0) {
          const word = one();
          if (!word) fail("an interpolation has no end");
          if (word.kind === "op" && word.text === "(") depth += 1;
          if (word.kind === "op" && word.text === ")") depth -= 1;
          if (depth > 0) inner.push(word);
        }
        parts.push(plain, inner);
        plain = "";
      } else if (next === "u") {
        const code = text.slice(at, at + 4);
        if (!/^[0-9a-fA-F]{4}/.test(code)) fail("\\u needs four hexadecimal digits");
        plain += String.fromCharCode(parseInt(code, 16));
        at += 4;
      } else {
        const plainOf = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", "/": "/", "\\": "\\", '"': '"' };
        if (!(next in plainOf)) fail("an escape that JSON does not have");
        plain += plainOf[next];
      }
    }
    parts.push(plain);
    return { kind: "string", parts };
  }
  function one() {
    for (;;) {
      const space = /^(\s+|#[^\n]*)/.exec(text.slice(at, at + 10000));
      if (!space) break;
      at += space[0].length;
    }
    if (at >= text.length) return null;
    const start = at;
    if (text[at] === '"') return { ...string(), start };
    const rest = text.slice(at, at + 1000);
    let hit;
    if ((hit = /^(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?/.exec(rest))) {
      at += hit[0].length;
      return { kind: "number", value: Number(hit[0]), start };
    }
    if ((hit = /^\.([A-Za-z_]\w*)/.exec(rest))) {
      at += hit[0].length;
      return { kind: "field", name: hit[1], start };
    }
    if (text[at] === VAR && (hit = /^.((?:[A-Za-z_]\w*::)*[A-Za-z_]\w*)/.exec(rest))) {
      at += hit[0].length;
      return { kind: "var", name: hit[1], start };
    }
    if ((hit = /^@[A-Za-z0-9]+/.exec(rest))) {
      at += hit[0].length;
      return { kind: "format", name: hit[0], start };
    }
    if ((hit = /^[A-Za-z_]\w*/.exec(rest))) {
      at += hit[0].length;
      return { kind: KEYWORDS.has(hit[0]) ? "key" : "name", text: hit[0], start };
    }
    for (const op of OPERATORS) {
      if (rest.startsWith(op)) {
        at += op.length;
        return { kind: "op", text: op, start };
      }
    }
    return fail(`'${text[at]}' is not expected`);
  }
  for (let word = one(); word; word = one()) found.push(word);
  return found;
}
