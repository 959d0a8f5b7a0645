/** Adding nodes and notes, and opening what is there. */

import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useTranslation } from "react-i18next";
import { useCreator } from "~/creator";
import { useEditing } from "~/editing/store";
import { useCommand } from "~/keys/keys";
import type { Point } from "~/model/document";
import { newId } from "~/model/edit/nodes";
import { addNote, NOTE_HEIGHT, NOTE_WIDTH } from "~/model/edit/notes";
import { freePlace, snapPoint } from "~/model/layout";
import { announce } from "../announce/announce";
import { useNaming } from "../nodes/naming";
import { placed } from "../view/placed";
import type { Scene } from "../view/useScene";
import { onlyEdge, onlyNode, onlyThing } from "./selection";
import { useChange } from "./useChange";

export function useAdding(scene: Scene, editable: boolean): void {
  const { t } = useTranslation();
  const change = useChange(scene);
  const middle = useMiddle();
  const one = useEditing((editing) => onlyThing(editing) !== "");
  const openCreator = useCreator((creator) => creator.openCreator);
  useCommand(
    "creator",
    () => {
      const edge = onlyEdge(useEditing.getState());
      if (edge) {
        openCreator({ edge });
        return;
      }
      const node = onlyNode(useEditing.getState());
      const port = scene.steps.get(node)?.outputs[0]?.name;
      openCreator(port ? { from: { node, port } } : {});
    },
    editable,
  );
  useCommand(
    "note",
    () => {
      const { history, select } = useEditing.getState();
      const id = newId(history.document, "note");
      const [x, y] = middle();
      const size = { width: NOTE_WIDTH, height: NOTE_HEIGHT };
      const wanted = snapPoint([x - NOTE_WIDTH / 2, y - NOTE_HEIGHT / 2]);
      const at = freePlace(placed(history.document, scene.boxes), wanted, scene.boxes, size);
      change(t("canvas.noteAdded"), (draft) => addNote(draft, { id, at }));
      select([id]);
      useNaming.setState({ id });
      announce(t("canvas.noteAdded"));
    },
    editable,
  );
  useCommand(
    "open.node",
    () => {
      const editing = useEditing.getState();
      const node = onlyNode(editing);
      node ? editing.openNode(node) : useNaming.setState({ id: onlyThing(editing) });
    },
    one,
  );
  useCommand("escape", () => {
    const creator = useCreator.getState();
    if (creator.wanted) {
      creator.close();
      return;
    }
    useNaming.setState({ id: "" });
    useEditing.getState().select([]);
  });
}

/** The middle of what is in sight. */
export function useMiddle(): () => Point {
  const flow = useStoreApi();
  const { screenToFlowPosition } = useReactFlow();
  return () => {
    const box = flow.getState().domNode?.getBoundingClientRect();
    const [x, y] = box ? [box.left + box.width / 2, box.top + box.height / 2] : [0, 0];
    const found = screenToFlowPosition({ x, y });
    return [found.x, found.y];
  };
}
