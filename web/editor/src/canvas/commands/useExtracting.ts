/** Making a workflow of its own out of what is selected. */

import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { languagesOf } from "~/editing/languages";
import { staysOpen, useEditing } from "~/editing/store";
import { useCommand } from "~/keys/keys";
import { extract } from "~/model/extract";
import { confirm } from "~/ui";
import { tell, tellFailure } from "~/ui/told";
import { placed, settle } from "../view/placed";
import type { Scene } from "../view/useScene";
import { hasThings, selectedNodes } from "./selection";

export function useExtracting(scene: Scene, editable: boolean): void {
  const { t } = useTranslation();
  const able = useEditing(hasThings) && editable;
  const act = async () => {
    const editing = useEditing.getState();
    const isOpen = staysOpen();
    const document = placed(editing.history.document, scene.boxes);
    const ids = selectedNodes(editing);
    const nameOf = (id: string) => scene.steps.get(id)?.spec.name ?? id;
    const found = extract(document, ids, {
      name: t("canvas.extractName", { name: nameOf(ids[0] ?? "") }),
      languages: languagesOf,
      isTrigger: (node) => scene.steps.get(node.id)?.trigger === true,
      startName: t("canvas.extractStart"),
      outputName: t("canvas.extractOutput"),
    });
    if ("reason" in found) {
      const names = found.nodes.map(nameOf).join(", ");
      tellFailure(new Error(t(`canvas.extractRefused.${found.reason}`, { nodes: names })));
      return;
    }
    const asked = {
      title: t("canvas.extractTitle"),
      text: t("canvas.extractText", { count: ids.length, name: found.child.name }),
      deed: t("canvas.extractDeed"),
    };
    if (!(await confirm(asked)) || !isOpen()) {
      return;
    }
    try {
      const folder = editing.about?.folder_id;
      const { value } = await api().addWorkflow({
        document: { ...found.child },
        ...(folder ? { folder } : {}),
      });
      // Only a version can be called; before, its first call would fail.
      const note = t("canvas.extractNote", { name: document.name });
      await api().publishWorkflow(value.id, { note, activate: false });
      if (!isOpen()) {
        return;
      }
      let made = "";
      useEditing.getState().edit(t("canvas.extracted"), (draft) => {
        settle(draft, scene.boxes);
        made = found.apply(draft, value.id);
      });
      useEditing.getState().select([made]);
      tell(t("canvas.extracted"));
    } catch (error) {
      tellFailure(error);
    }
  };
  useCommand("extract", () => void act(), able);
}
