import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Copying } from "./Copying";
import css from "./data.module.css";
import { inLine, isRecord, kindOf } from "./kinds";
import { NothingSays } from "./NothingSays";
import { drag, expressionPath } from "./paths";
import { columnsOf } from "./rows";
import type { ViewProps } from "./views";

/** Items as rows, their fields as columns. */
export function TableView(props: ViewProps) {
  const { t } = useTranslation();
  const { items, search, origin } = props;
  const columns = useMemo(() => columnsOf(items.map((item) => item?.json ?? null)), [items]);
  const wanted = search.toLowerCase();
  const isHidden = (item: ViewProps["items"][number]) =>
    wanted !== "" &&
    !JSON.stringify(item?.json ?? "")
      .toLowerCase()
      .includes(wanted);
  if (items.every(isHidden)) {
    return <NothingSays search={search} />;
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by key
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be a form
    <div className={css.scroller} role="group" aria-label={t("data.table")} tabIndex={0}>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">#</th>
            {columns.map((name) => {
              const path = origin ? expressionPath(origin, [name]) : "";
              return (
                <th
                  key={name}
                  scope="col"
                  draggable={path !== ""}
                  title={path || name}
                  onDragStart={(event) => drag(event.dataTransfer, path)}
                >
                  {name}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {items.map((item, at) => {
            const index = props.start + at;
            return isHidden(item) ? null : (
              <tr key={index} data-chosen={props.chosen === index || undefined}>
                <td>
                  <Index {...props} index={index} large={item === null} />
                </td>
                {columns.map((name) => (
                  <Cell key={name} name={name} value={item?.json[name]} {...props} />
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Index({
  index,
  large,
  chosen,
  onChoose,
  onFetch,
}: ViewProps & { index: number; large: boolean }) {
  const { t } = useTranslation();
  const act = large ? onFetch : onChoose;
  const label = t(large ? "data.fetchItem" : "data.chooseItem", { index: index + 1 });
  return act ? (
    <button
      type="button"
      className={css.index}
      aria-pressed={large ? undefined : chosen === index}
      aria-label={label}
      title={large ? t("data.large") : label}
      onClick={() => act(index)}
    >
      {large ? `${index + 1} …` : index + 1}
    </button>
  ) : (
    <span className={css.index}>{index + 1}</span>
  );
}

function Cell({ name, value, origin, onPick }: ViewProps & { name: string; value: unknown }) {
  const path = origin ? expressionPath(origin, [name]) : "";
  const text = value === undefined ? "" : inLine(value, 80);
  return (
    <td
      data-kind={kindOf(value)}
      title={isRecord(value) || Array.isArray(value) ? undefined : text}
    >
      <span className={css.cell}>
        <span className={css.value} data-kind={kindOf(value)}>
          {text}
        </span>
        {value === undefined ? null : (
          <Copying name={name} value={value} path={path} onPick={onPick} />
        )}
      </span>
    </td>
  );
}
