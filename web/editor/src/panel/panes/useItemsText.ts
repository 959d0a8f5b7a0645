import { type Dispatch, type SetStateAction, useEffect, useRef, useState } from "react";
import type { DataSource } from "~/data";
import { documentOf, useEditing } from "~/editing/store";
import { pinnedItems } from "~/model/edit/fixtures";
import { tellFailure } from "~/ui";
import { itemsText, readToPin } from "./pinning";

/**
 * The items of a set as text to be edited; null: they are still read.
 *
 * They are filled in once for each set that is chosen, and belong to whoever types after that: what
 * the node puts out meanwhile is another source every few seconds.
 */
export function useItemsText(
  node: string,
  set: string,
  source: DataSource | null,
): [string | null, Dispatch<SetStateAction<string | null>>] {
  const [text, setText] = useState<string | null>(null);
  const filled = useRef<string | null>(null);
  useEffect(() => {
    if (filled.current === set) {
      return;
    }
    filled.current = set;
    const known = pinnedItems(documentOf(useEditing.getState()), node, set);
    if (known || !source) {
      setText(itemsText(known ?? [{ json: {} }]));
      return;
    }
    readToPin(source).then(
      ({ items }) => setText((now) => now ?? itemsText(items)),
      (error: unknown) => {
        setText((now) => now ?? itemsText([{ json: {} }]));
        tellFailure(error);
      },
    );
  }, [node, set, source]);
  return [text, setText];
}
