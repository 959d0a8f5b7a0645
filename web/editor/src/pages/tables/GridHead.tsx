// biome-ignore-all lint/a11y/useSemanticElements: a grid of which only some rows are there is no table

import { ArrowDown, ArrowUp, ArrowUpDown } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { DataTable } from "./rows";
import css from "./tables.module.css";

interface Props {
  readonly table: DataTable;
  readonly sort: string;
  readonly all: boolean;
  readonly onAll: (on: boolean) => void;
  readonly onSort: (sort: string) => void;
}

/** Names of the columns: pressed, they sort up, down, and not at all. */
export function GridHead({ table, sort, all, onAll, onSort }: Props) {
  const { t } = useTranslation();
  const next = (name: string) => (sort === name ? `-${name}` : sort === `-${name}` ? "" : name);
  return (
    <div role="row" className={css.headRow} aria-rowindex={1} tabIndex={-1}>
      <div role="columnheader" className={css.tickCell} tabIndex={-1}>
        <input
          type="checkbox"
          className={css.tick}
          checked={all}
          aria-label={t("tables.chooseAll")}
          onChange={(event) => onAll(event.target.checked)}
        />
      </div>
      {table.columns.map(({ id, name, kind }) => {
        const direction = sort === name ? "ascending" : sort === `-${name}` ? "descending" : "none";
        const Icon = { ascending: ArrowUp, descending: ArrowDown, none: ArrowUpDown }[direction];
        return (
          <div
            key={id}
            role="columnheader"
            className={css.headCell}
            aria-sort={direction}
            tabIndex={-1}
          >
            <button
              type="button"
              className={css.sort}
              disabled={kind === "json"}
              title={`${name} · ${t(`tables.kind_${kind}`)}`}
              onClick={() => onSort(next(name))}
            >
              <span>{name}</span>
              {kind === "json" ? null : <Icon aria-hidden data-idle={direction === "none"} />}
            </button>
          </div>
        );
      })}
      <div role="columnheader" tabIndex={-1}>
        <span className="visually-hidden">{t("common.more")}</span>
      </div>
    </div>
  );
}
