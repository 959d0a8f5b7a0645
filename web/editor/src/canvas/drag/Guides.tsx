import { ViewportPortal } from "@xyflow/react";
import { create } from "zustand";
import type { Guide } from "~/model/guides";
import css from "../canvas.module.css";

const NONE: readonly Guide[] = [];

export const useGuides = create<{ readonly guides: readonly Guide[] }>()(() => ({ guides: NONE }));

export function clearGuides(): void {
  if (useGuides.getState().guides.length > 0) {
    useGuides.setState({ guides: NONE });
  }
}

/** Lines that what is dragged is in line with. */
export function Guides() {
  const guides = useGuides((state) => state.guides);
  return (
    <ViewportPortal>
      {guides.map(({ axis, at, from, to }) => (
        <div
          key={`${axis}${at}`}
          className={css.guide}
          style={
            axis === "x"
              ? { left: at, top: from, width: 1, height: to - from }
              : { left: from, top: at, width: to - from, height: 1 }
          }
        />
      ))}
    </ViewportPortal>
  );
}
