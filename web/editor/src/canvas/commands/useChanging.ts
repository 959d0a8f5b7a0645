/** Changing what is selected: renaming, switching off, copying beside, removing. */

import { useTranslation } from "react-i18next";
import { useCreator } from "~/creator";
import { languagesOf } from "~/editing/languages";
import { useEditing } from "~/editing/store";
import { useCommand } from "~/keys/keys";
import { duplicate } from "~/model/clipboard";
import { disconnect } from "~/model/edit/edges";
import { removeNodes, toggleDisabled } from "~/model/edit/nodes";
import { tell } from "~/ui/told";
import { announce } from "../announce/announce";
import { useConnecting } from "../connect/connecting";
import { useNaming } from "../nodes/naming";
import type { Scene } from "../view/useScene";
import { hasSelection, hasThings, onlyNode, onlyThing, selectedNodes } from "./selection";
import { afterSpace } from "./spaceKey";
import { useChange } from "./useChange";

export function useChanging(scene: Scene, editable: boolean): void {
  const { t } = useTranslation();
  const change = useChange(scene);
  const some = useEditing(hasThings) && editable;
  const any = useEditing(hasSelection) && editable;
  const one = useEditing((editing) => onlyNode(editing) !== "") && editable;
  const thing = useEditing((editing) => onlyThing(editing) !== "") && editable;
  const openCreator = useCreator((creator) => creator.openCreator);

  useCommand(
    "rename",
    () => afterSpace(() => useNaming.setState({ id: onlyThing(useEditing.getState()) })),
    thing,
  );
  useCommand(
    "disable",
    () => {
      const ids = selectedNodes(useEditing.getState());
      change(t("canvas.switched"), (draft) => toggleDisabled(draft, ids));
      const { document } = useEditing.getState().history;
      const off = document.nodes?.find((node) => node.id === ids[0])?.settings?.disabled;
      announce(t(off ? "canvas.isDisabled" : "canvas.isEnabled"));
    },
    some,
  );
  useCommand(
    "duplicate",
    () => {
      const { selected, select } = useEditing.getState();
      let made: readonly string[] = [];
      change(t("canvas.duplicated"), (draft) => {
        made = [...duplicate(draft, selected, { languages: languagesOf }).values()];
      });
      select(made);
      announce(t("canvas.duplicatedCount", { count: made.length }));
    },
    some,
  );
  useCommand(
    "delete",
    () => {
      const { selected, selectedEdges, select } = useEditing.getState();
      change(t("canvas.removed"), (draft) => {
        disconnect(draft, selectedEdges);
        removeNodes(draft, selected);
      });
      select([]);
      announce(t("canvas.removed"));
    },
    any,
  );
  useCommand("replace", () => openCreator({ replacing: onlyNode(useEditing.getState()) }), one);
  useCommand(
    "connect",
    () => {
      const node = onlyNode(useEditing.getState());
      const side = scene.steps.get(node)?.outputs.length ? "out" : "in";
      useConnecting.setState({ node, port: "", side });
    },
    one,
  );
  useCommand(
    "tidy",
    () => {
      void tidy(scene, change, t("canvas.tidied")).then(() => tell(t("canvas.tidied")));
    },
    editable,
  );
}

async function tidy(scene: Scene, change: ReturnType<typeof useChange>, label: string) {
  const [{ tidied }, { moveNodes }] = await Promise.all([
    import("~/model/tidy"),
    import("~/model/edit/nodes"),
  ]);
  const { selected, history } = useEditing.getState();
  const { placed } = await import("../view/placed");
  const places = tidied(placed(history.document, scene.boxes), scene.boxes, selected);
  change(label, (draft) => moveNodes(draft, places));
}
