import { useCallback, useMemo } from "react";
import { useNodeTypes } from "~/api/queries";
import { documentOf, useDocument, useEditing } from "~/editing/store";
import type { Node } from "~/model/document";
import { useAsking, WHOLE, type Wish } from "./asking";
import { runFrom } from "./start";
import { beginningOf, chosenStart, pinnedItems, startFor, startsOf, type Types } from "./triggers";

export interface Start {
  readonly starts: readonly Node[];
  /** Where a run begins that nothing else is said of. */
  readonly chosen: Node | undefined;
  readonly types: Types;
  /** Run from a trigger, or from the chosen one; ask for items where it has none. */
  readonly begin: (wish?: Partial<Wish>, trigger?: string, asks?: boolean) => void;
}

/** Beginning runs: at which trigger, and with what. */
export function useStart(): Start {
  const types = useNodeTypes();
  const document = useDocument();
  const selected = useEditing((editing) => editing.selected);
  const before = useAsking((asking) => asking.trigger);
  const starts = useMemo(() => startsOf(document, types), [document, types]);
  const chosen = chosenStart(starts, selected, before);
  const begin = useCallback(
    (some: Partial<Wish> = {}, trigger = "", asks = false) => {
      const wish = { ...WHOLE, ...some };
      const now = documentOf(useEditing.getState());
      const all = startsOf(now, types);
      const wanted = all.find((node) => node.id === trigger) ?? chosen;
      const node = wish.to && !trigger ? (startFor(now, wish.to, all, wanted) ?? wanted) : wanted;
      if (node && (asks || needsItems(node, wish, types))) {
        useAsking.setState({ input: { trigger: node.id, wish } });
      } else {
        const given = useAsking.getState().given[node?.id ?? ""] ?? [];
        const items = node && beginningOf(node, types) !== "at once" ? given : [];
        void runFrom(node?.id ?? "", items, wish);
      }
    },
    [types, chosen],
  );
  return { starts, chosen, types, begin };
}

/** Up to a node, what a trigger was given last is good enough. */
function needsItems(node: Node, wish: Wish, types: Types): boolean {
  const { given } = useAsking.getState();
  const document = documentOf(useEditing.getState());
  const hasItems = pinnedItems(document, node.id).length > 0;
  return (
    beginningOf(node, types) !== "at once" &&
    !hasItems &&
    !((wish.to || wish.simulate) && given[node.id])
  );
}
