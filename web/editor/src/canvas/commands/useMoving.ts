/** Moving what is selected by key: by one line of the grid, or by ten. */

import { useTranslation } from "react-i18next";
import { useEditing } from "~/editing/store";
import { useCommand } from "~/keys/keys";
import type { Point } from "~/model/document";
import { moveBy } from "~/model/edit/nodes";
import { GRID } from "~/model/layout";
import { announce } from "../announce/announce";
import type { Scene } from "../view/useScene";
import { hasThings, selectedNodes } from "./selection";
import { useChange } from "./useChange";

const FAR = 10;

export function useMoving(scene: Scene, editable: boolean): void {
  const { t } = useTranslation();
  const change = useChange(scene);
  const able = useEditing(hasThings) && editable;
  const move =
    ([x, y]: Point, word: string) =>
    () => {
      const editing = useEditing.getState();
      const notes = (editing.history.document.notes ?? []).map((note) => note.id);
      const ids = [...selectedNodes(editing), ...notes.filter((id) => editing.selected.has(id))];
      change(t("canvas.moved"), (draft) => moveBy(draft, ids, [x * GRID, y * GRID]), "move by key");
      announce(t(word));
    };
  useCommand("move.up", move([0, -1], "canvas.movedUp"), able);
  useCommand("move.down", move([0, 1], "canvas.movedDown"), able);
  useCommand("move.left", move([-1, 0], "canvas.movedLeft"), able);
  useCommand("move.right", move([1, 0], "canvas.movedRight"), able);
  useCommand("move.far.up", move([0, -FAR], "canvas.movedUp"), able);
  useCommand("move.far.down", move([0, FAR], "canvas.movedDown"), able);
  useCommand("move.far.left", move([-FAR, 0], "canvas.movedLeft"), able);
  useCommand("move.far.right", move([FAR, 0], "canvas.movedRight"), able);
}
