/** What is proposed while somebody writes, as the editor wants it. */

import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  startCompletion,
} from "@codemirror/autocomplete";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { inLine } from "~/data/kinds";
import { type Completing, type Proposal, propose } from "../expression/completing";

const TYPES = { field: "property", method: "method", name: "variable", node: "class" } as const;
const FARTHEST = 400;

interface Options {
  /** What is known at the moment. */
  readonly known: () => Completing;
  /** Whether a place is in code. */
  readonly isCode: (view: CompletionContext) => boolean;
}

export function completions({ known, isCode }: Options): Extension {
  const source = (context: CompletionContext): CompletionResult | null => {
    if (!isCode(context)) {
      return null;
    }
    const { pos, state } = context;
    const before = state.sliceDoc(Math.max(0, pos - FARTHEST), pos);
    const found = propose(before, known());
    if (!found || found.list.length === 0) {
      return null;
    }
    return {
      from: pos - found.over,
      options: found.list.map((one, index) => completionOf(one, found.list.length - index)),
      validFor: /^[\w$ ]*$/,
    };
  };
  return autocompletion({ override: [source], icons: true, activateOnTyping: true });
}

/** What a language proposes by itself, and the names of the fields that come in. */
export function wordCompletions(known: () => Completing): Extension {
  const fields = (context: CompletionContext): CompletionResult | null => {
    const word = context.matchBefore(/\w+/);
    const names = Object.entries(known().json ?? {}).filter(([name]) => /^\w+$/.test(name));
    if (!word || names.length === 0) {
      return null;
    }
    return {
      from: word.from,
      options: names.map(([label, value]) => ({
        label,
        type: TYPES.field,
        detail: inLine(value, 40),
        boost: 50,
      })),
      validFor: /^\w*$/,
    };
  };
  return [
    autocompletion({ icons: true, activateOnTyping: true }),
    EditorState.languageData.of(() => [{ autocomplete: fields }]),
  ];
}

function completionOf(one: Proposal, rank: number): Completion {
  const detail = one.detail === undefined ? {} : { detail: inLine(one.detail, 40) };
  return {
    label: one.label,
    type: TYPES[one.kind],
    boost: one.kind === "field" ? Math.min(99, 10 + rank) : 0,
    ...detail,
    apply: (view, _completion, from, to) => put(view, one, from, to),
  };
}

function put(view: EditorView, one: Proposal, from: number, to: number): void {
  const text = one.apply ?? one.label;
  // `["a b"]` stands where the dot was.
  const start = text.startsWith("[") ? from - 1 : from;
  const closes = one.kind === "node" && /^['"]\)/.test(view.state.sliceDoc(to, to + 2));
  const insert = closes ? text.replace(/'\)\.$/, "") : text;
  view.dispatch({
    changes: { from: start, to, insert },
    selection: { anchor: start + insert.length },
    annotations: [],
  });
  if (text.endsWith(".") || text === "$('") {
    startCompletion(view);
  }
}

export const NO_NATIVE = EditorView.contentAttributes.of({
  autocorrect: "off",
  autocapitalize: "off",
  spellcheck: "false",
});
