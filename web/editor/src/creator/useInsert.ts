import { useTranslation } from "react-i18next";
import { useNodeTypes } from "~/api/queries";
import { announce } from "~/canvas/announce/announce";
import { languagesOf } from "~/editing/languages";
import { documentOf, useEditing } from "~/editing/store";
import { findNode } from "~/model/document";
import { newId, replaceNode } from "~/model/edit/nodes";
import { adding } from "./adding";
import { type Choice, configOf, draggedOf } from "./entries";
import { useCreator, type Wanted } from "./store";

/** Puts what was chosen into the workflow, and shows it. */
export function useInsert(wanted: Wanted): (choice: Choice) => void {
  const { t } = useTranslation();
  const types = useNodeTypes();
  const close = useCreator((creator) => creator.close);
  return (choice) => {
    const editing = useEditing.getState();
    const document = documentOf(editing);
    const { type } = choice;
    const replaced = findNode(document, wanted.replacing ?? "");
    const id = replaced?.id ?? newId(document, type.id);
    if (replaced) {
      const before = types.get(replaced.type)?.title ?? "";
      const by = { ...type, type: type.id, config: configOf(choice) };
      editing.edit(t("creator.replaced"), (draft) =>
        replaceNode(draft, id, by, { title: before, languages: languagesOf }),
      );
    } else {
      const added = { id, dragged: draggedOf(choice), ports: type.ports, wanted };
      editing.edit(t("creator.added"), adding(document, added));
    }
    close();
    editing.select([id]);
    editing.openNode(id);
    announce(t("creator.saidAdded", { name: type.title }));
  };
}
