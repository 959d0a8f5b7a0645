import { ChevronDown, ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Copying } from "./Copying";
import css from "./data.module.css";
import { KindIcon } from "./KindIcon";
import { inLine } from "./kinds";
import { drag, expressionPath, type Origin } from "./paths";
import type { Row } from "./rows";

interface Props {
  readonly row: Row;
  readonly origin: Origin | undefined;
  readonly onToggle: (id: string) => void;
  readonly onPick: ((expression: string) => void) | undefined;
}

/** A field: its name can be dragged, its value and its path copied. */
export function TreeLine({ row, origin, onToggle, onPick }: Props) {
  const { t } = useTranslation();
  const path = origin ? expressionPath(origin, row.path) : "";
  return (
    <div className={css.line} style={{ paddingInlineStart: 6 + row.depth * 16 }}>
      {row.children > 0 ? (
        <button
          type="button"
          className={css.fold}
          aria-expanded={row.open}
          aria-label={t(row.open ? "data.fold" : "data.unfold", { name: row.name })}
          onClick={() => onToggle(row.id)}
        >
          {row.open ? (
            <ChevronDown size={14} aria-hidden />
          ) : (
            <ChevronRight size={14} aria-hidden />
          )}
        </button>
      ) : (
        <span className={css.fold} />
      )}
      {/* Whoever does not drag has the button that puts the path into the field. */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dragging is the second way */}
      <span
        className={css.name}
        draggable={path !== ""}
        data-path={path || undefined}
        title={path || row.name}
        onDragStart={(event) => drag(event.dataTransfer, path)}
      >
        <KindIcon kinds={row.kinds} />
        {row.name}
      </span>
      <span className={css.value} data-kind={row.kinds[0]}>
        {row.children > 0 ? countOf(row) : inLine(row.value)}
      </span>
      <Copying name={row.name} value={row.value} path={path} onPick={onPick} />
    </div>
  );
}

function countOf(row: Row): string {
  return row.kinds[0] === "list" && Array.isArray(row.value)
    ? `[${row.value.length}]`
    : `{${row.children}}`;
}
