import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useRef } from "react";
import css from "./data.module.css";

interface Props<Line> {
  readonly label: string;
  readonly lines: readonly Line[];
  readonly idOf: (line: Line) => string;
  readonly draw: (line: Line) => ReactNode;
}

const LINE_PX = 28;

/** Lines of one height; only those on the screen are drawn. */
export function Tree<Line>({ label, lines, idOf, draw }: Props<Line>) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    overscan: 12,
    initialRect: { width: 400, height: 600 },
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by key
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be a form
    <div ref={scroller} className={css.scroller} role="group" aria-label={label} tabIndex={0}>
      <div style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {virtual.getVirtualItems().map((place) => {
          const line = lines[place.index];
          return line === undefined ? null : (
            <div
              key={idOf(line)}
              className={css.place}
              style={{ transform: `translateY(${place.start}px)`, height: LINE_PX }}
            >
              {draw(line)}
            </div>
          );
        })}
      </div>
    </div>
  );
}
