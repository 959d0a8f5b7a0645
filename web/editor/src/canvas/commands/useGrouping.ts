/** Drawing nodes together. */

import { useTranslation } from "react-i18next";
import { useEditing } from "~/editing/store";
import { useCommand } from "~/keys/keys";
import { collapseAll, group, ungroup } from "~/model/edit/groups";
import { newId } from "~/model/edit/nodes";
import { announce } from "../announce/announce";
import { useNaming } from "../nodes/naming";
import type { Scene } from "../view/useScene";
import { hasThings, selectedNodes } from "./selection";
import { useChange } from "./useChange";

export function useGrouping(scene: Scene, editable: boolean): void {
  const { t } = useTranslation();
  const change = useChange(scene);
  const some = useEditing(hasThings) && editable;
  const groups = useEditing((editing) => (editing.history.document.groups ?? []).length > 0);
  useCommand(
    "group",
    () => {
      const editing = useEditing.getState();
      const nodes = selectedNodes(editing);
      const id = newId(editing.history.document, "group");
      if (nodes.length > 0) {
        change(t("canvas.grouped"), (draft) => group(draft, nodes, { id }));
        editing.select([id]);
        useNaming.setState({ id });
        announce(t("canvas.grouped"));
      }
    },
    some,
  );
  useCommand(
    "ungroup",
    () => {
      const { selected } = useEditing.getState();
      change(t("canvas.ungrouped"), (draft) => ungroup(draft, selected));
      announce(t("canvas.ungrouped"));
    },
    some && groups,
  );
  const fold = (collapsed: boolean) => () =>
    change(t(collapsed ? "canvas.folded" : "canvas.unfolded"), (draft) =>
      collapseAll(draft, collapsed),
    );
  useCommand("groups.collapse", fold(true), groups && editable);
  useCommand("groups.expand", fold(false), groups && editable);
}
