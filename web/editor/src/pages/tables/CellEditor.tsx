import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { Hindered, tellFailure } from "~/ui";
import { CellField } from "./CellField";
import { type Kind, read, typed } from "./cells";
import { type DataTable, type Row, replaceRow } from "./rows";
import css from "./tables.module.css";

interface Props {
  readonly table: DataTable;
  readonly row: Row;
  readonly name: string;
  readonly kind: Kind;
  readonly onEnd: (how: End) => void;
}

/** By Enter, by Escape, or because somebody went elsewhere: the focus is his then. */
export type End = "down" | "stay" | "left";

/**
 * A cell that is being changed: Enter keeps it and goes on below, Escape leaves it as it was.
 * With Shift, Enter breaks the line in a text of several.
 */
export function CellEditor({ table, row, name, kind, onEnd }: Props) {
  const { t } = useTranslation();
  const before = typed(kind, row.cells[name]);
  const [text, setText] = useState(before);
  const [wrong, setWrong] = useState("");
  const over = useRef(false);
  const lost = useRef<Hindered | null>(null);
  useEffect(
    () => () => {
      // Somebody went on to another cell, and does not see any more what is wrong with this one.
      if (lost.current) {
        tellFailure(lost.current);
      }
    },
    [],
  );
  // An input of one line would take the breaks out of it.
  const tall = kind === "text" && /[\r\n]/.test(before);
  const save = (how: End) => {
    if (over.current) {
      return;
    }
    const found = read(kind, text);
    if (text !== before && "wrong" in found) {
      const why = t(`tables.wrong_${found.wrong}`);
      setWrong(why);
      lost.current = new Hindered(t("tables.notKept", { name, text }), why);
      return;
    }
    over.current = true;
    lost.current = null;
    if (text !== before && "value" in found) {
      // Shown at once; what the server refuses is put back.
      replaceRow(table.id, { ...row, cells: { ...row.cells, [name]: found.value } });
      api()
        .changeRow(table.id, row.id, { cells: { [name]: found.value } })
        .then(
          (saved) => replaceRow(table.id, saved),
          (error: unknown) => {
            replaceRow(table.id, row);
            tellFailure(error);
          },
        );
    }
    onEnd(how);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !(tall && event.shiftKey)) {
      event.preventDefault();
      save("down");
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      over.current = true;
      lost.current = null;
      onEnd("stay");
    }
  };
  return (
    <>
      <CellField
        kind={kind}
        tall={tall}
        value={text}
        autoFocus
        aria-label={name}
        aria-invalid={wrong ? true : undefined}
        onChange={setText}
        onKeyDown={onKeyDown}
        onBlur={() => save("left")}
      />
      {wrong ? (
        <span className={css.wrong} role="alert">
          {wrong}
        </span>
      ) : null}
    </>
  );
}
