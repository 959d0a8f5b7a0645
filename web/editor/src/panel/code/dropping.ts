import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { DRAGGED } from "~/data/paths";

/** A dropped field is written where it is dropped. */
export function dropping(wrap: (code: string, at: number, view: EditorView) => string): Extension {
  return EditorView.domEventHandlers({
    drop: (event, view) => {
      const code = event.dataTransfer?.getData(DRAGGED);
      if (!code || view.state.readOnly) {
        return false;
      }
      event.preventDefault();
      const at = view.posAtCoords({ x: event.clientX, y: event.clientY }) ?? view.state.doc.length;
      const insert = wrap(code, at, view);
      view.dispatch({ changes: { from: at, insert }, selection: { anchor: at + insert.length } });
      view.focus();
      return true;
    },
  });
}
