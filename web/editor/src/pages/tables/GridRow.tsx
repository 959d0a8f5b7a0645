// biome-ignore-all lint/a11y/useSemanticElements: a grid of which only some rows are there is no table

import { Maximize2 } from "lucide-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { CellEditor, type End } from "./CellEditor";
import { shown } from "./cells";
import type { Place } from "./moves";
import type { DataTable, Row } from "./rows";
import css from "./tables.module.css";

interface Props {
  readonly table: DataTable;
  readonly row: Row;
  readonly index: number;
  readonly start: number;
  /** Of the cell that the keys are at; -1: it is in another row. */
  readonly column: number;
  readonly editing: boolean;
  readonly mayChange: boolean;
  readonly chosen: boolean;
  readonly onChoose: (id: number, on: boolean) => void;
  readonly onPlace: (place: Place, edit: boolean) => void;
  /** Editing has ended. */
  readonly onEnd: (how: End) => void;
  readonly onOpen: (row: Row) => void;
}

export const GridRow = memo(function GridRow(props: Props) {
  const { table, row, index, start, column, editing, mayChange, chosen } = props;
  const { onChoose, onPlace, onEnd, onOpen } = props;
  const { t, i18n } = useTranslation();
  return (
    <div
      role="row"
      className={css.gridRow}
      aria-rowindex={index + 2}
      aria-selected={chosen}
      data-row={index}
      tabIndex={-1}
      style={{ transform: `translateY(${start}px)` }}
    >
      <div role="gridcell" className={css.tickCell} tabIndex={-1}>
        <input
          type="checkbox"
          className={css.tick}
          checked={chosen}
          aria-label={t("tables.choose", { id: row.id })}
          onChange={(event) => onChoose(row.id, event.target.checked)}
        />
      </div>
      {table.columns.map(({ id, name, kind }, place) => {
        const here = column === place;
        const first = column < 0 && index === 0 && place === 0;
        if (here && editing) {
          return (
            <div key={id} role="gridcell" className={css.cell} data-editing tabIndex={-1}>
              <CellEditor table={table} row={row} name={name} kind={kind} onEnd={onEnd} />
            </div>
          );
        }
        const text = shown(kind, row.cells[name], i18n.language);
        return (
          <div
            key={id}
            role="gridcell"
            className={css.cell}
            data-column={place}
            data-kind={kind}
            tabIndex={here || first ? 0 : -1}
            title={text.length > 24 ? text : undefined}
            onFocus={() => (here ? undefined : onPlace({ row: index, column: place }, false))}
            onDoubleClick={() =>
              mayChange ? onPlace({ row: index, column: place }, true) : undefined
            }
          >
            {kind === "boolean" && text ? t(text === "true" ? "common.yes" : "common.no") : text}
          </div>
        );
      })}
      <div role="gridcell" tabIndex={-1}>
        <button
          type="button"
          className={css.openRow}
          aria-label={t("tables.rowOpen", { id: row.id })}
          onClick={() => onOpen(row)}
        >
          <Maximize2 aria-hidden />
        </button>
      </div>
    </div>
  );
});
