import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "~/ui";
import { Copying } from "./Copying";
import css from "./data.module.css";
import { NothingSays } from "./NothingSays";
import { found, type Row, type Toggled, treeRows } from "./rows";
import { Tree } from "./Tree";
import { TreeLine } from "./TreeLine";
import { useToggled } from "./useToggled";
import type { ViewProps } from "./views";

type Line =
  | {
      readonly is: "item";
      readonly index: number;
      readonly value: unknown;
      readonly large: boolean;
    }
  | { readonly is: "field"; readonly index: number; readonly row: Row };

/** Every item, field by field. */
export function JsonView(props: ViewProps) {
  const { t } = useTranslation();
  const [toggled, toggle] = useToggled();
  const { items, start, search } = props;
  const lines = useMemo(
    () => linesOf(items, start, search, toggled),
    [items, start, search, toggled],
  );
  if (lines.length === 0 && search) {
    return <NothingSays search={search} />;
  }
  return (
    <Tree
      label={t("data.json")}
      lines={lines}
      idOf={(line) => (line.is === "item" ? `${line.index}` : line.row.id)}
      draw={(line) =>
        line.is === "item" ? (
          <Head line={line} {...props} />
        ) : (
          <TreeLine row={line.row} origin={props.origin} onToggle={toggle} onPick={props.onPick} />
        )
      }
    />
  );
}

function linesOf(
  items: ViewProps["items"],
  start: number,
  search: string,
  toggled: Toggled,
): readonly Line[] {
  return items.flatMap((item, at): readonly Line[] => {
    const index = start + at;
    const rows = item ? found(treeRows(item.json, toggled, `${index}`), search) : [];
    if (search && rows.length === 0) {
      return [];
    }
    return [
      { is: "item", index, value: item?.json, large: item === null },
      ...rows.map((row): Line => ({ is: "field", index, row })),
    ];
  });
}

function Head({ line, chosen, onChoose, onFetch }: ViewProps & { line: Line & { is: "item" } }) {
  const { t } = useTranslation();
  const title = t("data.item", { index: line.index + 1 });
  return (
    <div className={css.itemHead}>
      {onChoose ? (
        <button
          type="button"
          className={css.itemName}
          aria-pressed={chosen === line.index}
          title={t("data.choose")}
          onClick={() => onChoose(line.index)}
        >
          {title}
        </button>
      ) : (
        <span className={css.itemName}>{title}</span>
      )}
      {line.large ? (
        <>
          <span className={css.note}>{t("data.large")}</span>
          {onFetch ? (
            <Button look="quiet" onClick={() => onFetch(line.index)}>
              {t("data.fetch")}
            </Button>
          ) : null}
        </>
      ) : (
        <Copying name={title} value={line.value} path="" />
      )}
    </div>
  );
}
