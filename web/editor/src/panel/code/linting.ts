/** What is wrong with code, as far as its grammar tells. */

import { syntaxTree } from "@codemirror/language";
import { type Diagnostic, linter, lintGutter } from "@codemirror/lint";
import type { EditorState, Extension } from "@codemirror/state";
import type { ViewUpdate } from "@codemirror/view";
import type { CodeLanguage } from "./languages";

const MOST = 20;

type SyntaxNode = ReturnType<typeof syntaxTree>["topNode"];

/** Is a piece of code a fault? */
type Rule = (node: SyntaxNode, code: string) => boolean;

function isError(node: SyntaxNode): boolean {
  return node.type.isError;
}

const RULES: Readonly<Record<CodeLanguage, Rule | null>> = {
  javascript: isError,
  python: isError,
  json: isError,
  // A browser takes everything; what nobody writes on purpose is told all the same.
  html: (node, code) =>
    (isError(node) && node.parent?.name !== "Element") ||
    node.name === "MismatchedCloseTag" ||
    isNeverClosed(node, code),
  // Its grammar knows no dialect wholly: what all of them have is that things come in pairs.
  sql: (node, code) => isUnpaired(node) || isNeverEnded(node, code),
  text: null,
};

/** Elements that end where another one begins, or where theirs ends. */
const ENDS_BY_ITSELF: ReadonlySet<string> = new Set(
  "body colgroup dd dt head html li optgroup option p rp rt tbody td tfoot th thead tr".split(" "),
);

function isNeverClosed(node: SyntaxNode, code: string): boolean {
  const element = node.name === "OpenTag" ? node.parent : null;
  const name = node.getChild("TagName");
  if (!element || !name || element.getChild("CloseTag")) {
    return false;
  }
  return !ENDS_BY_ITSELF.has(code.slice(name.from, name.to).toLowerCase());
}

const PAIRED: ReadonlySet<string> = new Set(["Parens", "Braces", "Brackets"]);
const CLOSING: ReadonlySet<string> = new Set([")", "}", "]"]);

function isUnpaired(node: SyntaxNode): boolean {
  if (CLOSING.has(node.name)) {
    return !PAIRED.has(node.parent?.name ?? "") || node.prevSibling?.type.isError === true;
  }
  return PAIRED.has(node.name) && !CLOSING.has(node.lastChild?.name ?? "");
}

function isNeverEnded(node: SyntaxNode, code: string): boolean {
  const text = code.slice(node.from, node.to);
  if (node.name === "String" || node.name === "QuotedIdentifier") {
    const mark = text.at(-1) ?? "";
    return text.length < 2 || !"'\"`".includes(mark);
  }
  return node.name === "BlockComment" && !text.endsWith("*/");
}

export function linting(language: CodeLanguage, words: (line: number) => string): Extension {
  const rule = RULES[language];
  if (!rule) {
    return [];
  }
  return [
    linter((view) => faultsOf(view.state, rule, words), { delay: 400, needsRefresh }),
    lintGutter(),
  ];
}

/** The grammar comes later than the code, and reads long code piece by piece. */
function needsRefresh({ startState, state }: ViewUpdate): boolean {
  return syntaxTree(startState) !== syntaxTree(state);
}

/** The places at which the code cannot go on as it does, one for each line. */
function faultsOf(state: EditorState, rule: Rule, words: (line: number) => string): Diagnostic[] {
  const code = state.doc.toString();
  const faults = new Map<number, Diagnostic>();
  if (code.trim() === "") {
    return [];
  }
  syntaxTree(state).iterate({
    enter: (found) => {
      if (faults.size >= MOST || !rule(found.node, code)) {
        return;
      }
      const from = Math.min(found.from, Math.max(0, code.length - 1));
      const { number, to } = state.doc.lineAt(from);
      if (!faults.has(number)) {
        const end = Math.max(from + 1, Math.min(found.to, to));
        faults.set(number, { from, to: end, severity: "error", message: words(number) });
      }
    },
  });
  return [...faults.values()];
}

/** The lines of code that has faults. */
export function faultyLines(state: EditorState, language: CodeLanguage): number[] {
  const rule = RULES[language];
  const faults = rule ? faultsOf(state, rule, String) : [];
  return faults.map((one) => state.doc.lineAt(one.from).number);
}
