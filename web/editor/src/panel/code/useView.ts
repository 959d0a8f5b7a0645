import { Annotation, EditorState, type Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { type RefObject, useEffect, useRef } from "react";

/** Marks what came from the document and was not typed here. */
const OUTSIDE = Annotation.define<boolean>();

/** An editor in an element; its text follows the value, and the value its text. */
export function useView(
  place: RefObject<HTMLDivElement | null>,
  value: string,
  onChange: (text: string) => void,
  extensions: () => Extension,
): RefObject<EditorView | null> {
  const view = useRef<EditorView | null>(null);
  const change = useRef(onChange);
  useEffect(() => {
    change.current = onChange;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is made once, and told what changes
  useEffect(() => {
    if (!place.current) {
      return;
    }
    const telling = EditorView.updateListener.of((update) => {
      const typed = !update.transactions.some((one) => one.annotation(OUTSIDE));
      if (update.docChanged && typed) {
        change.current(update.state.doc.toString());
      }
    });
    const made = new EditorView({
      state: EditorState.create({ doc: value, extensions: [extensions(), telling] }),
      parent: place.current,
    });
    view.current = made;
    return () => {
      view.current = null;
      made.destroy();
    };
  }, []);
  useEffect(() => {
    const now = view.current?.state.doc.toString();
    if (view.current && now !== value) {
      view.current.dispatch({
        changes: { from: 0, to: view.current.state.doc.length, insert: value },
        annotations: OUTSIDE.of(true),
      });
    }
  }, [value]);
  return view;
}
