import { type PointerEvent, type ReactNode, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import css from "./editor.module.css";
import { keepShare, LEAST_SHARE, MOST_SHARE, shareAt, storedShare } from "./sideShare";

/** What stands beside the canvas; the line between them can be moved. */
export function SidePanel({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  const [share, setShare] = useState(storedShare);
  const line = useRef<HTMLDivElement>(null);
  const set = (wanted: number) => setShare(keepShare(wanted));
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const bench = line.current?.parentElement;
    if (bench && event.currentTarget.hasPointerCapture(event.pointerId)) {
      const { left, width } = bench.getBoundingClientRect();
      set(shareAt(event.clientX - left, width));
    }
  };
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a line that can be moved is no <hr> */}
      <div
        ref={line}
        className={css.separator}
        role="separator"
        aria-orientation="vertical"
        aria-label={t("canvas.resizePanel")}
        aria-valuenow={share}
        aria-valuemin={LEAST_SHARE}
        aria-valuemax={MOST_SHARE}
        tabIndex={0}
        onPointerDown={(event) => {
          event.preventDefault();
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={onPointerMove}
        onKeyDown={(event) => {
          if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
            event.preventDefault();
            event.stopPropagation();
            set(share + (event.key === "ArrowLeft" ? 2 : -2));
          }
        }}
      />
      <div className={`${css.flex} ${css.side}`} style={{ flexBasis: `${share}%` }}>
        {children}
      </div>
    </>
  );
}
