/** Pinning what a node gave last, so that it need not run again. */

import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { staysOpen, useEditing } from "~/editing/store";
import { useCommand } from "~/keys/keys";
import type { Item } from "~/model/document";
import { isPinned, pin, unpin } from "~/model/edit/fixtures";
import { editorRun } from "~/running/scope";
import { tell, tellFailure } from "~/ui/told";
import { announce } from "../announce/announce";
import { onlyNode } from "./selection";

/** More than that is a file and not an example. */
const MOST_ITEMS = 200;

export function usePinning(editable: boolean): void {
  const { t } = useTranslation();
  const one = useEditing((editing) => onlyNode(editing) !== "") && editable;
  const toggle = async () => {
    const editing = useEditing.getState();
    const node = onlyNode(editing);
    if (isPinned(editing.history.document, node)) {
      editing.edit(t("canvas.unpinned"), (draft) => unpin(draft, node));
      announce(t("canvas.unpinned"));
      return;
    }
    const isOpen = staysOpen();
    try {
      const items = await lastItems(node);
      if (!isOpen()) {
        return;
      }
      if (items.length === 0) {
        tellFailure(new Error(t("canvas.nothingToPin")));
        return;
      }
      editing.edit(t("canvas.pinned"), (draft) => pin(draft, node, items));
      tell(t("canvas.pinnedCount", { count: items.length }));
    } catch (error) {
      tellFailure(error);
    }
  };
  useCommand("pin", () => void toggle(), one);
}

async function lastItems(node: string): Promise<readonly Item[]> {
  const { execution, nodes } = editorRun.getState();
  const last = nodes[node]?.last;
  if (!execution || !last) {
    return [];
  }
  const from = last.body || execution;
  const part = await api().listItems(from, node, last.runIndex, { limit: MOST_ITEMS });
  return part.items.filter(isItem);
}

/** One that was too large to be listed is null, and is left out. */
function isItem(value: unknown): value is Item {
  return typeof value === "object" && value !== null && "json" in value;
}
