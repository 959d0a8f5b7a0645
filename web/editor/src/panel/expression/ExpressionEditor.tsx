import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { standardKeymap } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { partsOf } from "~/model/expression";
import { completions, NO_NATIVE } from "../code/completions";
import { dropping } from "../code/dropping";
import { LOOK } from "../code/look";
import { useView } from "../code/useView";
import type { Completing } from "./completing";
import { TEMPLATE } from "./template";

export interface ExpressionProps {
  readonly id?: string | undefined;
  readonly label: string;
  /** With its `=`. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly readOnly: boolean;
  readonly multiline: boolean;
  readonly completing: Completing;
  /** Somebody took away the last of it. */
  readonly onEmpty?: (() => void) | undefined;
  readonly autoFocus?: boolean | undefined;
}

/** A template: text with expressions in it. */
export default function ExpressionEditor(props: ExpressionProps) {
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  const { id, label, readOnly, multiline } = props;
  const view = useView(
    place,
    props.value.slice(1),
    (text) => latest.current.onChange(`=${text}`),
    () => [
      TEMPLATE,
      drawSelection(),
      bracketMatching(),
      closeBrackets(),
      EditorView.lineWrapping,
      NO_NATIVE,
      LOOK,
      EditorState.readOnly.of(readOnly),
      EditorView.contentAttributes.of({ "aria-label": label, ...(id ? { id } : {}) }),
      completions({
        known: () => latest.current.completing,
        isCode: ({ state, pos }) => isInCode(state.doc.toString(), pos),
      }),
      dropping((code, at, { state }) =>
        isInCode(state.doc.toString(), at) ? code : `{{ ${code} }}`,
      ),
      keymap.of([
        ...completionKeymap,
        ...closeBracketsKeymap,
        {
          key: "Backspace",
          run: ({ state }) => {
            const empty = state.doc.length === 0 && latest.current.onEmpty !== undefined;
            if (empty) {
              latest.current.onEmpty?.();
            }
            return empty;
          },
        },
        ...(multiline ? [] : [{ key: "Enter", run: () => true }]),
        ...standardKeymap,
      ]),
    ],
  );
  useEffect(() => {
    // It was begun by typing `=`, so whoever typed goes on here.
    if (latest.current.autoFocus) {
      view.current?.focus();
      view.current?.dispatch({ selection: { anchor: view.current.state.doc.length } });
    }
  }, [view]);
  return <div ref={place} style={{ display: "contents" }} />;
}

/** Between `{{` and `}}`, or behind a `{{` that nothing has closed yet. */
export function isInCode(text: string, at: number): boolean {
  const before = `=${text.slice(0, at)}`;
  const last = partsOf(before).at(-1);
  return last?.kind === "text" && /(^|[^\\])\{\{/.test(last.text) && before.endsWith(last.text);
}
