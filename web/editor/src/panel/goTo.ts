/** The way to a field of the panel, and to a line of the code in it. */

import type { Path } from "~/model/expression";
import { fieldPath, parsePath } from "~/model/expression";

const TRIES = 12;
const WAIT_MS = 120;
const INPUTS = "input, textarea, select, [contenteditable=true]";

/** Go to the field of a place such as `rows[0].name`, or the nearest that has a field of its own. */
export function goToField(place: string, line = 0, column = 1): void {
  const look = (left: number): void => {
    const found = placesOf(place).map(fieldAt).find(Boolean);
    if (!found) {
      left > 0 && window.setTimeout(() => look(left - 1), WAIT_MS);
      return;
    }
    found.scrollIntoView({ block: "center" });
    const input = found.querySelector<HTMLElement>(INPUTS);
    (input ?? found.querySelector<HTMLElement>("button"))?.focus();
    if (line > 0) {
      void goToLine(found, line, column);
    }
  };
  look(TRIES);
}

const fieldAt = (place: string): HTMLElement | null =>
  document.querySelector(`[data-keys=panel] [data-field="${CSS.escape(place)}"]`);

/** The place itself and those that it lies in, the nearest first. */
export function placesOf(place: string): readonly string[] {
  const path: Path = parsePath(place);
  return path.map((_, at) => fieldPath(path.slice(0, path.length - at)));
}

async function goToLine(field: HTMLElement, line: number, column: number): Promise<void> {
  const content = field.querySelector<HTMLElement>(".cm-content");
  if (!content) {
    return;
  }
  const { EditorView } = await import("@codemirror/view");
  const view = EditorView.findFromDOM(content);
  if (view) {
    const { from, to } = view.state.doc.line(Math.min(line, view.state.doc.lines));
    const anchor = Math.min(to, from + Math.max(0, column - 1));
    view.dispatch({ selection: { anchor }, scrollIntoView: true });
    view.focus();
  }
}
