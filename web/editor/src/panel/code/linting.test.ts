import { ensureSyntaxTree } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { expect, test } from "vitest";
import { type CodeLanguage, loadLanguage } from "./languages";
import { faultyLines } from "./linting";

async function faulty(language: CodeLanguage, code: string): Promise<number[]> {
  const grammar = await loadLanguage(language);
  const state = EditorState.create({ doc: code, extensions: grammar ? [grammar] : [] });
  ensureSyntaxTree(state, code.length, 5_000);
  return faultyLines(state, language);
}

test.each([
  ["javascript", "const a = 1;\nreturn [a];"],
  ["python", "def f(a):\n    return a"],
  ["json", '{"a": [1, 2]}'],
  ["html", "<ul><li>one<li>two</ul><br><p>and {{ $json.a }} < 3"],
  ["html", "<table><tr><td>1<td>2<tr><td>3</table>"],
  ["html", "<!-- so --><div class='a'>x</div>"],
  ["sql", "select 'it''s', \"a b\" from t where a = $1 and b = :name -- (so"],
  ["sql", "select count(*), (a + (b)) from [t] where a in (1, 2); /* so */ select 1"],
  ["text", "( [ {"],
] as const)("nothing is said of good %s: %s", async (language, code) => {
  expect(await faulty(language, code)).toEqual([]);
});

test.each([
  ["javascript", "const a = 1;\nreturn [a;", [2]],
  ["python", "x = 1\ny = (", [2]],
  ["json", '{"a": 1,\n"b" 2}', [2]],
  ["html", "<div>\n<b>x\n</div>", [2]],
  ["html", "<div>x", [1]],
  ["html", "<div>\nx</b>\n</div>", [2]],
  ["html", '<a href="x>y</a>', [1]],
  ["sql", "select 1,\n(2, (3)", [2]],
  ["sql", "select 1\n)", [2]],
  ["sql", "select 1;\nselect 'a", [2]],
  ["sql", "select a ( ] b )", [1]],
  ["sql", "/* so", [1]],
] as const)("the lines of bad %s are told: %s", async (language, code, lines) => {
  expect(await faulty(language, code)).toEqual(lines);
});
