import { ChevronRight } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { NodeIcon } from "~/canvas/icons/NodeIcon";
import { Coded } from "~/ui";
import css from "./creator.module.css";
import { draggedOf } from "./entries";
import type { Row } from "./listed";
import { DRAGGED_NODE } from "./store";

interface Props {
  readonly id: string;
  readonly row: Row;
  readonly active: boolean;
  readonly onPoint: () => void;
  readonly onChoose: () => void;
  readonly onOpen: () => void;
}

/** Something that can be added: chosen, dragged onto the canvas, or opened. */
export function ResultRow({ id, row, active, onPoint, onChoose, onOpen }: Props) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const { choice } = row;
  useEffect(() => {
    if (active) {
      place.current?.scrollIntoView({ block: "nearest" });
    }
  }, [active]);
  const reason = row.unfit ? t(`creator.unfit.${row.unfit}`) : "";
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the search field keeps the focus and names it
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter in the search field does the same
    <div
      ref={place}
      id={id}
      role="option"
      aria-selected={active}
      aria-disabled={row.unfit ? true : undefined}
      className={css.row}
      draggable={!row.unfit}
      onPointerMove={() => !row.unfit && !active && onPoint()}
      onClick={() => !row.unfit && onChoose()}
      onDragStart={(event) => {
        event.dataTransfer.setData(DRAGGED_NODE, JSON.stringify(draggedOf(choice)));
        event.dataTransfer.effectAllowed = "copy";
      }}
    >
      <span className={css.icon}>
        <NodeIcon name={choice.type.icon} size={20} />
      </span>
      <span className={css.words}>
        <span className={css.title}>
          {marked(choice.title, row.ranges)}
          {choice.action ? <span className={css.of}> · {choice.type.title}</span> : null}
        </span>
        <span className={css.text}>
          <Coded
            text={
              reason || choice.description || t("creator.actionOf", { name: choice.type.title })
            }
          />
        </span>
      </span>
      {row.opens ? (
        // biome-ignore lint/a11y/noStaticElementInteractions: → in the search field does the same
        // biome-ignore lint/a11y/useKeyWithClickEvents: → in the search field does the same
        <span
          className={css.opens}
          title={t("creator.actions", { count: choice.type.actions.length })}
          onClick={(event) => {
            event.stopPropagation();
            onOpen();
          }}
        >
          <ChevronRight size={18} aria-hidden />
        </span>
      ) : null}
    </div>
  );
}

/** What was searched for, marked in the title. */
function marked(title: string, ranges: Row["ranges"]): ReactNode {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const [from, to] of ranges) {
    if (from >= at) {
      parts.push(title.slice(at, from), <mark key={from}>{title.slice(from, to)}</mark>);
      at = to;
    }
  }
  return [...parts, title.slice(at)];
}
