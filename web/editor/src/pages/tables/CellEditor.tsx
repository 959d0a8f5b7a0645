import { type KeyboardEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { tellFailure } from "~/ui";
import { CellField } from "./CellField";
import { type Kind, read, typed } from "./cells";
import { type DataTable, type Row, replaceRow } from "./rows";
import css from "./tables.module.css";

interface Props {
  readonly table: DataTable;
  readonly row: Row;
  readonly name: string;
  readonly kind: Kind;
  readonly onEnd: (down: boolean) => void;
}

/** A cell that is being changed: Enter keeps it and goes on below, Escape leaves it as it was. */
export function CellEditor({ table, row, name, kind, onEnd }: Props) {
  const { t } = useTranslation();
  const before = typed(kind, row.cells[name]);
  const [text, setText] = useState(before);
  const [wrong, setWrong] = useState("");
  const over = useRef(false);
  const save = (down: boolean) => {
    if (over.current) {
      return;
    }
    const found = read(kind, text);
    if (text !== before && "wrong" in found) {
      setWrong(t(`tables.wrong_${found.wrong}`));
      return;
    }
    over.current = true;
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
    onEnd(down);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") {
      event.preventDefault();
      save(true);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      over.current = true;
      onEnd(false);
    }
  };
  return (
    <>
      <CellField
        kind={kind}
        value={text}
        autoFocus
        aria-label={name}
        aria-invalid={wrong ? true : undefined}
        onChange={setText}
        onKeyDown={onKeyDown}
        onBlur={() => save(false)}
      />
      {wrong ? (
        <span className={css.wrong} role="alert">
          {wrong}
        </span>
      ) : null}
    </>
  );
}
