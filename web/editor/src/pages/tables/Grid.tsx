// biome-ignore-all lint/a11y/useSemanticElements: a grid of which only some rows are there is no table

import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useCallback, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { End } from "./CellEditor";
import { GridHead } from "./GridHead";
import { GridRow } from "./GridRow";
import { moved, type Place } from "./moves";
import type { DataTable, Row } from "./rows";
import css from "./tables.module.css";

interface Props {
  readonly table: DataTable;
  readonly rows: readonly Row[];
  readonly sort: string;
  readonly mayChange: boolean;
  readonly chosen: ReadonlySet<number>;
  readonly onChosen: (rows: ReadonlySet<number>) => void;
  readonly onSort: (sort: string) => void;
  readonly onOpen: (row: Row) => void;
  /** Somebody comes near the end of what is there. */
  readonly onNear: () => void;
}

const LINE_PX = 36;
const NEAR = 30;
const COLUMN_PX = 150;
const SIDES_PX = 88;

/** Rows of a table, of which only those on the screen are there; changed in place, by mouse or by key. */
export function Grid(props: Props) {
  const { table, rows, sort, mayChange, chosen, onChosen, onSort, onOpen, onNear } = props;
  const { t } = useTranslation();
  const help = useId();
  const box = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<Place>({ row: 0, column: 0 });
  const [editing, setEditing] = useState(false);
  const lines = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_PX,
    overscan: 10,
    scrollPaddingStart: LINE_PX,
  });
  const shown = lines.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (rows.length && last >= rows.length - NEAR) {
      onNear();
    }
  }, [last, rows.length, onNear]);

  const go = useCallback(
    (to: Place) => {
      setEditing(false);
      setPlace(to);
      lines.scrollToIndex(to.row);
      // The cell is there after the next painting.
      requestAnimationFrame(() => {
        const cell = `[data-row="${to.row}"] [data-column="${to.column}"]`;
        box.current?.querySelector<HTMLElement>(cell)?.focus();
      });
    },
    [lines],
  );
  const onKey = (event: KeyboardEvent) => {
    if (editing || !(event.target instanceof HTMLElement) || !event.target.dataset.column) {
      return;
    }
    const size = { rows: rows.length, columns: table.columns.length };
    const to = moved(event.key, place, size, event.ctrlKey || event.metaKey);
    if (to) {
      event.preventDefault();
      go(to);
    } else if (mayChange && (event.key === "Enter" || event.key === "F2")) {
      event.preventDefault();
      setEditing(true);
    }
  };
  const choose = useCallback(
    (id: number, on: boolean) => {
      const next = new Set(chosen);
      on ? next.add(id) : next.delete(id);
      onChosen(next);
    },
    [chosen, onChosen],
  );
  const end = useCallback(
    (how: End) => {
      if (how === "left") {
        setEditing(false);
        return;
      }
      const row = how === "down" ? Math.min(place.row + 1, rows.length - 1) : place.row;
      go({ row, column: place.column });
    },
    [place, rows.length, go],
  );
  const begin = useCallback((to: Place, edit: boolean) => {
    setPlace(to);
    setEditing(edit);
  }, []);
  const { length } = table.columns;
  const widths = {
    "--columns": `44px repeat(${length}, minmax(${COLUMN_PX}px, 1fr)) 44px`,
    "--least": `${length * COLUMN_PX + SIDES_PX}px`,
  };
  return (
    <>
      <div
        ref={box}
        className={css.grid}
        role="grid"
        aria-label={table.name}
        aria-describedby={help}
        aria-rowcount={table.rows + 1}
        aria-colcount={table.columns.length + 2}
        aria-readonly={!mayChange}
        onKeyDown={onKey}
        data-state="full"
        style={widths as React.CSSProperties}
      >
        <GridHead
          table={table}
          sort={sort}
          all={rows.length > 0 && rows.every((one) => chosen.has(one.id))}
          onAll={(on) => onChosen(new Set(on ? rows.map((one) => one.id) : []))}
          onSort={onSort}
        />
        <div className={css.lines} role="presentation" style={{ height: lines.getTotalSize() }}>
          {shown.map(({ index, start }) => {
            const row = rows[index];
            return row ? (
              <GridRow
                key={row.id}
                table={table}
                row={row}
                index={index}
                start={start}
                column={place.row === index ? place.column : -1}
                editing={editing && place.row === index}
                mayChange={mayChange}
                chosen={chosen.has(row.id)}
                onChoose={choose}
                onPlace={begin}
                onEnd={end}
                onOpen={onOpen}
              />
            ) : null;
          })}
        </div>
      </div>
      <p id={help} className="visually-hidden">
        {t("tables.gridHelp")}
      </p>
    </>
  );
}
