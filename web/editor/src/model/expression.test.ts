import { describe, expect, test } from "vitest";
import {
  asFixed,
  asTemplate,
  fieldCode,
  fieldExpression,
  fieldPath,
  isExpression,
  isTyped,
  namesUsed,
  parsePath,
  partsOf,
  pathText,
  referencesIn,
  rewritten,
  withDropped,
} from "./expression";

const code = (text: string) => partsOf(text).map((part) => `${part.kind}:${part.text}`);

test("a value is an expression where it is a text that starts with an equals sign", () => {
  expect(isExpression("=a")).toBe(true);
  expect(isExpression("a = b")).toBe(false);
  expect(isExpression(1)).toBe(false);
});

describe("a template is split", () => {
  test.each([
    ["=Hello {{ $json.a }}!", ["text:Hello ", "code: $json.a ", "text:!"]],
    ['={{ "}}" }}', ['code: "}}" ']],
    ["={{ {a: {b: 1}} }}", ["code: {a: {b: 1}} "]],
    ["={{ `$\x7b {a: 1}.a }` }}", ["code: `$\x7b {a: 1}.a }` "]],
    ["={{ /}}/.test(x) }}", ["code: /}}/.test(x) "]],
    ["={{ /* }} */ 1 }}", ["code: /* }} */ 1 "]],
    ["=a \\{{ b }}", ["text:a {{ b }}"]],
    ["={{ 'a }} b", ["code: 'a ", "text: b"]],
    ["={{ a", ["text:{{ a"]],
    ["=", []],
  ])("%s", (text, parts) => {
    expect(code(text)).toEqual(parts);
  });
});

test("only one expression alone keeps its type", () => {
  expect(isTyped("={{ 1 }}")).toBe(true);
  expect(isTyped("={{ 1 }} ")).toBe(false);
  expect(isTyped("={{ 1 }}{{ 2 }}")).toBe(false);
});

test("a fixed text becomes a template that yields it, and comes back", () => {
  for (const text of ["a", "a {{ b }}", "", "=x"]) {
    expect(asFixed(asTemplate(text))).toBe(text);
  }
  expect(asFixed("={{ $json.a }}")).toBeUndefined();
  expect(asFixed("={{ 1 }}{{ 2 }}")).toBeUndefined();
});

test("a value that is written out comes back as what it is", () => {
  expect(asFixed("={{ 1 }}")).toBe(1);
  expect(asFixed('={{ {"a": [true]} }}')).toEqual({ a: [true] });
});

test("reading a long broken template takes no time", () => {
  const started = performance.now();
  partsOf(`=${"{{ ' ".repeat(20_000)}`);

  expect(performance.now() - started).toBeLessThan(1_000);
});

test("a path is written with dots where it can be", () => {
  expect(pathText(["a", "b c", 0, 'd"e'])).toBe('.a["b c"][0]["d\\"e"]');
  expect(fieldCode({ path: ["a"] })).toBe("$json.a");
  expect(fieldCode({ path: ["a", 0], node: "It's" })).toBe("$('It\\'s').item.json.a[0]");
  expect(fieldCode({ path: [], node: "A", item: 2 })).toBe("$('A').all()[2].json");
  expect(fieldExpression({ path: ["a"] })).toBe("={{ $json.a }}");
});

test("a key with braces does not end the expression that it is written in", () => {
  const text = fieldExpression({ path: ["a }} b"] });

  expect(isTyped(text)).toBe(true);
});

test("a dropped field fills an empty value and follows a text", () => {
  expect(withDropped("", fieldCode({ path: ["a"] }))).toBe("={{ $json.a }}");
  expect(withDropped(undefined, fieldCode({ path: ["a"] }))).toBe("={{ $json.a }}");
  expect(withDropped("Hello", fieldCode({ path: ["a"] }))).toBe("=Hello {{ $json.a }}");
  expect(withDropped("=Hello {{ $json.b }}", fieldCode({ path: ["a"] }))).toBe(
    "=Hello {{ $json.b }} {{ $json.a }}",
  );
});

test("the path of a finding is read and written the same", () => {
  for (const text of ["assignments[0].value", "url", "a.b.c", "rows[12]"]) {
    expect(fieldPath(parsePath(text))).toBe(text);
  }
  expect(parsePath("assignments[0].value")).toEqual(["assignments", 0, "value"]);
});

test("names are found in templates, JavaScript and Python, and nowhere else", () => {
  const names = (text: string, language?: "javascript" | "python") =>
    referencesIn(text, language).map((one) => one.name);

  expect(names("={{ $('A').item + $node.B + $items('C', 0) }}")).toEqual(["A", "B", "C"]);
  expect(names("$('A')")).toEqual([]);
  expect(names("$('A') // $('B')", "javascript")).toEqual(["A"]);
  expect(names("x = _('A')  # _('B')\ny = \"\"\"_('C')\"\"\" + _node['D']", "python")).toEqual([
    "A",
    "D",
  ]);
  expect(names("f'{_(\"A\")}'", "python")).toEqual([]);
  expect(names("x = _('A", "python")).toEqual([]);
});

test("all names that a config uses are found however deep", () => {
  const config = { rows: [{ v: "={{ $('A').item }}" }], source: "return $('B').all()" };

  expect([...namesUsed(config, { source: "javascript" })]).toEqual(["A", "B"]);
});

test("a text that does not name the node stays as it is", () => {
  const text = "={{ $('A').item }} 'B'";

  expect(rewritten(text, "B", "C")).toBe(text);
});
