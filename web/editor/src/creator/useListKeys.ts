import { type KeyboardEvent, useState } from "react";
import type { NodeType } from "~/model/document";
import type { Choice } from "./entries";
import type { Listed, Row } from "./listed";

interface Given {
  readonly parts: readonly Listed[];
  readonly query: string;
  readonly opened: NodeType | undefined;
  readonly insert: (choice: Choice) => void;
  readonly open: (type: NodeType | undefined) => void;
  readonly close: () => void;
}

/** Arrows move, Enter adds, → and ← go into what a node can do and back, Esc leaves. */
export function useListKeys({ parts, query, opened, insert, open, close }: Given) {
  const rows = parts.flatMap((part) => part.rows).filter((row) => !row.unfit);
  const [at, setAt] = useState({ list: "", place: 0 });
  // Another list begins at its first row.
  const list = `${query}\u0000${opened?.id ?? ""}`;
  const place = at.list === list ? Math.min(at.place, rows.length - 1) : 0;
  const active = rows[place];
  const go = (to: number) => {
    setAt({ list, place: Math.max(0, Math.min(rows.length - 1, to)) });
    return true;
  };

  const act: Readonly<Record<string, (event: KeyboardEvent<HTMLInputElement>) => boolean>> = {
    ArrowDown: () => go(place + 1),
    ArrowUp: () => go(place - 1),
    PageDown: () => go(place + 8),
    PageUp: () => go(place - 8),
    Enter: () => {
      if (active) {
        insert(active.choice);
      }
      return true;
    },
    ArrowRight: ({ currentTarget }) => {
      const atEnd = currentTarget.selectionStart === query.length;
      const enters = atEnd && active?.opens === true;
      if (enters && active) {
        open(active.choice.type);
      }
      return enters;
    },
    ArrowLeft: ({ currentTarget }) => {
      const leaves = opened !== undefined && currentTarget.selectionEnd === 0;
      if (leaves) {
        open(undefined);
      }
      return leaves;
    },
    Escape: () => {
      opened ? open(undefined) : close();
      return true;
    },
  };
  return {
    active,
    point: (row: Row) => go(rows.indexOf(row)),
    onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => {
      if (!event.nativeEvent.isComposing && act[event.key]?.(event)) {
        event.preventDefault();
        event.stopPropagation();
      }
    },
  };
}
