import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  placeholder,
} from "@codemirror/view";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { NO_DATA } from "../expression/completing";
import type { EditorProps } from "./CodeEditor";
import { completions, NO_NATIVE, wordCompletions } from "./completions";
import { dropping } from "./dropping";
import { loadLanguage } from "./languages";
import { linting } from "./linting";
import { LOOK } from "./look";
import { useView } from "./useView";

/** An editor for code, with its language, its mistakes and what comes next. */
export default function Editor(props: EditorProps) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  const grammar = useRef(new Compartment());
  const { language, label, labelledBy, readOnly = false } = props;
  const known = () => latest.current.completing ?? NO_DATA;
  const view = useView(
    place,
    props.value,
    (text) => latest.current.onChange(text),
    () => [
      ...COMMON,
      grammar.current.of([]),
      EditorState.readOnly.of(readOnly),
      EditorView.contentAttributes.of({
        ...(label ? { "aria-label": label } : {}),
        ...(labelledBy ? { "aria-labelledby": labelledBy } : {}),
      }),
      placeholder(props.placeholder ?? ""),
      linting(language, (line) => t("panel.codeFault", { line })),
      language === "javascript"
        ? completions({ known, isCode: () => true })
        : wordCompletions(known),
      dropping((code) => latest.current.wrap?.(code) ?? code),
      EditorView.domEventHandlers({
        blur: () => latest.current.onBlur?.(),
      }),
    ],
  );
  useEffect(() => {
    let gone = false;
    void loadLanguage(language).then((found) => {
      if (!gone && found) {
        view.current?.dispatch({ effects: grammar.current.reconfigure(found) });
      }
    });
    return () => {
      gone = true;
    };
  }, [language, view]);
  return <div ref={place} style={{ display: "contents" }} />;
}

const COMMON: readonly Extension[] = [
  lineNumbers(),
  highlightActiveLineGutter(),
  drawSelection(),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  search({ top: true }),
  EditorView.lineWrapping,
  NO_NATIVE,
  LOOK,
  keymap.of([
    ...completionKeymap,
    ...closeBracketsKeymap,
    ...searchKeymap,
    ...defaultKeymap.filter((binding) => binding.key !== "Mod-Enter"),
    indentWithTab,
    // Whoever has no mouse gets out by Escape: then Tab moves on, and Escape closes the panel.
    {
      key: "Escape",
      run: (view) => {
        view.contentDOM.blur();
        view.dom.closest<HTMLElement>("[tabindex]")?.focus();
        return true;
      },
    },
  ]),
];
