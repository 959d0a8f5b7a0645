import { useVirtualizer } from "@tanstack/react-virtual";
import { type ComponentProps, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Workflow } from "~/api/workflows";
import { WorkflowRow } from "./WorkflowRow";
import css from "./workflows.module.css";

type RowProps = ComponentProps<typeof WorkflowRow>;

interface Props extends Omit<RowProps, "workflow" | "place" | "chosen" | "onChoose"> {
  readonly workflows: readonly Workflow[];
  readonly placeOf: (one: Workflow) => string;
  readonly chosen: ReadonlySet<string>;
  readonly onChosen: (ids: ReadonlySet<string>) => void;
}

const LINE_PX = 62;

/** Lines of workflows, of which only those on the screen are there. */
export function WorkflowList({ workflows, placeOf, chosen, onChosen, ...row }: Props) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const lines = useVirtualizer({
    count: workflows.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_PX,
    getItemKey: (index) => workflows[index]?.id ?? index,
    overscan: 8,
  });
  const choose = (id: string, on: boolean) => {
    const next = new Set(chosen);
    on ? next.add(id) : next.delete(id);
    onChosen(next);
  };
  const all = workflows.length > 0 && workflows.every((one) => chosen.has(one.id));
  return (
    <>
      <label className={css.all}>
        <input
          type="checkbox"
          className={css.tick}
          checked={all}
          onChange={() => onChosen(new Set(all ? [] : workflows.map((one) => one.id)))}
        />
        {t("workflows.shown", { count: workflows.length })}
      </label>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by key */}
      <div ref={box} className={css.list} tabIndex={0} data-state="full">
        <ul className={css.lines} style={{ height: lines.getTotalSize() }}>
          {lines.getVirtualItems().map(({ index, key, start }) => {
            const one = workflows[index];
            return one ? (
              <li
                key={key}
                data-index={index}
                ref={lines.measureElement}
                className={css.line}
                style={{ transform: `translateY(${start}px)` }}
                aria-setsize={workflows.length}
                aria-posinset={index + 1}
              >
                <WorkflowRow
                  {...row}
                  workflow={one}
                  place={placeOf(one)}
                  chosen={chosen.has(one.id)}
                  onChoose={choose}
                />
              </li>
            ) : null;
          })}
        </ul>
      </div>
    </>
  );
}
